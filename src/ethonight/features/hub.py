"""Pretrained networks: from the hub at a pinned revision, or from a folder or file of one's own."""

from __future__ import annotations

import importlib
import pickle
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from torch import nn

from ethonight.errors import WeightsError
from ethonight.features import mvd

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_FALLBACK = 'features = "motion" needs no weights'


@dataclass(frozen=True)
class Source:
    """Where a family's weights come from, and which class of ``transformers`` they are for."""

    classes: Mapping[str, str]
    """By the ``model_type`` in the weights' ``config.json``."""
    usual: str
    """Name on the hub of the weights that are used when none are named; empty: there are none."""
    optional: tuple[str, ...] = ()
    """Beginnings of the names of tensors that the features do not need or that have a neutral value."""


SOURCES: Mapping[str, Source] = {
    "videomae": Source(
        {"videomae": "VideoMAEForVideoClassification"},
        "MCG-NJU/videomae-base-finetuned-kinetics",
        ("classifier.", "fc_norm."),
    ),
    "mvd": Source({"videomae": "VideoMAEForVideoClassification"}, "", ("classifier.", "fc_norm.")),
    "vjepa2": Source({"vjepa2": "VJEPA2Model"}, "facebook/vjepa2-vitl-fpc64-256", ("predictor.",)),
    "videoprism": Source({"videoprism_vision_model": "VideoPrismVisionModel"}, "google/videoprism-base-f16r288"),
    "dino": Source(
        {
            "dinov2": "Dinov2Model",
            "dinov2_with_registers": "Dinov2WithRegistersModel",
            "dinov3_vit": "DINOv3ViTModel",
        },
        "facebook/dinov2-base",
        ("embeddings.mask_token",),
    ),
}
PINNED: Mapping[str, str] = {
    "MCG-NJU/videomae-small-finetuned-kinetics": "240e9734611173accbbf74cbdf4b641e4c431264",
    "MCG-NJU/videomae-base-finetuned-kinetics": "488eb9a0565f257b32866000305c8178965eb9f6",
    "MCG-NJU/videomae-large-finetuned-kinetics": "0f6adcd5f6902900aa0281f9daacfe52bb3c4ad4",
    "facebook/vjepa2-vitl-fpc64-256": "b3c1679b7c34d3255ef3547f27c7b226aefab26f",
    "google/videoprism-base-f16r288": "2be2ef51d0d611d0fadf21a6d1470a4ad4af9249",
    "facebook/dinov2-small": "ed25f3a31f01632728cabb09d1542f84ab7b0056",
    "facebook/dinov2-base": "f9e44c814b77203eaa57a6bdbbd535f21ede1415",
}
"""Which revision of weights on the hub is used where the settings name none."""


def load_pretrained(family: str, weights: str = "", revision: str = "") -> nn.Module:
    """Return the network of a family of ``SOURCES`` in evaluation mode, float32, on the CPU.

    ``weights`` is a folder in the format of ``transformers``, for ``mvd`` also a ``.pth`` file or a folder with one,
    or a name on the hub; empty: the usual one. ``revision`` matters on the hub only; empty: the pinned one. What has
    been downloaded once is not downloaded again. Raises WeightsError.
    """
    name = weights or SOURCES[family].usual
    if not name:
        raise WeightsError(
            f'features = "{family}" needs the file of a checkpoint: download one from the page of the {family.upper()} '
            f'project and write weights = "<its path>" beside it; {_FALLBACK}.'
        )
    place = Path(name).expanduser()
    if family == "mvd" and (file := _checkpoint_file(place)):
        network: nn.Module = mvd.read(file)
    elif place.is_dir():
        network = _load(family, str(place), None)
    elif place.exists() or not _HUB_NAME.fullmatch(name):
        wanted = "a folder with config.json" + (", a .pth file" if family == "mvd" else "")
        what = "is a file" if place.exists() else "is not on this machine"
        raise WeightsError(f"weights = '{name}' {what}; name {wanted} or weights on the hub. Or: {_FALLBACK}.")
    else:
        network = _load(family, name, revision or PINNED.get(name))
    if family == "mvd":
        mvd.set_positions(network)
    return network.eval()


def _checkpoint_file(place: Path) -> Path | None:
    """Return the checkpoint of MVD that ``place`` is, or that the folder ``place`` holds."""
    if place.is_file():
        return place
    found = sorted([*place.glob("*.pth"), *place.glob("*.pt")]) if place.is_dir() else []
    if not found or (place / "config.json").exists():
        return None
    if len(found) > 1:
        raise WeightsError(f"{place} holds {len(found)} checkpoints ({found[0].name}, ...); name one of them.")
    return found[0]


def _load(family: str, name: str, revision: str | None) -> nn.Module:
    """Load from the local folder ``name`` (``revision`` None) or from the hub."""
    transformers = importlib.import_module("transformers")
    source = SOURCES[family]
    with _explained(name), _quiet(transformers):
        # Settings may come from any checkpoint; code of the checkpoint's author is never run.
        config = transformers.AutoConfig.from_pretrained(name, revision=revision, trust_remote_code=False)
    kind = str(config.model_type)
    if kind not in source.classes:
        raise WeightsError(
            f"the weights '{name}' are of the kind '{kind}'; features = \"{family}\" needs "
            f"{' or '.join(source.classes)}. Or: {_FALLBACK}."
        )
    model = getattr(transformers, source.classes[kind])
    with _explained(name), _quiet(transformers):
        network, found = model.from_pretrained(
            name, config=config, revision=revision, dtype="float32", output_loading_info=True
        )
    lacking = sorted(key for key in found["missing_keys"] if not key.startswith(source.optional))
    if lacking:
        raise WeightsError(
            f"the weights '{name}' lack {len(lacking)} of the network's tensors ({lacking[0]}, ...): they are "
            f"incomplete or for another network. Or: {_FALLBACK}."
        )
    return cast(nn.Module, network)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn what the hub, a file or the network itself has against the weights into one sentence."""
    hub = importlib.import_module("huggingface_hub.errors")
    safetensors = importlib.import_module("safetensors")
    unreachable = (OSError, hub.HTTPError)
    damaged = (ValueError, RuntimeError, pickle.UnpicklingError, safetensors.SafetensorError, hub.StrictDataclassError)
    try:
        yield
    except (*unreachable, *damaged) as error:
        told = (str(error).strip().splitlines() or [type(error).__name__])[0].strip().rstrip(".")
        advice = "copy the weights again"
        if not Path(name).expanduser().is_dir():
            advice = (
                "connect this machine to the internet for the first use, or copy the weights into a folder "
                'and write weights = "<the folder>"'
            )
        raise WeightsError(f"the weights '{name}' could not be loaded: {told}. Next: {advice}; {_FALLBACK}.") from error


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep progress bars and the list of left-out tensors off the screen; what matters is checked and said here."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
