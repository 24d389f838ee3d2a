"""How fast and with how much memory each decoder delivers frames of 224x224, on real or given videos.

    python benchmarks/decoding.py                    idtracker.ai's test video and ../shared/data/video_lab
    python benchmarks/decoding.py a.mp4 b.avi        other videos
    python benchmarks/decoding.py --frames 2000      at most so many frames of each

Every number is of a process of its own. Ratios are within this run: to PyAV's bare decoding, which makes no pictures.
"memory x4" is the peak after four passes over the peak after one: near 1 when memory does not grow with the length.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

SIZE = (224, 224)
BATCH = 32
SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "video_lab"
KINDS = ("bare", "av", "decord", "auto")


def peak_mib() -> float:
    """Return this process's largest resident size so far."""
    import psutil

    info = psutil.Process().memory_info()
    if sys.platform == "win32":
        return float(info.peak_wset) / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def measure(path: Path, kind: str, most: int, passes: int, cache: Path) -> dict[str, object]:
    """Read the video ``passes`` times and return frames per second of reading, and memory in MiB."""
    import av
    import decord  # noqa: F401  both libraries are loaded in every process, so that memory is comparable

    from ethonight.video.decoder import DecordFailed
    from ethonight.video.frames import Choice, FrameReader
    from ethonight.video.timeline import Timeline

    timeline = Timeline.read([path], cache)
    wanted = range(min(most, len(timeline)))
    before, began = peak_mib(), time.perf_counter()
    if kind == "bare":
        for _ in range(passes):
            with av.open(str(path)) as container:
                container.streams.video[0].thread_type = "AUTO"
                for number, _frame in enumerate(container.decode(video=0)):
                    if number + 1 >= len(wanted):
                        break
        opening, who = 0.0, "bare"
    else:
        choices: dict[str, Choice] = {"av": "av", "decord": "decord", "auto": "auto"}
        with FrameReader(timeline, SIZE, decoder=choices[kind]) as reader:
            try:
                reader.get([0])
            except DecordFailed as error:
                return {"refused": str(error)}
            opening, began = time.perf_counter() - began, time.perf_counter()
            for _ in range(passes):
                for _batch in reader.batches(BATCH, wanted):
                    pass
            who = reader.decoders[0]
    seconds = time.perf_counter() - began
    return {"fps": passes * len(wanted) / seconds, "opening": opening, "mib": peak_mib() - before, "who": who}


def in_a_process(path: Path, kind: str, most: int, passes: int, cache: Path) -> dict[str, object]:
    command = [sys.executable, __file__, "--one", kind, "--passes", str(passes), "--frames", str(most)]
    command += ["--cache", str(cache), str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def show(path: Path, most: int, cache: Path) -> None:
    print(path.name)
    in_a_process(path, "bare", 1, 1, cache)  # reads the timestamps, whose memory would count otherwise
    bare = 0.0
    for kind in KINDS:
        once = in_a_process(path, kind, most, 1, cache)
        if "refused" in once:
            print(f"  {kind:8} refused: {once['refused']}")
            continue
        often = in_a_process(path, kind, most, 4, cache)
        fps, mib, opening = (float(str(once[name])) for name in ("fps", "mib", "opening"))
        bare = bare or fps
        growth = float(str(often["mib"])) / max(mib, 1.0)
        print(
            f"  {kind:8} {fps:7.0f} frames/s  {fps / bare:5.2f} of bare  opening and check {opening:5.2f} s"
            f"  memory +{mib:4.0f} MiB  memory x4 {growth:4.2f}  ({once['who']})",
            flush=True,
        )


def usual_videos() -> list[Path]:
    spec = find_spec("idtrackerai")
    places = [Path(place) / "data" / "test_B.avi" for place in (spec and spec.submodule_search_locations) or []]
    return places + sorted(SHARED.glob("*.mp4"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", nargs="*", type=Path)
    parser.add_argument("--frames", type=int, default=1000)
    parser.add_argument("--passes", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("--cache", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=KINDS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        job = arguments.videos[0], arguments.one, arguments.frames, arguments.passes, arguments.cache
        print(json.dumps(measure(*job)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for path in arguments.videos or usual_videos():
            show(path, arguments.frames, Path(folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
