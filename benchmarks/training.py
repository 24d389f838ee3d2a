"""How long the temporal model takes to train and to answer, from features that are there already.

    python benchmarks/training.py                   100 labelled minutes at 30 steps per second, 256 channels
    python benchmarks/training.py --minutes 20      less
    python benchmarks/training.py --threads 1       on fewer cores
    python benchmarks/training.py --write           also write benchmarks/results/training.md

The sequences are made: bouts of three behaviours and of a two-frame twitch, in noise that is correlated over time and
over channels, with an offset of each recording's own. So the figures for accuracy say that training works, and
nothing about real animals. Exit status 1 when a limit is passed.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from ethonight.recipe.training import Training
from ethonight.temporal.sequence import Sequence

REPOSITORY = Path(__file__).resolve().parent.parent
RATE = 30.0
LABELS = ("grooming", "rearing", "chasing", "twitch")
SECONDS = (4.0, 2.0, 3.0, 2 / RATE)
"""How long a bout of each lasts, about."""
PER_MINUTE = (2.0, 3.0, 1.5, 3.0)
MOST_SECONDS, LEAST_SPEED = 60.0, 200.0


def main() -> int:
    asked = _parse()
    if asked.child:
        print(json.dumps(_measure(asked)))
        return 0
    command = [sys.executable, __file__, "--child", *sys.argv[1:]]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    text = _table(found, asked)
    print(text)
    if asked.write:
        (REPOSITORY / "benchmarks" / "results" / "training.md").write_text(text, "utf-8")
    slow = found["seconds"] * min(1.0, 100 / asked.minutes) > MOST_SECONDS
    return int(slow or found["speed"] < LEAST_SPEED)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=100.0)
    parser.add_argument("--channels", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def made(minutes: float, channels: int, seed: int) -> Sequence:
    """One recording of ``minutes``, every step of it scored."""
    random, fixed = np.random.default_rng(seed), np.random.default_rng(0)
    steps = round(minutes * 60 * RATE)
    targets = _bouts(random, steps, minutes)
    looks = fixed.standard_normal((len(LABELS), channels)) * (fixed.random((len(LABELS), channels)) < 0.2)
    mixing = fixed.standard_normal((16, channels)) / 4
    swing = 1 + np.sin(np.arange(steps) * 2 * np.pi * 4 / RATE)[:, None]  # grooming goes to and fro, 4 per second
    common = _smooth(random.standard_normal((steps, 16)).astype(np.float32), 15)
    features = common @ mixing + _smooth(random.standard_normal((steps, channels)).astype(np.float32), 3)
    features += 0.5 * random.standard_normal(channels)
    for place, look in enumerate(looks):
        features += 0.9 * targets[:, place : place + 1] * (swing if place == 0 else 1.0) * look
    edges = np.arange(steps + 1) / RATE
    everywhere = np.ones(steps, dtype=np.bool_)
    return Sequence(f"made{seed}", "", features.astype(np.float16), everywhere, edges, targets, everywhere)


def _bouts(random: np.random.Generator, steps: int, minutes: float) -> NDArray[np.bool_]:
    targets = np.zeros((steps, len(LABELS)), dtype=np.bool_)
    for place, (seconds, often) in enumerate(zip(SECONDS, PER_MINUTE, strict=True)):
        for _ in range(max(1, round(often * minutes))):
            lasts = 2 if seconds < 0.1 else round(seconds * random.uniform(0.5, 1.5) * RATE)
            first = int(random.integers(0, max(1, steps - lasts)))
            targets[first : first + lasts, place] = True
    return targets


def _smooth(values: NDArray[np.float32], over: int) -> NDArray[np.float32]:
    """Return running means of white noise, at their old variance."""
    total = np.cumsum(np.pad(values, ((over, 0), (0, 0))), axis=0, dtype=np.float64)
    return np.asarray((total[over:] - total[:-over]) / np.sqrt(over), dtype=np.float32)


def _measure(asked: argparse.Namespace) -> dict[str, object]:
    import torch

    from ethonight.temporal.lesson import Lesson
    from ethonight.temporal.measuring import measure, ranked
    from ethonight.temporal.training import train

    torch.set_num_threads(asked.threads)
    teaching = tuple(made(asked.minutes / 8, asked.channels, seed) for seed in range(6))
    validating = tuple(made(asked.minutes / 8, asked.channels, seed) for seed in range(6, 8))
    before = _peak()
    began, computed = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        trained = train(Lesson(teaching, validating, LABELS), Training(), Path(folder) / "checkpoint.pt")
    seconds, computing = time.perf_counter() - began, time.process_time() - computed
    after = _peak()
    speed, slower = _answer(trained.ensemble, asked.channels)
    test = made(10, asked.channels, 99)
    scores = trained.ensemble.of(test).scores
    assert test.targets is not None
    figures = measure(scores, test.targets)
    twitch = ranked(scores[:, -1], test.targets[:, -1])
    assert figures and twitch
    return {
        "seconds": seconds,
        "computing": computing,
        "epochs": len(trained.log),
        "memory": (after - before),
        "features": sum(s.features.nbytes for s in (*teaching, *validating)) / 2**20,
        "speed": speed,
        "half_hour_ratio": slower,
        "f1": figures.best_f1,
        "precision": figures.average_precision,
        "twitch": twitch[1],
        "torch": torch.__version__,
    }


def _answer(ensemble: object, channels: int) -> tuple[float, float]:
    """Return how many times faster than real time scores come from a cached file, and time per step of 30 to 10 min."""
    import h5py

    from ethonight.temporal.ensemble import Ensemble

    assert isinstance(ensemble, Ensemble)
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        for minutes in (10, 30):
            path = Path(folder) / f"{minutes}.h5"
            with h5py.File(path, "w") as file:
                held = made(minutes, channels, 50).features
                file.create_dataset("features", data=held[None], chunks=(1, 1024, channels))
            times = []
            for _ in range(3):
                began = time.perf_counter()
                with h5py.File(path) as file:
                    features = file["features"][0]
                ensemble.answer(features, np.ones(len(features), dtype=np.bool_))
                times.append(time.perf_counter() - began)
            taken.append(min(times) / (minutes * 60))
    return 1 / taken[1], taken[1] / taken[0]


def _peak() -> float:
    """Return this process's largest resident size so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _table(found: dict[str, float], asked: argparse.Namespace) -> str:
    training = asdict(Training())
    sizes = ", ".join(f"{name} {training[name]}" for name in ("width", "layers", "refinements", "window", "batch"))
    lines = [
        "# Training and answering from cached features",
        "",
        f"{asked.minutes:g} labelled minutes at {RATE:g} steps per second ({found['features']:.0f} MiB of features), "
        f"{asked.channels} channels, {len(LABELS)} classes, made data;",
        f"{training['seeds']} networks ({sizes}), a quarter of the time as validation, "
        f"{asked.threads} threads, {platform.machine()}, torch {found['torch']}.",
        "",
        "| what | measured | limit |",
        "| --- | --- | --- |",
        f"| training, seconds | {found['seconds']:.1f} ({found['epochs']:.0f} epochs) | {MOST_SECONDS:g} for 100 min |",
        f"| training, seconds of computing, all threads together | {found['computing']:.1f} | |",
        f"| training, seconds per labelled hour | {found['seconds'] / asked.minutes * 60:.1f} | |",
        f"| memory of training beyond the features, MiB | {found['memory']:.0f} | |",
        f"| scores from a features file, times real time | {found['speed']:.0f} | {LEAST_SPEED:g} |",
        f"| time per step, 30 min to 10 min | {found['half_hour_ratio']:.2f} | |",
        f"| new recording: best frame F1, mean of the classes | {found['f1']:.3f} | |",
        f"| new recording: best frame F1 of two-frame twitches | {found['twitch']:.3f} | |",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
