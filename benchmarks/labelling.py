"""How fast the page is: a real browser (Chromium) in front of the real server.

    python benchmarks/labelling.py                 all of it; makes its videos in a temporary folder (about 2 GB)
    python benchmarks/labelling.py --video a.mp4   the pictures of this video (H.264) instead of usual ones
    python benchmarks/labelling.py --hours 0.5     shorter than the two hours in which is sought
    python benchmarks/labelling.py --report r.md   the tables as a file, too

Videos are 1920x1080, H.264, 30 frames a second, with B-frames: once with a key frame every second, once with one every
250 frames, which is what ffmpeg does when nothing else is said. A step is the time from the press of the key to the
next frame being drawn on the canvas; a seek, from the call to the frame being drawn, at frames drawn by lot. The screen
shows what was drawn up to 17 ms later. "processor" is the time that each part takes from all processors for one frame
that is shown; without a graphics card, the browser draws with the processor, too. "bare" is PyAV's decoding of the same
frames, without any picture made of them, in this run; the page can be faster where it leaves frames out on the way, or
has the picture already.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data" / "video_lab" / "flies_in_tubes.mp4"
CHROMIUM = "/usr/bin/chromium"
RATE = 30
MEANT_MS = {"step": 50.0, "seek": 150.0}
CODER = "anna"
BOUTS = 20_000
LONG_HOURS = 10

_DRAWN = """(frame) => new Promise((resolve) => {
  const root = document.documentElement;
  const drawn = () => root.dataset.frame === String(frame) && (resolve(performance.now()), true);
  if (!drawn()) {
    const watcher = new MutationObserver(() => drawn() && watcher.disconnect());
    watcher.observe(root, { attributeFilter: ["data-frame"] });
  }
})"""
"""Tells when a frame is drawn."""

_PRESS = f"""() => {{
  window.pressed = new Promise((resolve) => addEventListener("keydown", (event) => {{
    const key = event.key;
    const to = Number(document.documentElement.dataset.frame) + (key === "ArrowRight" ? 1 : -1);
    ({_DRAWN})(to).then((now) => resolve(now - event.timeStamp));
  }}, {{ once: true, capture: true }}));
}}"""
"""Measures from the next press of an arrow key to its frame."""

_SEEK = f"""async (frame) => {{
  const player = await import("/page/player.js");
  const began = performance.now();
  player.seek(frame);
  return (await ({_DRAWN})(frame)) - began;
}}"""

_PLAY = """(seconds) => new Promise((resolve) => {
  const root = document.documentElement;
  const shown = [];
  new MutationObserver(() => shown.push([performance.now(), Number(root.dataset.frame)]))
    .observe(root, { attributeFilter: ["data-frame"] });
  setTimeout(() => resolve(shown), seconds * 1000);
})"""
"""Collects when which frame was drawn."""


@dataclass(frozen=True)
class Times:
    """Milliseconds of something that was done many times."""

    values: Sequence[float]

    def share(self, percent: float) -> float:
        return float(np.percentile(self.values, percent))

    def cells(self, meant: float) -> str:
        verdict = "yes" if self.share(50) < meant else "NO"
        return f"{self.share(50):.0f} | {self.share(95):.0f} | {meant:.0f} | {verdict}"


def make_video(path: Path, source: Path | None, every: int, seconds: int = 40) -> Path:
    """Write a 1080p video with a key frame every ``every`` frames; without a source, of a made scene with noise."""
    scene = ["-stream_loop", "-1", "-i", str(source)] if source else ["-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30"]
    filters = f"scale=1920:1080,fps={RATE}" + ("" if source else ",noise=alls=12:allf=t")
    coding = ["-c:v", "libx264", "-preset", "medium", "-crf", "23", "-g", str(every), "-pix_fmt", "yuv420p", "-an"]
    ffmpeg(*scene, "-t", str(seconds), "-vf", filters, *coding, str(path))
    return path


def repeat(path: Path, source: Path, hours: float) -> Path:
    """Write a video of so many hours that shows ``source`` again and again."""
    ffmpeg("-stream_loop", "-1", "-i", str(source), "-t", str(hours * 3600), "-c", "copy", str(path))
    return path


def ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True)


@contextlib.contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve the page of a workspace and yield its address."""
    command = [sys.executable, str(ROOT / "scripts" / "label.py"), "--no-browser", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*command, "--workspace", str(workspace)], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if found := re.search(r"http://\S+", line):
                    yield found[0]
                    break
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def browser_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1600, "height": 1000})
        page.set_default_timeout(600_000)
        yield page
        chromium.close()


def open_video(page: Page, address: str, video: str) -> float:
    """Open a video and return how long it took until its first frame was drawn and its bouts were there, seconds."""
    page.goto(address)
    began = time.perf_counter()
    page.goto(f"{address}#/{video}/{CODER}")
    page.wait_for_selector("html[data-ready='true'][data-frame]", state="attached")
    return time.perf_counter() - began


def steps(page: Page, first: int, key: str, count: int) -> Times:
    """Press an arrow key again and again, each time as soon as the frame before is drawn."""
    page.evaluate(_SEEK, first)
    found = []
    for _ in range(count):
        page.evaluate(_PRESS)
        page.keyboard.press(key)
        found.append(float(page.evaluate("() => window.pressed")))
    return Times(found)


def seeks(page: Page, frames: Sequence[int]) -> Times:
    return Times([float(page.evaluate(_SEEK, frame)) for frame in frames])


def playback(page: Page, first: int, seconds: float) -> str:
    """Play at 1x and return the table's cells: frames a second, frames left out, the longest time without a new one,
    processor time.
    """
    page.evaluate(_SEEK, first)
    before = processor_seconds()
    page.keyboard.press("Space")
    shown = page.evaluate(_PLAY, seconds)
    page.keyboard.press("Space")
    used = [1000 * (after - at) / len(shown) for at, after in zip(before, processor_seconds(), strict=True)]
    moments, frames = np.array(shown, np.float64).T
    rate = (len(frames) - 1) / (moments[-1] - moments[0]) * 1000
    left_out = 1 - len(set(frames)) / (frames[-1] - frames[0] + 1)
    verdict = "yes" if rate > 0.98 * RATE else "NO"
    work = ", ".join(f"{each:.1f}" for each in used)
    return f"{rate:.1f} | {left_out:.1%} | {np.diff(moments).max():.0f} | {RATE} | {verdict} | {work}"


def processor_seconds() -> tuple[float, float, float]:
    """Return how much processor time the decoding process, the server and the browser have taken so far."""
    found = {"ethonight.viewing.child": 0.0, "label.py": 0.0, "chromium": 0.0}
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            words, times = " ".join(process.cmdline()), process.cpu_times()
            name = next((name for name in found if name in words), None)
            if name is not None:
                found[name] += times.user + times.system
    return found["ethonight.viewing.child"], found["label.py"], found["chromium"]


def bare(path: Path, cache: Path, targets: Sequence[int]) -> tuple[float, Times]:
    """Return how fast PyAV alone decodes in order (frames a second), and how long it takes for each of the targets."""
    from ethonight.video.av_frames import AvFrames
    from ethonight.video.timeline import Timeline

    part = Timeline.read([path], cache).parts[0]
    frames = AvFrames(path, part.stamps, os.cpu_count() or 1)
    began = time.perf_counter()
    count = sum(frames.find(index) is not None for index in range(min(600, len(part.stamps))))
    rate, found = count / (time.perf_counter() - began), []
    for target in targets:
        began = time.perf_counter()
        frames.find(target)
        found.append(1000 * (time.perf_counter() - began))
    frames.close()
    return rate, Times(found)


def pictures_table(folder: Path, source: Path | None, hours: float) -> Iterator[str]:
    """Measure steps, playback and seeks, and yield the lines of their tables."""
    from ethonight.settings.recording import add_recording
    from ethonight.workspace import Workspace

    workspace = Workspace.open(folder)
    yield f"| in {hours:g} hours, 1080p, 30 frames/s | median ms | 95 % ms | aim | reached | bare: median ms |"
    yield "| --- | --- | --- | --- | --- | --- |"
    plays = []
    with browser_page() as page:
        for every in (RATE, 250):
            path = repeat(folder / f"key{every}.mp4", make_video(folder / f"short{every}.mp4", source, every), hours)
            add_recording(workspace, [path])
            targets = random.Random(every).sample(range(1000, round(hours * 3600 * RATE) - 1000), 40)
            decoding, alone = bare(path, workspace.timestamps, targets)
            with served(folder) as address:
                open_video(page, address, path.stem)
                each = f"key frame every {every}"
                for key, name in (("ArrowRight", "step forward"), ("ArrowLeft", "step back")):
                    found = steps(page, targets[0], key, 60)
                    yield f"| {name}, {each} | {found.cells(MEANT_MS['step'])} | {1000 / decoding:.1f} |"
                yield f"| seek, {each} | {seeks(page, targets).cells(MEANT_MS['seek'])} | {alone.share(50):.0f} |"
                plays.append(f"| {each} | {playback(page, targets[1], 15)} | {decoding:.0f} |")
            path.unlink()
    yield ""
    yield (
        "| playing at 1x | frames/s | left out | longest wait, ms | aim | reached"
        " | processor ms a frame: pictures, server, browser | bare: frames/s |"
    )
    yield from ("| --- | --- | --- | --- | --- | --- | --- | --- |", *plays)


def bouts_table(folder: Path) -> Iterator[str]:
    """Measure how long it takes to open a recording of ten hours with 20,000 bouts; yield the lines of the table."""
    from ethonight.settings.recording import add_recording
    from ethonight.workspace import Workspace

    workspace = Workspace.open(folder)
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=s=320x240:r={RATE}:d=60", "-c:v", "libx264", str(folder / "minute.mp4"))
    path = repeat(folder / "long.mp4", folder / "minute.mp4", LONG_HOURS)
    name = add_recording(workspace, [path]).name
    write_bouts(workspace.annotations / name / f"{CODER}.csv")
    with browser_page() as page, served(folder) as address:
        first = open_video(page, address, name)
        again = min(open_video(page, address, name) for _ in range(3))
        held = page.evaluate("async () => (await import('/page/store.js')).state.bouts?.size ?? 0")
        assert held == BOUTS, f"the page holds {held} bouts"
    with served(folder) as address, browser_page() as page:
        restarted = open_video(page, address, name)
    yield f"| {LONG_HOURS} hours, {LONG_HOURS * 3600 * RATE:,} frames, {BOUTS:,} bouts | seconds |"
    yield "| --- | --- |"
    yield f"| opened for the first time (the times of all frames are read from the file) | {first:.1f} |"
    yield f"| opened for the first time after the server's start | {restarted:.1f} |"
    yield f"| opened again | {again:.1f} |"


def write_bouts(path: Path) -> None:
    """Write 20,000 bouts of six behaviours, spread over ten hours."""
    rng = np.random.default_rng(1)
    starts = np.sort(rng.uniform(0, LONG_HOURS * 3600 - 10, BOUTS))
    labels = ("digging", "grooming", "rearing", "feeding", "resting", "chasing")
    rows = [f"{labels[n % 6]},{at:.3f},{at + rng.uniform(0.2, 1.5):.3f}" for n, at in enumerate(starts)]
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(["labelId,timestamp,endTimestamp", *rows, ""]), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--video", type=Path, default=SHARED if SHARED.is_file() else None)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--report", type=Path)
    arguments = parser.parse_args()
    lines = [f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}", ""]
    print("\n".join(lines), flush=True)
    for measured in (lambda at: pictures_table(at, arguments.video, arguments.hours), bouts_table):
        with tempfile.TemporaryDirectory() as folder:
            for line in (*measured(Path(folder)), ""):
                lines.append(line)
                print(line, flush=True)
    if arguments.report:
        arguments.report.write_text("\n".join(["# Labelling", "", *lines]), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
