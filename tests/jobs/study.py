"""A small workspace of a person who marks behaviour: four videos of 10 s, each with bouts of the coder anna."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import tomli_w

from ethonight.config import Config
from ethonight.jobs.protocol import Site
from ethonight.jobs.registry import kind_of
from ethonight.overnight import Dependencies
from ethonight.settings.job_file import JobFile, load_job
from ethonight.settings.recording import add_recording
from ethonight.workspace import Workspace

VIDEOS = ("v0", "v1", "v2", "v3")
SECONDS = 10
_FPS = 10
HEADER = "labelId,timestamp,endTimestamp"


class Study:
    """The workspace, and what its person writes into it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.site = Site(workspace, Config(min_free_gb=0.0))

    @classmethod
    def make(cls, root: Path) -> Study:
        root.mkdir()
        made = cls(Workspace.open(root))
        for seed, name in enumerate(VIDEOS):
            add_recording(made.workspace, [write_video(root / "videos" / f"{name}.avi", seed)])
            made.mark(name, "grooming,1,2", "rearing,4,5.5")
        return made

    def copy(self, root: Path) -> Study:
        """Return the same study in another folder."""
        shutil.copytree(self.workspace.root, root)
        for file in (root / "settings").glob("*/video.toml"):
            file.write_text(file.read_text("utf-8").replace(str(self.workspace.root), str(root)), "utf-8")
        return Study(Workspace.open(root))

    def video(self, name: str) -> Path:
        return self.workspace.root / "videos" / f"{name}.avi"

    def mark(self, video: str, *rows: str, header: str = HEADER, coder: str = "anna") -> Path:
        """Write a coder's bouts."""
        path = self.workspace.annotations / video / f"{coder}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join([header, *rows, ""]), "utf-8")
        return path

    def train(self, videos: Sequence[str] = VIDEOS, model: str = "m", **keys: object) -> JobFile:
        """Write a training file, v3 being the test and v2 the validation where they are among the videos."""
        split = {"mode": "videos", "test": ["v3"], "validation": ["v2"]} if tuple(videos) == VIDEOS else {}
        pairs = [{"video": video, "annotations": "anna"} for video in videos]
        return self.write(
            f"{model}/train.toml", {"task": "train", "model": model, "split": split, "pairs": pairs, **keys}
        )

    def write(self, name: str, document: dict[str, object]) -> JobFile:
        path = self.workspace.settings / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(tomli_w.dumps(document), "utf-8")
        return load_job(self.workspace, self.workspace.key(path))

    def warnings(self, job: JobFile) -> str:
        """Return what the evening check warns of. Raises SettingsError for what it refuses."""
        return "\n".join(kind_of(job.document).inputs(job, self.site).warnings)

    def dependencies(self) -> Dependencies:
        return Dependencies(self.site, kind_of)


def write_video(path: Path, seed: int, seconds: float = SECONDS) -> Path:
    """Write a video of noise that no other seed gives."""
    path.parent.mkdir(exist_ok=True)
    chance = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=_FPS)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuvj420p"
        for _ in range(round(seconds * _FPS)):
            picture = chance.integers(0, 255, (32, 32, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path
