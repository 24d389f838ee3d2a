"""How fast the page is: from a key to the next frame, seeking, playing, opening many bouts. Real server and browser.

    python benchmarks/labelling.py                        videos made with ffmpeg, in a temporary folder
    python benchmarks/labelling.py --save                 the same; the table goes to benchmarks/results/labelling.md
    python benchmarks/labelling.py --source mouse.mp4     a video of yours, repeated to two hours, for the seeks

Needs ffmpeg and Chromium. Times are taken in the page: from the event to the moment after the frame was drawn. Beside
them stands what bare decoding of the same frames takes in the same run, so that two machines can be compared.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.settings.recording import add_recording
from ethonight.video.av_frames import AvFrames
from ethonight.video.timeline import Timeline
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).resolve().parent / "results" / "labelling.md"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CODER = "anna"
_PATIENCE = 600.0
WATCH = """() => {
  window.drawn = [];
  const root = document.documentElement;
  new MutationObserver(() => window.drawn.push([performance.now(), Number(root.dataset.frame)]))
    .observe(root, { attributes: true, attributeFilter: ["data-frame"] });
  addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
}"""
SEEK = """async (frame) => {
  const { seek } = await import("/page/player.js");
  const begun = performance.now();
  seek(frame);
  while (document.documentElement.dataset.frame !== String(frame)) {
    await new Promise((done) => setTimeout(done));
  }
  return performance.now() - begun;
}"""


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    found: str
    aim: str


def make_video(path: Path, size: str, seconds: int) -> None:
    """Write moving, noisy H.264 pictures at 30 frames per second, a key frame every 250."""
    source = f"testsrc2=size={size}:rate=30,noise=alls=8:allf=t"
    options = ["-t", str(seconds), "-c:v", "libx264", "-preset", "veryfast", "-g", "250", "-pix_fmt", "yuv420p"]
    ffmpeg("-f", "lavfi", "-i", source, *options, str(path))


def repeat(source: Path, path: Path, seconds: float) -> None:
    """Write the source again and again, without decoding it, until it lasts so long."""
    ffmpeg("-stream_loop", "-1", "-i", str(source), "-t", str(seconds), "-an", "-c", "copy", str(path))


def ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *words], check=True)


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """Yield the address of the page."""
    command = [sys.executable, str(REPOSITORY / "scripts" / "label.py"), "--no-browser", "--port", "0"]
    command += ["--workspace", str(workspace.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            found = next(match for line in process.stdout if (match := re.search(r"http://\S+", line)))
            yield found[0].rstrip("/.")
        finally:
            process.terminate()


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds in the page. Its policy forbids what Playwright's own waiting does."""
    end = time.monotonic() + _PATIENCE
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)


def open_video(page: Page, address: str, video: str) -> float:
    """Open a video as a person does for the first time or again; return seconds until it can be worked with."""
    page.goto("about:blank")
    begun = time.perf_counter()
    page.goto(f"{address}/#/{video}/{CODER}")
    until(page, "document.documentElement.dataset.ready === 'true'")
    until(page, "document.documentElement.dataset.frame !== undefined")
    seconds = time.perf_counter() - begun
    page.evaluate(WATCH)
    return seconds


def steps(page: Page, key: str, times: int) -> list[float]:
    """Return milliseconds from each key press to the drawn frame."""
    found = []
    for _ in range(times):
        before = page.evaluate("window.drawn.length")
        page.keyboard.press(key)
        until(page, f"window.drawn.length > {before}")
        found.append(float(page.evaluate("window.drawn.at(-1)[0] - window.pressed")))
    return found


def playing(page: Page, seconds: float) -> tuple[float, float]:
    """Play from the start; return drawn frames per second, and the share of the due frames that was drawn."""
    page.evaluate("window.drawn.length = 0")
    page.keyboard.press("Space")
    until(page, "window.drawn.length > 30")
    page.wait_for_timeout(seconds * 1000)
    page.keyboard.press("Space")
    drawn = page.evaluate("window.drawn")
    times, frames = [one[0] for one in drawn], [one[1] for one in drawn]
    lasted = (times[-1] - times[0]) / 1000
    return (len(times) - 1) / lasted, (len(times) - 1) / (frames[-1] - frames[0])


def bare_decoding(path: Path, cache: Path, frames: int) -> float:
    """Return milliseconds that one frame takes where it is decoded and nothing else."""
    stamps = Timeline.read([path], cache).parts[0].stamps
    reader = AvFrames(path, stamps, 2)
    begun = time.perf_counter()
    for frame in range(frames):
        reader.find(frame)
    seconds = time.perf_counter() - begun
    reader.close()
    return seconds * 1000 / frames


def bare_seeks(path: Path, cache: Path, frames: Sequence[int]) -> float:
    """Return the median milliseconds of a jump, decoding only."""
    stamps = Timeline.read([path], cache).parts[0].stamps
    reader, found = AvFrames(path, stamps, 2), []
    for frame in frames:
        begun = time.perf_counter()
        reader.find(frame)
        found.append((time.perf_counter() - begun) * 1000)
    reader.close()
    return statistics.median(found)


def many_bouts(path: Path, seconds: float, count: int) -> None:
    """Write so many bouts of eight behaviours, all over the time."""
    rng = np.random.default_rng(1)
    starts = np.sort(rng.uniform(0, seconds - 10, count)).round(3)
    lengths = rng.uniform(0.2, 6, count).round(3)
    labels = rng.choice(
        ["grooming", "rearing", "walking", "resting", "digging", "sniffing", "eating", "turning"], count
    )
    rows = [
        Bout(str(label), float(at), float(at + length))
        for label, at, length in zip(labels, starts, lengths, strict=True)
    ]
    write_annotation(path, Annotation(tuple(rows)))


def spread(values: Sequence[float]) -> str:
    """Return the median and the value below which 95 % lie."""
    return f"{statistics.median(values):.0f} ms median, {np.percentile(values, 95):.0f} ms at 95 %"


def measure_video(page: Page, address: str, workspace: Workspace, path: Path) -> list[Line]:
    """Step, and play, in one video of 1080p."""
    video = add_recording(workspace, [path]).name
    bare = bare_decoding(path, workspace.timestamps, 300)
    opening = open_video(page, address, video)
    forth, ten = steps(page, "ArrowRight", 150), steps(page, "Shift+ArrowRight", 40)
    back = steps(page, "ArrowLeft", 150)
    page.keyboard.press("Home")
    until(page, "document.documentElement.dataset.frame === '0'")
    rate, share = playing(page, 10)
    return [
        Line("open the page on it", f"{opening:.1f} s", ""),
        Line("key to next frame", spread(forth), "< 50 ms median"),
        Line("key to the frame before", spread(back), "< 50 ms median"),
        Line("key to the tenth frame", spread(ten), ""),
        Line("... bare decoding of a frame takes", f"{bare:.1f} ms", ""),
        Line("playing at 1x", f"{rate:.1f} frames/s drawn, {share:.1%} of those due", "30 frames/s"),
    ]


def measure_seeks(page: Page, address: str, workspace: Workspace, path: Path) -> list[Line]:
    """Jump to random frames of two hours."""
    video = add_recording(workspace, [path]).name
    first = open_video(page, address, video)
    total = len(Timeline.read([path], workspace.timestamps))
    frames = random.Random(7).sample(range(total), 60)
    found = [float(page.evaluate(SEEK, frame)) for frame in frames]
    return [
        Line("open the first time (the time of every frame is read)", f"{first:.1f} s", ""),
        Line("seek to a random frame", spread(found), "< 150 ms median"),
        Line("... bare decoding of these jumps", f"{bare_seeks(path, workspace.timestamps, frames):.0f} ms median", ""),
    ]


def measure_many(page: Page, address: str, workspace: Workspace, path: Path) -> list[Line]:
    """Open ten hours with 20,000 bouts, mark one more, look at all of it."""
    video = add_recording(workspace, [path]).name
    end = Timeline.read([path], workspace.timestamps).end
    many_bouts(workspace.annotations / video / f"{CODER}.csv", end, 20_000)
    opening = open_video(page, address, video)
    until(page, "document.querySelector('[data-testid=\"bouts-count\"]')?.textContent.includes('20,000')")
    moves = steps(page, "ArrowRight", 100)
    saving = [mark(page) for _ in range(5)]
    return [
        Line("open, times known", f"{opening:.1f} s", ""),
        Line("key to next frame", spread(moves), "< 50 ms median"),
        Line("mark a bout, until the file has it", f"{statistics.median(saving):.2f} s median", "< 1 s"),
    ]


def mark(page: Page) -> float:
    """Mark a bout of ten frames; return seconds until the page says that it is saved."""
    behaviour = page.locator("[data-testid^=behaviour-]").first
    behaviour.click()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(300)
    begun = time.perf_counter()
    behaviour.click()
    until(page, "document.querySelector('[data-testid=saved]').dataset.state !== 'saved'")
    until(page, "document.querySelector('[data-testid=saved]').dataset.state === 'saved'")
    return time.perf_counter() - begun


def measure(folder: Path, source: Path | None) -> dict[str, list[Line]]:
    """Return the lines of each part."""
    workspace = Workspace.open(folder)
    hd, short, two_hours, ten_hours = (
        folder / name for name in ("hd.mp4", "short.mp4", "two_hours.mp4", "ten_hours.mp4")
    )
    make_video(hd, "1920x1080", 30)
    if source is None:
        make_video(short, "640x480", 60)
    repeat(source or short, two_hours, 7200)
    make_video(folder / "small.mp4", "128x96", 60)
    repeat(folder / "small.mp4", ten_hours, 36_000)
    with served(workspace) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        try:
            return {
                "1080p, 30 frames/s, H.264, a key frame every 250": measure_video(page, address, workspace, hd),
                f"Two hours, {'640x480' if source is None else source.name}": measure_seeks(
                    page, address, workspace, two_hours
                ),
                "Ten hours with 20,000 bouts": measure_many(page, address, workspace, ten_hours),
            }
        finally:
            browser.close()


def table(parts: dict[str, list[Line]]) -> str:
    """Return the results as Markdown."""
    words = ["# How fast the page is", "", f"`python benchmarks/labelling.py`, {os.cpu_count()} cores, no GPU."]
    words += ["Headless Chromium at 1440x900, on the machine that also decodes.", ""]
    for title, lines in parts.items():
        words += [f"## {title}", "", "| what | measured | aim |", "| --- | --- | --- |"]
        words += [f"| {line.what} | {line.found} | {line.aim} |" for line in lines] + [""]
    return "\n".join(words)


def main() -> int:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--source", type=Path, help="a video that is repeated to two hours")
    made.add_argument("--save", action="store_true", help=f"write {RESULTS.name}")
    arguments = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="labelling-") as folder:
        text = table(measure(Path(folder), arguments.source))
    print(text)
    if arguments.save:
        RESULTS.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
