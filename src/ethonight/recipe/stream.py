"""What one file of cached features is made by: which subjects, which features, at which rate."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from ethonight.errors import SettingsError
from ethonight.recipe.reading import read_value, to_table

WEIGHTS_FREE = ("motion", "kinematics")
BACKBONES = ("videomae", "mvd", "vjepa2", "videoprism", "dino")
_VERSION = 1
"""Grows when the same settings give other numbers, so that older cached features are not taken for these."""


@dataclass(frozen=True)
class Subjects:
    """Who to look at."""

    kind: str = field(default="frame", metadata={"choices": ("frame", "blobs", "tracks")})
    """The whole frame, moving blobs, or the identities that idtracker.ai has tracked."""
    count: int = field(default=1, metadata={"least": 1, "most": 200})
    """How many animals there are; for ``blobs``."""
    polarity: str = field(default="auto", metadata={"choices": ("auto", "dark", "light")})
    """Whether the animals are darker or lighter than the background; for ``blobs``."""
    threshold: float = field(default=0.0, metadata={"least": 0.0, "most": 255.0})
    """Least difference from the background, in grey levels; 0: chosen from the video. For ``blobs``."""
    session: str = ""
    """The name of the idtracker.ai session; empty: the video's only one. For ``tracks``."""
    body_lengths: float = field(default=2.0, metadata={"least": 0.5, "most": 20.0})
    """The crop's side in body lengths of the subject; for ``blobs`` and ``tracks``."""


@dataclass(frozen=True)
class Features:
    """What is computed of each crop, or of the positions."""

    name: str = field(default="motion", metadata={"choices": WEIGHTS_FREE + BACKBONES})
    pixels: int = field(default=64, metadata={"least": 16, "most": 512})
    """The side of the crop that ``motion`` looks at, in pixels. Pretrained backbones bring their own."""
    weights: str = ""
    """A folder or file with a backbone's weights, or its name on the hub; empty: the usual one."""
    revision: str = ""
    """Which revision of the weights on the hub; empty: the pinned one."""


@dataclass(frozen=True)
class Recipe:
    """Settings of one file of cached features."""

    subjects: Subjects = Subjects()
    features: Features = Features()
    rate: float = 30.0
    """Most time steps per second; a faster video is looked at in every second frame, every third, ..."""

    @classmethod
    def read(cls, document: Mapping[str, object]) -> Recipe:
        """Read ``[subjects]``, ``[features]`` and ``rate``; other keys are not looked at. Raises SettingsError."""
        subjects = read_value(Subjects, document.get("subjects", {}), "subjects")
        named = document.get("features", {})
        features = read_value(Features, {"name": named} if isinstance(named, str) else named, "features")
        rate = document.get("rate", cls.rate)
        if isinstance(rate, bool) or not isinstance(rate, (int, float)) or not 1 <= rate <= 1000:
            raise SettingsError(f"'rate' must be 1 to 1000 time steps per second; found {rate!r}.")
        if features.name == "kinematics" and subjects.kind == "frame":
            raise SettingsError("kinematics needs to know where the animals are: subjects 'tracks' or 'blobs'.")
        return cls(subjects, features, float(rate))

    def table(self) -> dict[str, object]:
        """Return the document that ``read`` reads back."""
        rate = {} if self.rate == Recipe.rate else {"rate": self.rate}
        features = to_table(self.features) | {"name": self.features.name}
        return {**rate, "subjects": to_table(self.subjects) | {"kind": self.subjects.kind}, "features": features}

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that stand for everything that decides about the numbers."""
        text = json.dumps([_VERSION, asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def name(self) -> str:
        """A short name for files, like ``motion-blobs2-1a2b3c4d``."""
        count = str(self.subjects.count) if self.subjects.kind == "blobs" else ""
        return f"{self.features.name}-{self.subjects.kind}{count}-{self.digest}"
