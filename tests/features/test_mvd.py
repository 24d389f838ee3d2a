"""A checkpoint of MVD, converted, computes what the network that it was trained in computes."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from ethonight.errors import WeightsError
from ethonight.features import hub, mvd

WIDTH, HEADS, LAYERS, HIDDEN, LABELS = 128, 2, 2, 192, 5
SIDE, FRAMES, PATCH, TUBELET = 48, 4, 16, 2
TIMES, PLACES = FRAMES // TUBELET, SIDE // PATCH


def table_of_places() -> Tensor:
    """Every place spelled out, one number at a time: the first quarter time, then column, then row."""
    rows = []
    for time in range(TIMES):
        for row in range(PLACES):
            for column in range(PLACES):
                vector: list[float] = []
                for value, width in ((time, WIDTH // 4), (column, WIDTH * 3 // 8), (row, WIDTH * 3 // 8)):
                    angles = [value / 10000 ** (2 * number / width) for number in range(width // 2)]
                    vector += [math.sin(angle) for angle in angles] + [math.cos(angle) for angle in angles]
                rows.append(vector)
    return torch.tensor(rows, dtype=torch.float64)


class Reference(nn.Module):
    """The network of MVD in its own arithmetic, float64; its state has the names of MVD's checkpoints."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)

        def filled(*shape: int) -> Tensor:
            return torch.randn(shape, generator=generator, dtype=torch.float64) * 0.2

        self.state = {
            "patch_embed.proj.weight": filled(WIDTH, 3, TUBELET, PATCH, PATCH),
            "patch_embed.proj.bias": filled(WIDTH),
            "fc_norm.weight": 1 + filled(WIDTH),
            "fc_norm.bias": filled(WIDTH),
            "head.weight": filled(LABELS, WIDTH),
            "head.bias": filled(LABELS),
        }
        for layer in range(LAYERS):
            shapes = {
                "norm1.weight": (WIDTH,),
                "norm1.bias": (WIDTH,),
                "attn.qkv.weight": (3 * WIDTH, WIDTH),
                "attn.q_bias": (WIDTH,),
                "attn.v_bias": (WIDTH,),
                "attn.proj.weight": (WIDTH, WIDTH),
                "attn.proj.bias": (WIDTH,),
                "norm2.weight": (WIDTH,),
                "norm2.bias": (WIDTH,),
                "mlp.fc1.weight": (HIDDEN, WIDTH),
                "mlp.fc1.bias": (HIDDEN,),
                "mlp.fc2.weight": (WIDTH, HIDDEN),
                "mlp.fc2.bias": (WIDTH,),
            }
            self.state |= {f"blocks.{layer}.{name}": filled(*shape) for name, shape in shapes.items()}

    def checkpoint(self) -> dict[str, Tensor]:
        return {name: value.float() for name, value in self.state.items()}

    def tokens(self, video: Tensor) -> Tensor:
        """(B, 3, F, P, P) float64 -> (B, N, width)."""
        # In single precision, as the tensors are saved.
        state = {name: value.float().double() for name, value in self.state.items()}
        stride = (TUBELET, PATCH, PATCH)
        seen = nn.functional.conv3d(video, state["patch_embed.proj.weight"], state["patch_embed.proj.bias"], stride)
        x = seen.flatten(2).transpose(1, 2) + table_of_places()
        for layer in range(LAYERS):
            own = {key.split(".", 2)[2]: value for key, value in state.items() if key.startswith(f"blocks.{layer}.")}
            x = x + self._attention(normalized(x, own["norm1.weight"], own["norm1.bias"]), own)
            inner = (
                normalized(x, own["norm2.weight"], own["norm2.bias"]) @ own["mlp.fc1.weight"].T + own["mlp.fc1.bias"]
            )
            inner = inner * 0.5 * (1 + torch.erf(inner / math.sqrt(2)))
            x = x + inner @ own["mlp.fc2.weight"].T + own["mlp.fc2.bias"]
        return x

    def forward(self, video: Tensor) -> Tensor:
        state = {name: value.float().double() for name, value in self.state.items()}
        pooled = normalized(self.tokens(video).mean(1), state["fc_norm.weight"], state["fc_norm.bias"])
        return pooled @ state["head.weight"].T + state["head.bias"]

    @staticmethod
    def _attention(x: Tensor, own: dict[str, Tensor]) -> Tensor:
        bias = torch.cat([own["attn.q_bias"], torch.zeros(WIDTH, dtype=x.dtype), own["attn.v_bias"]])
        mixed = x @ own["attn.qkv.weight"].T + bias
        query, key, value = (part.reshape(*x.shape[:2], HEADS, -1).transpose(1, 2) for part in mixed.chunk(3, dim=-1))
        share = torch.softmax(query @ key.transpose(-2, -1) / math.sqrt(WIDTH // HEADS), dim=-1)
        return (share @ value).transpose(1, 2).flatten(2) @ own["attn.proj.weight"].T + own["attn.proj.bias"]


def normalized(x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    centred = x - x.mean(-1, keepdim=True)
    return centred / torch.sqrt(centred.pow(2).mean(-1, keepdim=True) + 1e-6) * weight + bias


@pytest.fixture
def reference() -> Reference:
    return Reference(seed=3)


@pytest.fixture
def video() -> Tensor:
    """(2, F, 3, P, P) as ``transformers`` wants it."""
    return torch.randn((2, FRAMES, 3, SIDE, SIDE), generator=torch.Generator().manual_seed(4), dtype=torch.float64)


def logits(network: nn.Module, video: Tensor) -> Tensor:
    with torch.inference_mode():
        return network.double()(pixel_values=video).logits  # type: ignore[no-any-return]


def save(path: Path, state: dict[str, Tensor], wrapper: str = "model") -> Path:
    torch.save({wrapper: state, "epoch": 7, "args": argparse.Namespace(lr=0.1)}, path)
    return path


@pytest.mark.parametrize("wrapper", ["model", "module"])
def test_a_converted_checkpoint_computes_the_same(
    tmp_path: Path, reference: Reference, video: Tensor, wrapper: str
) -> None:
    network = mvd.read(save(tmp_path / "mvd.pth", reference.checkpoint(), wrapper), SIDE, FRAMES)
    expected = reference(video.transpose(1, 2))
    assert expected.abs().max() > 0.1
    assert (logits(network, video) - expected).abs().max() < 1e-6  # the table of places is in float32


def test_new_names_without_the_table_of_places_would_be_another_network(
    tmp_path: Path, reference: Reference, video: Tensor
) -> None:
    from transformers.models.videomae.modeling_videomae import get_sinusoid_encoding_table

    network = mvd.read(save(tmp_path / "mvd.pth", reference.checkpoint()), SIDE, FRAMES)
    network.videomae.embeddings.position_embeddings = get_sinusoid_encoding_table(TIMES * PLACES**2, WIDTH)  # type: ignore
    assert (logits(network, video) - reference(video.transpose(1, 2))).abs().max() > 0.01


def test_the_epsilon_of_the_last_normalization_counts(tmp_path: Path, reference: Reference, video: Tensor) -> None:
    reference.state["head.weight"] = reference.state["head.weight"] * 1000  # small differences count
    network = mvd.read(save(tmp_path / "mvd.pth", reference.checkpoint()), SIDE, FRAMES)
    expected = reference(video.transpose(1, 2))
    error = (logits(network, video) - expected).abs().max()
    network.fc_norm.eps = 1e-5  # type: ignore[union-attr]
    assert (logits(network, video) - expected).abs().max() > 10 * error


def test_a_converted_network_saved_by_transformers_gets_its_table_again(
    tmp_path: Path, reference: Reference, video: Tensor
) -> None:
    network = mvd.read(save(tmp_path / "mvd.pth", reference.checkpoint()), SIDE, FRAMES)
    network.save_pretrained(tmp_path / "converted")  # type: ignore[operator]
    loaded = hub.load_pretrained("mvd", str(tmp_path / "converted"))
    assert torch.equal(logits(loaded, video), logits(network, video))
    plain = hub.load_pretrained("videomae", str(tmp_path / "converted"))
    assert (logits(plain, video) - logits(network, video)).abs().max() > 0.01


def test_a_checkpoint_before_fine_tuning_gives_its_normalized_tokens(
    tmp_path: Path, reference: Reference, video: Tensor
) -> None:
    state = reference.checkpoint()
    pretrained = {f"encoder.{name}": value for name, value in state.items() if not name.startswith(("fc_norm", "head"))}
    pretrained |= {"encoder.norm.weight": state["fc_norm.weight"], "encoder.norm.bias": state["fc_norm.bias"]}
    pretrained |= {"decoder_img.blocks.0.norm1.weight": torch.ones(3), "mask_token_vid": torch.zeros(1, 1, 3)}
    network = mvd.read(save(tmp_path / "mvd.pth", pretrained), SIDE, FRAMES).double()
    with torch.inference_mode():
        tokens = network.videomae(pixel_values=video).last_hidden_state  # type: ignore[operator]
    expected = normalized(
        reference.tokens(video.transpose(1, 2)), state["fc_norm.weight"].double(), state["fc_norm.bias"].double()
    )
    assert (tokens - expected).abs().max() < 1e-5


def test_the_norm_that_mean_pooling_replaces_is_dropped(tmp_path: Path, reference: Reference, video: Tensor) -> None:
    state = reference.checkpoint() | {"norm.weight": torch.zeros(WIDTH), "norm.bias": torch.ones(WIDTH)}
    network = mvd.read(save(tmp_path / "mvd.pth", state), SIDE, FRAMES)
    assert (logits(network, video) - reference(video.transpose(1, 2))).abs().max() < 1e-6


def test_the_table_of_places_is_that_of_three_dimensions() -> None:
    table = mvd.position_table(WIDTH, TIMES, PLACES, PLACES)[0]
    assert table.dtype == torch.float32
    assert (table - table_of_places()).abs().max() < 1e-7
    wide = mvd.position_table(64, 2, 2, 3)[0].reshape(2, 2, 3, 64)
    assert torch.equal(wide[0, :, :, :16], wide[0, :1, :1, :16].expand(2, 3, 16))  # time alone
    assert torch.equal(wide[:, :, 1, 16:40], wide[:1, :1, 1, 16:40].expand(2, 2, 24))  # column alone
    assert torch.equal(wide[:, 1, :, 40:], wide[:1, 1, :1, 40:].expand(2, 3, 24))  # row alone


@pytest.mark.parametrize(("width", "layers", "heads"), [(384, 2, 6), (1024, 1, 16), (1280, 1, 16)])
def test_the_size_is_told_by_the_shapes(tmp_path: Path, width: int, layers: int, heads: int) -> None:
    inside = {
        "norm1.weight": (width,),
        "norm1.bias": (width,),
        "attn.qkv.weight": (3 * width, width),
        "attn.q_bias": (width,),
        "attn.v_bias": (width,),
        "attn.proj.weight": (width, width),
        "attn.proj.bias": (width,),
        "norm2.weight": (width,),
        "norm2.bias": (width,),
        "mlp.fc1.weight": (32, width),
        "mlp.fc1.bias": (32,),
        "mlp.fc2.weight": (width, 32),
        "mlp.fc2.bias": (width,),
    }
    state = {f"blocks.{layer}.{name}": torch.zeros(shape) for layer in range(layers) for name, shape in inside.items()}
    state |= {"patch_embed.proj.weight": torch.zeros(width, 3, 2, 16, 16), "patch_embed.proj.bias": torch.zeros(width)}
    state |= {"fc_norm.weight": torch.ones(width), "fc_norm.bias": torch.zeros(width)}
    config = mvd.read(save(tmp_path / "mvd.pth", state)).config
    assert (config.hidden_size, config.num_hidden_layers, config.num_attention_heads) == (width, layers, heads)  # type: ignore[union-attr]
    assert (config.num_frames, config.image_size) == (16, 224)  # type: ignore[union-attr]


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.pth"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(WeightsError, match=r"notes\.pth cannot be read as a checkpoint"):
        mvd.read(path)


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"holds no 'patch_embed\.proj\.weight'"):
        mvd.read(save(tmp_path / "other.pth", {"conv1.weight": torch.zeros(3, 3)}))


def test_a_network_with_parts_that_videomae_lacks_is_refused(tmp_path: Path, reference: Reference) -> None:
    for name in ("cls_token", "blocks.0.gamma_1"):
        with pytest.raises(WeightsError, match=name.split(".")[-1]):
            mvd.read(save(tmp_path / "other.pth", reference.checkpoint() | {name: torch.ones(WIDTH)}), SIDE, FRAMES)


def test_an_incomplete_checkpoint_is_refused(tmp_path: Path, reference: Reference) -> None:
    state = reference.checkpoint()
    del state["blocks.1.attn.proj.bias"]
    with pytest.raises(WeightsError, match=r"layer\.1\.attention\.output\.dense\.bias does not fit"):
        mvd.read(save(tmp_path / "mvd.pth", state), SIDE, FRAMES)


def test_code_in_a_checkpoint_is_not_run(tmp_path: Path) -> None:
    touched = tmp_path / "touched"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (touched,)

    torch.save({"model": {}, "trap": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(WeightsError, match="cannot be read"):
        mvd.read(tmp_path / "trap.pth")
    assert not touched.exists()
