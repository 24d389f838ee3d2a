"""Kill nights and check after each kill that nothing is lost: the long version of ``tests/runner/test_kill.py``.

python benchmarks/kill_test.py                  every step of a night, before, after and in the middle of it
python benchmarks/kill_test.py --kills 2000     goes on until so many kills are survived
python benchmarks/kill_test.py --seed 7         other random instants; the seed is printed in any case
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "tests" / "runner"))
sys.path.insert(0, str(REPOSITORY / "src"))
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(REPOSITORY / "src"), os.environ.get("PYTHONPATH"))))

from kill_trial import (  # noqa: E402
    HOWS,
    Driver,
    Order,
    full_disk_trial,
    kill_trial,
    make_night,
    make_plain_night,
    read_steps,
    save_trial,
    with_drivers,
)
from random_kills import random_kills, time_one_night  # noqa: E402

_RANDOM_KILLS = 20
"""Kills of one workspace at random instants."""


def main() -> int:
    asked = _parse()
    print(f"seed {asked.seed}")
    chance = random.Random(asked.seed)
    total, turn = 0, 0
    folder = Path(tempfile.mkdtemp(prefix="kill_test "))  # Left where it is when a trial fails.
    while turn == 0 or total < asked.kills:
        total += _one_turn(folder / str(turn), chance, asked.at_a_time)
        turn += 1
        print(f"{total} kills survived so far", flush=True)
    shutil.rmtree(folder)
    print(f"{total} kills survived; nothing was lost and nothing ran twice")
    return 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1, help="go on until so many kills are survived")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--at-a-time", type=int, default=2 + (os.cpu_count() or 1) // 2, help="nights at the same time")
    return parser.parse_args()


def _one_turn(folder: Path, chance: random.Random, at_a_time: int) -> int:
    """Kill at every step in every way, and at random instants. Returns the kills."""
    steps = read_steps(make_night(folder / "steps"))
    plain = read_steps(make_plain_night(folder / "plain steps"))
    every = range(1, len(steps) + 1)
    kills = [
        _timed(
            f"killed before, after and in the middle of each of {len(steps)} steps, and again while taking up",
            [Order(step, how, chance.randrange(10**6), kills=3) for how in HOWS for step in every],
            lambda driver, order: kill_trial(driver, order, folder / f"{order.step} {order.how}", len(steps)),
            at_a_time,
        ),
        _timed(
            f"killed right after a person's save, at each of {len(plain)} steps",
            [Order(step, "saved, killed") for step in range(1, len(plain) + 1)],
            lambda driver, order: save_trial(driver, order, folder / f"saved {order.step}"),
            at_a_time,
        ),
    ]
    _timed(
        f"disk full from each of {len(steps)} steps on (no kills)",
        [Order(step, "full") for step in every],
        lambda driver, order: full_disk_trial(driver, order, folder / f"full {order.step}"),
        at_a_time,
    )
    return sum(kills) + _at_random(folder, chance, at_a_time)


def _timed(what: str, orders: list[Order], work: Callable[[Driver, Order], int], at_a_time: int) -> int:
    start = time.monotonic()
    done = with_drivers(at_a_time, orders, work)
    print(f"{done:5} {what}: {time.monotonic() - start:.0f} s", flush=True)
    return done


def _at_random(folder: Path, chance: random.Random, at_a_time: int) -> int:
    start = time.monotonic()
    seconds = time_one_night(folder / "timing")
    seeds = [chance.randrange(10**6) for _ in range(at_a_time)]
    with ThreadPoolExecutor(at_a_time) as pool:
        kills = sum(
            pool.map(lambda seed: random_kills(folder / f"random {seed}", seed, _RANDOM_KILLS, 2 * seconds), seeds)
        )
    print(f"{kills:5} scripts/track.py killed at random instants: {time.monotonic() - start:.0f} s", flush=True)
    return kills


if __name__ == "__main__":
    raise SystemExit(main())
