"""Weights that cannot be had or do not fit end in one sentence that says what to do."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import torch

from ethonight.errors import WeightsError
from ethonight.features import hub
from ethonight.recipe.stream import BACKBONES

FALLBACK = re.escape('features = "motion" needs no weights')


@pytest.fixture(autouse=True)
def no_downloads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The hub is never asked, and nothing was downloaded before."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))


def save_dino(folder: Path) -> Path:
    import transformers

    config = transformers.Dinov2Config(
        hidden_size=16, num_attention_heads=2, num_hidden_layers=1, image_size=28, patch_size=14
    )
    transformers.Dinov2Model(config).save_pretrained(folder)
    return folder


def test_every_family_has_a_source() -> None:
    assert set(hub.SOURCES) == set(BACKBONES)


def test_what_is_used_unasked_is_pinned() -> None:
    usual = [source.usual for source in hub.SOURCES.values() if source.usual]
    assert all(re.fullmatch(r"[0-9a-f]{40}", hub.PINNED[name]) for name in usual)


@pytest.mark.parametrize("family", [name for name, source in hub.SOURCES.items() if source.usual])
def test_weights_out_of_reach_name_the_fallback(family: str) -> None:
    with pytest.raises(WeightsError, match=FALLBACK) as caught:
        hub.load_pretrained(family)
    told = str(caught.value)
    assert told.startswith(f"the weights '{hub.SOURCES[family].usual}' could not be loaded: ")
    assert "connect this machine to the internet" in told
    assert 'weights = "<the folder>"' in told
    assert "\n" not in told


def test_a_server_that_does_not_answer_names_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real attempt, at a port of this machine where nobody listens."""
    import time

    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between attempts
    with pytest.raises(WeightsError, match=f"'facebook/dinov2-base' could not be loaded: .*127.*{FALLBACK}"):
        hub.load_pretrained("dino")


def test_a_transfer_that_breaks_off_names_the_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.errors
    import transformers

    def broken(*_: object, **__: object) -> None:
        raise huggingface_hub.errors.HTTPError("the other side hung up\nand more")  # type: ignore[attr-defined]

    monkeypatch.setattr(transformers.AutoConfig, "from_pretrained", broken)
    with pytest.raises(WeightsError, match=f"could not be loaded: the other side hung up. Next: .*{FALLBACK}"):
        hub.load_pretrained("videoprism")


def test_mvd_has_no_usual_weights() -> None:
    with pytest.raises(WeightsError, match=f"needs the file of a checkpoint.*{FALLBACK}"):
        hub.load_pretrained("mvd")


@pytest.mark.parametrize("name", ["no folder", "./nowhere", "C:\\weights\\dino", "/nowhere/at/all"])
def test_a_folder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(WeightsError, match=FALLBACK) as caught:
        hub.load_pretrained("dino", name)
    assert f"weights = '{name}' is not on this machine" in str(caught.value)
    assert "internet" not in str(caught.value)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=FALLBACK) as caught:
        hub.load_pretrained("videomae", str(tmp_path))
    assert str(tmp_path) in str(caught.value)


def test_weights_of_another_family_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"are of the kind 'dinov2'; features = \"videomae\" needs videomae"):
        hub.load_pretrained("videomae", str(save_dino(tmp_path / "dino")))


def test_incomplete_weights_are_refused(tmp_path: Path) -> None:
    folder = save_dino(tmp_path / "dino")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 2}), "utf-8")
    with pytest.raises(WeightsError, match=r"lack \d+ of the network's tensors"):
        hub.load_pretrained("dino", str(folder))


def test_weights_of_another_size_are_refused(tmp_path: Path) -> None:
    folder = save_dino(tmp_path / "dino")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"hidden_size": 32}), "utf-8")
    with pytest.raises(WeightsError, match=FALLBACK):
        hub.load_pretrained("dino", str(folder))


@pytest.mark.parametrize("damage", ["cut", "garbage", "config"])
def test_damaged_files_are_refused(tmp_path: Path, damage: str) -> None:
    folder = save_dino(tmp_path / "dino")
    path = folder / ("config.json" if damage == "config" else "model.safetensors")
    held = path.read_bytes()
    path.write_bytes(held[: len(held) // 2] if damage != "garbage" else b"\xff" * len(held))
    with pytest.raises(WeightsError, match=f"copy the weights again; {FALLBACK}"):
        hub.load_pretrained("dino", str(folder))


def test_several_checkpoints_in_a_folder_must_be_told_apart(tmp_path: Path) -> None:
    for name in ("a.pth", "b.pth"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(WeightsError, match=r"holds 2 checkpoints \(a\.pth, \.\.\.\); name one of them"):
        hub.load_pretrained("mvd", str(tmp_path))


def test_nothing_is_printed_and_nothing_stays_changed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import transformers

    logging: Any = transformers.utils.logging
    folder = save_dino(tmp_path / "dino")
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    capfd.readouterr()
    network = hub.load_pretrained("dino", str(folder))
    assert capfd.readouterr() == ("", "")
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
    assert not network.training
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


def test_pinned_revisions_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str | None]] = []

    def load(family: str, name: str, revision: str | None) -> torch.nn.Module:
        asked.append((name, revision))
        return torch.nn.Identity()

    monkeypatch.setattr(hub, "_load", load)
    hub.load_pretrained("vjepa2")
    hub.load_pretrained("vjepa2", revision="abc")
    hub.load_pretrained("dino", "facebook/dinov2-small")
    hub.load_pretrained("dino", "somebody/else")
    assert asked == [
        ("facebook/vjepa2-vitl-fpc64-256", hub.PINNED["facebook/vjepa2-vitl-fpc64-256"]),
        ("facebook/vjepa2-vitl-fpc64-256", "abc"),
        ("facebook/dinov2-small", hub.PINNED["facebook/dinov2-small"]),
        ("somebody/else", None),
    ]
