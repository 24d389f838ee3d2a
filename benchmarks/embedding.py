"""How fast a recording becomes features, beside decoding it alone, and how much memory that takes.

    python benchmarks/embedding.py                          idtracker.ai's test video and ../shared/data/video_lab
    python benchmarks/embedding.py --videos a.mp4=2 b.avi   other videos; =2: so many animals (else 1)
    python benchmarks/embedding.py --frames 6000            about so many frames of each (the video is repeated)
    python benchmarks/embedding.py --report r.md            the table as a file, too

Each number is of a process of its own, the best of several rounds in which the three kinds take turns. "decode" reads
the recording in grey at the size that is used; "+ locate" also finds the animals as moving blobs; "embed" is the whole:
found, cropped, described by ``motion``, written. Ratios are to "decode", within this run; the limit is 0.5. The ratio
of processor time says the same where other programs take part of the machine. "looking" is what happens once before:
samples of the video tell the animals from the background. Memory is the peak of "embed" on the recording and on one
four times as long: it must not grow with the length.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ethonight.features.extract import ExtractJob

LIMIT = 0.5
KINDS = ("decode", "locate", "embed")
RATE = 1000.0
"""Every frame is a time step, however fast the camera was."""
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "video_lab"
ANIMALS = {"test_A": 8, "test_B": 8, "flies_in_tubes": 20}


@dataclass(frozen=True)
class Task:
    """What one process measures."""

    video: Path
    animals: int
    kind: str
    passes: int
    folder: Path

    def run(self) -> dict[str, float]:
        """Measure in a new process: frames per second, peak memory in MiB, number of frames, seconds of looking."""
        command = [sys.executable, __file__, "--one", self.kind, "--videos", f"{self.video}={self.animals}"]
        command += ["--passes", str(self.passes), "--folder", str(self.folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return {name: float(value) for name, value in json.loads(done.stdout.splitlines()[-1]).items()}


def measure(task: Task) -> dict[str, float]:
    """Work through the video ``task.passes`` times, as one recording of so many files."""
    job, looking = new_job(task)
    begin, worked = time.perf_counter(), time.process_time()
    if task.kind == "embed":
        from ethonight.features.extract import extract

        extract(job)
    else:
        run_without_describing(job, locate=task.kind == "locate")
    seconds, work = time.perf_counter() - begin, time.process_time() - worked
    width, height = job.size
    found = {
        "fps": job.about.steps / seconds,
        "frames": job.about.steps,
        "looking": looking,
        "work": 1000 * work / job.about.steps,
    }
    return found | {"mib": peak_mib(), "width": width, "height": height}


def new_job(task: Task) -> tuple[ExtractJob, float]:
    """Return what is to be extracted, and how many seconds looking at samples took."""
    from ethonight.features.extract import ExtractJob
    from ethonight.features.motion import Motion
    from ethonight.features.store import About
    from ethonight.recipe.stream import Features, Recipe, Subjects
    from ethonight.subjects.locators import Sources, decide, open_locator
    from ethonight.video.content import content_key
    from ethonight.video.timeline import Timeline

    recipe = Recipe(Subjects("blobs", count=task.animals), Features("motion"), RATE)
    once = Timeline.read([task.video], task.folder)
    timeline = Timeline.read([task.video] * task.passes, task.folder)
    begin = time.perf_counter()
    decided = decide(once, recipe.subjects, Sources())
    looking = time.perf_counter() - begin
    describer = Motion(len(timeline) / (timeline.end - timeline.start))
    locator, size = open_locator(timeline, recipe.subjects, Sources(), decided, describer.pixels)
    about = About(task.video.stem, content_key(task.video), recipe, 1, len(timeline))
    partial = Path(tempfile.mkdtemp(dir=task.folder))
    return ExtractJob(timeline, about, locator, describer, size, partial / "features.h5", partial), looking


def run_without_describing(job: ExtractJob, *, locate: bool) -> None:
    from ethonight.features.extract_pictures import blocks
    from ethonight.video.frames import FrameReader

    reader = FrameReader(job.timeline, job.size, grey=True)
    for block in blocks(reader, range(len(job.timeline)), 1):
        if locate:
            job.locator.locate(range(block.first, block.stop), block.pictures)


def peak_mib() -> float:
    """Return this process's largest resident size so far."""
    import psutil

    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def table_row(video: Path, animals: int, frames: int, rounds: int, folder: Path) -> str:
    """Measure one video and return its row of the table."""
    length = int(Task(video, animals, "decode", 1, folder).run()["frames"])
    passes, best, work = max(1, round(frames / length)), dict.fromkeys(KINDS, 0.0), dict.fromkeys(KINDS, float("inf"))
    for _ in range(rounds):
        for kind in KINDS:
            last = Task(video, animals, kind, passes, folder).run()
            best[kind], work[kind] = max(best[kind], last["fps"]), min(work[kind], last["work"])
    longer = Task(video, animals, "embed", 4 * passes, folder).run()
    ratios = {kind: best[kind] / best["decode"] for kind in KINDS}
    verdict = "yes" if ratios["embed"] >= LIMIT else "NO"
    memory = ", ".join(f"{each['frames']:.0f}: {each['mib']:.0f}" for each in (last, longer))
    return (
        f"| {video.name} | {animals} | {last['width']:.0f}x{last['height']:.0f} | {best['decode']:.0f}"
        f" | {best['locate']:.0f} ({ratios['locate']:.2f}) | {best['embed']:.0f} ({ratios['embed']:.2f}) | {verdict}"
        f" | {work['decode']:.2f}, {work['embed']:.2f} ({work['decode'] / work['embed']:.2f})"
        f" | {last['looking']:.1f} | {memory} |"
    )


def usual_videos() -> list[tuple[Path, int]]:
    spec = find_spec("idtrackerai")
    places = [Path(place) / "data" / "test_B.avi" for place in (spec and spec.submodule_search_locations) or []]
    return [(path, ANIMALS.get(path.stem, 1)) for path in (*places, *sorted(SHARED.glob("*.mp4"))) if path.is_file()]


def read_video(text: str) -> tuple[Path, int]:
    path, _, animals = text.rpartition("=") if text.rpartition("=")[2].isdecimal() else (text, "", "1")
    return Path(path), int(animals)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", nargs="+", type=read_video, default=None)
    parser.add_argument("--frames", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--passes", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        (video, animals), *_ = arguments.videos
        print(json.dumps(measure(Task(video, animals, arguments.one, arguments.passes, arguments.folder))))
        return 0
    lines = [
        f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}",
        "",
        "| video | animals | size | decode, frames/s | + locate (ratio) | embed (ratio) | >= 0.5"
        " | processor ms a frame: decode, embed (ratio) | looking, s"
        " | frames: peak MiB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for video, animals in arguments.videos or usual_videos():
            lines.append(table_row(video.resolve(), animals, arguments.frames, arguments.rounds, Path(folder)))
            print(lines[-1], flush=True)
    if arguments.report:
        arguments.report.write_text("\n".join(["# Embedding", "", *lines, ""]), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
