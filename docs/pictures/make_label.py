"""The pictures of the page: label.jpg, of a video of yours, and review.jpg, of the demonstration's workspace.

    python docs/pictures/make_label.py mouse_openfield.mp4 demo

The bouts in the first picture are drawn by lot, to show what the page looks like; nobody watched the mouse for them.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from ethonight.annotations.annotation import Annotation
from ethonight.annotations.bouts import Bout
from ethonight.annotations.bouts_writing import write_annotation
from ethonight.annotations.ethogram import Behaviour, Ethogram, write_ethogram
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parent.parent / "scripts" / "label.py"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
STATES = ("walking", "rearing", "grooming", "resting")
SECONDS = 70.0
_PATIENCE_MS = 120_000


def draw_bouts(seed: int) -> Annotation:
    """Return bouts of one state after the other, and a few events."""
    rng, bouts, second = random.Random(seed), [], 1.0
    while second < SECONDS - 6:
        length = rng.uniform(1, 6)
        bouts.append(Bout(rng.choice(STATES), round(second, 2), round(second + length, 2)))
        second += length + rng.choice((0, 0, rng.uniform(0, 2)))
    bouts += [Bout("rear wall", at, at) for at in sorted(round(rng.uniform(2, SECONDS), 2) for _ in range(6))]
    bouts.append(Bout("_scored", 0, round(SECONDS * 0.8, 2)))
    return Annotation(tuple(bouts))


def labelled(folder: Path, video: Path) -> tuple[Workspace, str]:
    """Return a workspace in which two coders have marked a video."""
    workspace = Workspace.open(folder)
    behaviours = [Behaviour(label, label[0], group="activity") for label in STATES]
    behaviours[1] = Behaviour("rearing", "e", group="activity")
    behaviours[3] = Behaviour("resting", "r", group="activity")
    write_ethogram(workspace.ethogram, Ethogram((*behaviours, Behaviour("rear wall", "v", kind="point"))))
    name = add_recording(workspace, [video]).name
    for coder, seed in (("anna", 3), ("ben", 4)):
        write_annotation(workspace.annotations / name / f"{coder}.csv", draw_bouts(seed))
    return workspace, name


@contextmanager
def opened(workspace: Workspace, place: str) -> Iterator[Page]:
    """Yield the page at a place behind its address, as soon as its frame is drawn."""
    command = [sys.executable, str(SCRIPT), "--no-browser", "--port", "0", "--workspace", str(workspace.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        assert server.stdout
        try:
            address = next(found[0] for line in server.stdout if (found := re.search(r"http://[^\s/]+/", line)))
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}{place}")
            page.locator("html[data-ready=true][data-frame]").wait_for(state="attached", timeout=_PATIENCE_MS)
            page.wait_for_timeout(1500)
            yield page
            browser.close()
        finally:
            server.terminate()


def save(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").save(HERE / name, quality=85, optimize=True)


def main() -> int:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("video", type=Path)
    made.add_argument("demo", type=Path, help="a workspace in which the task demo has run")
    arguments = made.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace, name = labelled(Path(folder), arguments.video.resolve())
        with opened(workspace, f"#/{name}/anna?frame=720") as page:
            save(page, "label.jpg")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "demo"
        shutil.copytree(arguments.demo, copy)
        with opened(Workspace.open(copy), "#/arena_7/anna") as page:
            page.get_by_test_id("tab-review").click()
            page.get_by_role("button", name="Start the review").click()
            page.wait_for_timeout(4000)
            save(page, "review.jpg")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
