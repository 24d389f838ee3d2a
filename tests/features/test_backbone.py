"""Features of pretrained networks, with small networks of random weights, saved and loaded as the real ones are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ethonight.errors import WeightsError
from ethonight.features import backbone_families
from ethonight.features.backbone import Backbone, half_precision
from ethonight.features.backbone_families import Family, View
from ethonight.recipe.stream import BACKBONES, Features
from ethonight.subjects.boxes import Located, Scene

RATE = 30.0
WIDTH = 32


@pytest.fixture(autouse=True)
def no_downloads(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub is never asked."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)


def small(family: str, version: str = "") -> Any:
    """Return a small network of a family with random weights."""
    import transformers

    torch.manual_seed(5)
    vit: dict[str, Any] = {"hidden_size": WIDTH, "num_attention_heads": 2, "num_hidden_layers": 2}
    if family in ("videomae", "mvd"):
        config = transformers.VideoMAEConfig(
            **vit, image_size=32, patch_size=16, num_frames=8, intermediate_size=48, use_mean_pooling=version != "ssl"
        )
        return spread_out(transformers.VideoMAEForVideoClassification(config))
    if family == "vjepa2":
        return spread_out(transformers.VJEPA2Model(vjepa2_config(transformers, vit)))
    if family == "videoprism":
        prism = transformers.VideoPrismVisionConfig(
            hidden_size=WIDTH,
            num_attention_heads=2,
            num_spatial_layers=1,
            num_temporal_layers=1,
            intermediate_size=48,
            image_size=36,
            num_frames=8,
        )
        return spread_out(transformers.VideoPrismVisionModel(prism))
    if version == "3":
        dino3 = transformers.DINOv3ViTConfig(**vit, intermediate_size=48, image_size=32, num_register_tokens=3)
        return spread_out(transformers.DINOv3ViTModel(dino3))
    if version == "registers":
        registers = transformers.Dinov2WithRegistersConfig(**vit, image_size=28, patch_size=14, num_register_tokens=2)
        return spread_out(transformers.Dinov2WithRegistersModel(registers))
    return spread_out(transformers.Dinov2Model(transformers.Dinov2Config(**vit, image_size=42, patch_size=14)))


def vjepa2_config(transformers: Any, vit: dict[str, Any]) -> Any:
    predictor = {"pred_hidden_size": 16, "pred_num_attention_heads": 2, "pred_num_hidden_layers": 1}
    return transformers.VJEPA2Config(**vit, **predictor, crop_size=32, patch_size=16, frames_per_clip=64, mlp_ratio=2.0)


def spread_out(network: Any) -> Any:
    """Give weights of a size at which every part of the network matters."""
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)
    return network.eval()


CASES = [
    ("videomae", ""),
    ("videomae", "ssl"),
    ("mvd", ""),
    ("vjepa2", ""),
    ("videoprism", ""),
    ("dino", ""),
    ("dino", "registers"),
    ("dino", "3"),
]


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Backbone]:
    """Save a small network and load it as a person's own folder of weights is."""

    def load(family: str, version: str = "", rate: float = RATE, batch: int = 8) -> Backbone:
        folder = tmp_path / f"{family}{version}"
        if not folder.exists():
            small(family, version).save_pretrained(folder)
        return Backbone.pretrained(Features(family, weights=str(folder)), rate, batch=batch)

    return load


def located(steps: int) -> Located:
    zeros = np.zeros((1, steps, 2), np.float32)
    return Located(zeros, zeros, zeros[..., 0], np.ones((1, steps), np.bool_))


SCENE = Scene(("",), 640, 480, 40.0, 80.0)


def moving(steps: int, side: int, seed: int = 0) -> NDArray[np.uint8]:
    """(steps, side, side, 3): random pictures."""
    return np.random.default_rng(seed).integers(0, 256, (steps, side, side, 3), dtype=np.uint8)


def compute(backbone: Backbone, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    return backbone.compute(crops, located(len(crops)), SCENE)


def looked_at(backbone: Backbone, steps: int) -> NDArray[np.uint8]:
    return moving(backbone.before + steps + backbone.after, backbone.pixels)


def test_every_pretrained_family_is_tested() -> None:
    assert {family for family, _ in CASES} == set(BACKBONES) == set(backbone_families.FAMILIES)


@pytest.mark.parametrize(("family", "version"), CASES)
def test_every_step_gets_a_vector(load: Callable[..., Backbone], family: str, version: str) -> None:
    backbone = load(family, version)
    assert backbone.name == family
    assert backbone.colour
    assert backbone.dimensions == len(set(backbone.names)) == WIDTH * (2 if family == "dino" else 1)
    for steps in (1, 3, 23):
        vectors = compute(backbone, looked_at(backbone, steps))
        assert vectors.shape == (steps, backbone.dimensions)
        assert vectors.dtype == np.float32
        assert np.isfinite(vectors).all()
    assert vectors.std(axis=0).min() > 0


@pytest.mark.parametrize(("family", "version"), CASES)
def test_a_saved_network_describes_as_it_did(load: Callable[..., Backbone], family: str, version: str) -> None:
    loaded = load(family, version)
    fresh = small(family, version)
    if family == "mvd":
        from ethonight.features import mvd

        mvd.set_positions(fresh)
    crops = looked_at(loaded, 9)
    assert np.array_equal(compute(loaded, crops), compute(Backbone(family, fresh, RATE), crops))


@pytest.mark.parametrize("family", ["videomae", "dino"])
def test_the_size_of_a_batch_does_not_matter(load: Callable[..., Backbone], family: str) -> None:
    crops = looked_at(load(family), 20)
    several = compute(load(family, batch=8), crops)
    np.testing.assert_allclose(compute(load(family, batch=1), crops), several, atol=2e-5)


@pytest.mark.parametrize("family", ["videomae", "vjepa2", "videoprism", "dino"])
def test_what_changes_at_one_time_changes_the_vectors_around_it(load: Callable[..., Backbone], family: str) -> None:
    backbone = load(family)
    crops = looked_at(backbone, 70)
    other = crops.copy()
    other[backbone.before + 40 :] = 255 - other[backbone.before + 40 :]
    change = np.abs(compute(backbone, other) - compute(backbone, crops)).max(axis=1)
    reach = backbone.clips.pictures * backbone.clips.stride
    assert change[: 40 - reach].max() < 1e-5
    assert change[40 + backbone.clips.pitch :].min() > 1e-3


def test_crops_that_must_not_be_changed_are_read_and_left_alone(load: Callable[..., Backbone]) -> None:
    backbone = load("dino")
    crops = looked_at(backbone, 3)
    held = crops.copy()
    crops.flags.writeable = False
    assert np.array_equal(compute(backbone, crops), compute(backbone, held))
    assert np.array_equal(crops, held)


def test_pieces_of_a_recording_join(load: Callable[..., Backbone]) -> None:
    backbone = load("videomae", batch=4)
    cut = 4 * backbone.clips.hop
    crops = looked_at(backbone, cut + 11)
    first = compute(backbone, crops[: backbone.before + cut + backbone.after])
    second = compute(backbone, crops[cut:])
    np.testing.assert_allclose(np.concatenate([first, second]), compute(backbone, crops), atol=2e-5)


def test_dino_tells_the_whole_and_the_mean_of_the_patches(load: Callable[..., Backbone]) -> None:
    backbone = load("dino", "3")
    crops = looked_at(backbone, 1)
    pixels = torch.from_numpy(crops[:1]).permute(0, 3, 1, 2) / 255
    mean, spread = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    normalized = (pixels - mean[:, None, None]) / spread[:, None, None]
    with torch.inference_mode():
        tokens = small("dino", "3")(pixel_values=normalized).last_hidden_state[0]
    expected = torch.cat([tokens[0], tokens[4:].mean(0)])  # after 3 registers
    np.testing.assert_allclose(compute(backbone, crops)[0], expected, atol=1e-5)
    assert backbone.names[0] == "dino whole 0"
    assert backbone.names[WIDTH] == "dino patches 0"


def test_a_fine_tuned_network_normalizes_what_its_classifier_sees(load: Callable[..., Backbone]) -> None:
    """With one still picture every token in time has the same pixels; their mean is what the classifier was given."""
    backbone, network = load("videomae"), small("videomae")
    crops = np.repeat(moving(1, backbone.pixels), backbone.before + 1 + backbone.after, axis=0)
    vector = compute(backbone, crops)
    norm = network.fc_norm
    plain = (vector - norm.bias.detach().numpy()) / norm.weight.detach().numpy()
    assert abs(plain.mean()) < 1e-3
    assert abs(plain.std() - 1) < 1e-2


def test_pictures_of_a_clip_are_as_far_apart_at_every_rate(load: Callable[..., Backbone]) -> None:
    assert [load("videomae", rate=rate).clips.stride for rate in (5.0, 15.0, 30.0, 60.0, 250.0)] == [1, 1, 2, 4, 17]


def test_values_are_normalized_as_the_family_wants(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def describe(network: Any, clips: torch.Tensor) -> torch.Tensor:
        seen.append(clips)
        return torch.full((len(clips), clips.shape[1], WIDTH), float("nan"))

    usual = backbone_families.FAMILIES["videoprism"]
    odd = replace(usual, describe=describe, mean=(0.0, 0.5, 1.0), spread=(1.0, 0.5, 2.0))
    monkeypatch.setitem(cast("dict[str, Family]", backbone_families.FAMILIES), "videoprism", odd)
    backbone = Backbone("videoprism", small("videoprism"), RATE)
    crops = np.full((backbone.before + 1 + backbone.after, 2, 4, 3), 255, np.uint8)
    with pytest.raises(WeightsError, match="its weights are damaged"):
        compute(backbone, crops)
    assert seen[0].shape == (1, 8, 3, 2, 4)
    assert [float(seen[0][0, 0, colour, 0, 0]) for colour in range(3)] == [1.0, 1.0, 0.0]


def test_numbers_are_of_full_precision_on_a_processor() -> None:
    assert half_precision(torch.device("cpu")) == torch.float32


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("family", ["videomae", "vjepa2", "videoprism", "dino"])
def test_half_precision_on_a_gpu_agrees(load: Callable[..., Backbone], family: str, tmp_path: Path) -> None:
    slow = load(family)
    crops = looked_at(slow, 20)
    fast = Backbone.pretrained(Features(family, weights=str(tmp_path / family)), RATE, device="cuda")
    assert fast.precision in (torch.bfloat16, torch.float16)
    expected = compute(slow, crops)
    assert np.abs(compute(fast, crops) - expected).mean() < 0.05 * np.abs(expected).mean()


def test_the_real_settings_of_networks_give_the_known_sizes() -> None:
    import transformers

    views = {
        "videomae": transformers.VideoMAEConfig(),
        "vjepa2": transformers.VJEPA2Config(),
        "videoprism": transformers.VideoPrismVisionConfig(),
        "dino": transformers.Dinov2Config(image_size=518, patch_size=14),
    }
    found = {name: backbone_families.FAMILIES[name].view(config) for name, config in views.items()}
    assert found == {
        "videomae": View(224, 16, 2),
        "vjepa2": View(256, 16, 2),
        "videoprism": View(288, 16, 1),
        "dino": View(224, 1, 1),
    }
