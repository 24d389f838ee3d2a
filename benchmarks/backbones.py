"""How fast VideoMAE networks of two sizes describe video, and which share of the chip's peak that is. Random weights.

    python benchmarks/backbones.py                     sizes S and L on the GPU; without one, S on the processor
    python benchmarks/backbones.py --sizes S B L       other sizes
    python benchmarks/backbones.py --batch 64          clips at a time
    python benchmarks/backbones.py --peak-tflops 989   the chip's peak as its maker gives it

On a GPU the networks run in half precision and the table is also written to benchmarks/results/backbones.md.
"whole" is all that features need of a network, from pictures in memory to vectors in memory; "network" is the passes
through it alone. Operations are those of matrix products, attention and convolutions, counted by torch. Without
--peak-tflops the peak is what products of large matrices reach in the same run and precision. Times are the best of
several.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import transformers
from torch.utils.flop_counter import FlopCounterMode

from ethonight.features.backbone import Backbone, half_precision
from ethonight.subjects.boxes import Located, Scene

RESULTS = Path(__file__).resolve().parent / "results" / "backbones.md"
RATE = 30.0
SIZES = {"S": (384, 12, 6), "B": (768, 12, 12), "L": (1024, 24, 16)}
"""Width, layers and attention heads."""


@dataclass(frozen=True)
class Speed:
    """Of one network. Seconds are per batch of ``clips``."""

    size: str
    millions: float
    clips: int
    steps: int
    whole: float
    network: float
    operations: float
    """Of a pass with the whole batch."""
    memory: float
    """Most memory of the GPU that was taken, GiB; 0 on a processor."""

    def line(self, peak: float) -> str:
        """Return the row of the table; ``peak`` is in operations per second."""
        pictures = self.clips * 16
        cells = [
            self.size,
            f"{self.millions:.0f} M",
            str(self.clips),
            f"{pictures / self.whole:,.1f}",
            f"{self.steps / self.whole:,.1f}",
            f"{self.steps / self.whole / RATE:,.2f}x",
            f"{pictures / self.network:,.1f}",
            f"{self.operations / self.network / 1e12:,.2f}",
            f"{self.operations / self.network / peak:.0%}",
            f"{self.operations / self.whole / peak:.0%}",
            f"{self.memory:.1f}",
        ]
        return f"| {' | '.join(cells)} |"


def best(work: Callable[[], object], device: torch.device, repeats: int) -> float:
    """Return the shortest time of several, seconds, after one that does not count."""
    times = []
    for _ in range(repeats + 1):
        settle(device)
        began = time.perf_counter()
        work()
        settle(device)
        times.append(time.perf_counter() - began)
    return min(times[1:])


def settle(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def measured_peak(device: torch.device, repeats: int) -> float:
    """Return the operations per second of a product of large matrices."""
    side, products = (8192, 20) if device.type == "cuda" else (1024, 4)
    left, right = torch.randn(2, side, side, device=device).to(half_precision(device))

    def work() -> None:
        for _ in range(products):
            left @ right

    return products * 2 * side**3 / best(work, device, repeats)


def random_network(size: str) -> torch.nn.Module:
    width, layers, heads = SIZES[size]
    config = transformers.VideoMAEConfig(
        hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=4 * width
    )
    return transformers.VideoMAEForVideoClassification(config)


def operations(size: str) -> int:
    """Return the operations of one clip's pass, counted without computing it."""
    with torch.device("meta"):  # where attention is counted too, as it is not on every device
        network, clip = random_network(size), torch.empty(1, 16, 3, 224, 224)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        network.videomae(pixel_values=clip)  # type: ignore[operator]
    return int(counter.get_total_flops())


def speed(size: str, device: torch.device, clips: int, repeats: int) -> Speed:
    network = random_network(size)
    backbone = Backbone("videomae", network, RATE, str(device), clips)
    steps = (clips - 1) * backbone.clips.hop  # served by exactly one batch
    crops = np.random.default_rng(0).integers(
        0, 256, (backbone.before + steps + backbone.after, backbone.pixels, backbone.pixels, 3), np.uint8
    )
    places = np.zeros((1, len(crops), 2), np.float32)
    located = Located(places, places, places[..., 0], np.ones((1, len(crops)), np.bool_))
    scene = Scene(("",), 640, 480, 40.0, 80.0)
    assert len(backbone.clips.windows(steps)) == clips
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    whole = best(lambda: backbone.compute(crops, located, scene), device, repeats)
    pixels = torch.rand(clips, 16, 3, backbone.pixels, backbone.pixels, device=device).to(backbone.precision)
    with torch.inference_mode():
        alone = best(lambda: network.videomae(pixel_values=pixels), device, repeats)  # type: ignore[operator]
    memory = torch.cuda.max_memory_allocated() / 2**30 if device.type == "cuda" else 0.0
    millions = sum(parameter.numel() for parameter in network.parameters()) / 1e6
    return Speed(size, millions, clips, steps, whole, alone, clips * operations(size), memory)


def table(speeds: list[Speed], peak: float, told: str, device: torch.device) -> str:
    chip = torch.cuda.get_device_name() if device.type == "cuda" else f"{platform.machine()} processor"
    heads = (
        "size",
        "parameters",
        "clips at a time",
        "whole: pictures/s",
        f"steps/s at {RATE:.0f} a second",
        "of real time",
        "network: pictures/s",
        "TFLOP/s",
        "of peak",
        "whole, of peak",
        "GPU memory, GiB",
    )
    lines = [
        "# Pretrained networks",
        "",
        f"`python benchmarks/backbones.py` on {chip}, torch {torch.__version__}, transformers "
        f"{transformers.__version__}, {str(half_precision(device)).removeprefix('torch.')}. "
        f"Peak ({told}): {peak / 1e12:,.2f} TFLOP/s.",
        "",
        f"| {' | '.join(heads)} |",
        "|" + " ---: |" * len(heads),
        *(each.line(peak) for each in speeds),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, help="networks; default: see above")
    parser.add_argument("--batch", type=int, help="clips at a time, 2 or more (64 on a GPU, 2 on a processor)")
    parser.add_argument("--repeats", type=int, help="timed repeats (10 on a GPU, 1 on a processor)")
    parser.add_argument("--peak-tflops", type=float, help="the chip's peak; measured where not given")
    arguments = parser.parse_args()
    on_gpu = torch.cuda.is_available()
    device = torch.device("cuda" if on_gpu else "cpu")
    batch = max(2, arguments.batch or (64 if on_gpu else 2))
    repeats = arguments.repeats or (10 if on_gpu else 1)
    sizes = arguments.sizes or (["S", "L"] if on_gpu else ["S"])
    told, peak = "given", (arguments.peak_tflops or 0.0) * 1e12
    if not peak:
        told, peak = "measured, products of matrices", measured_peak(device, repeats)
    text = table([speed(size, device, batch, repeats) for size in sizes], peak, told, device)
    print(text)
    if on_gpu:
        RESULTS.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
