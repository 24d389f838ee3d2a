"""BENTO's ``.annot`` files: per channel and behaviour, the first and last frame of each bout, counted from 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ethonight.annotations.bouts import SCORED, Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.annotations.frames import frames_of
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges, rate_of
from ethonight.interchange.bento_frames import CHANNEL, BentoFrames
from ethonight.interchange.bento_text import RULE, parse_bento
from ethonight.interchange.label import label_text
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.per_frame import labels_of, needed, without_frames
from ethonight.interchange.text import text_of

_FIRST_LINE = "bento annotation file"


class _Bento:
    """A channel with a name of its own is a subject. Rows with decimals are seconds, as BENTO itself takes them."""

    name = "bento"
    title = "BENTO"
    endings: tuple[str, ...] = (".annot",)
    counts_frames = True

    def recognises(self, path: Path, head: str) -> bool:
        return head.lstrip("\ufeff").lower().startswith(_FIRST_LINE)

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read one recording's bouts. Without ``edges``, frames last as long as the file's frame rate says."""
        text = text_of(path, _FIRST_LINE)
        if not self.recognises(path, text):
            raise FormatError(f"{path.name} is no BENTO file: its first line must be 'Bento annotation file'.")
        found = parse_bento(text, path.name)
        frames = BentoFrames.of(found, edges, path.name)
        bouts = frames.bouts()
        labels = (*map(label_text, found.labels), *(bout.label for bout in bouts))
        observation = Observation(path.stem, found.movies, bouts, fps=found.rate, duration=frames.duration())
        return Imported((observation,), Ethogram().with_labels(labels), frames.notes())

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write one recording's bouts. See the protocol."""
        edges = needed(edges, self.title)
        observation = sole(observations, self.title)
        bouts = [bout for bout in observation.bouts if bout.label != SCORED]
        labels = labels_of(observation, ethogram)
        channels = list(dict.fromkeys(bout.subject or CHANNEL for bout in bouts)) or [CHANNEL]
        _check(channels)
        lines = [
            *_head(observation, edges),
            "",
            "List of channels:",
            *channels,
            "",
            "List of annotations:",
            *labels,
            "",
        ]
        for channel in channels:
            own = [bout for bout in bouts if (bout.subject or CHANNEL) == channel]
            lines += [f"{channel}{RULE}", *_blocks(own, labels, edges), ""]
        replace_atomically(path, "\n".join(lines).encode())
        scored = {Part.SCORED} if len(observation.bouts) - len(bouts) <= 1 else set()
        lost = losses(observation, self.title, {Part.SUBJECTS, *scored})
        return (*lost, *without_frames(bouts, edges), *_unreadable((*channels, *labels)))


def _head(observation: Observation, edges: Edges) -> list[str]:
    """Return the header; the first and last frame are those of the time that was watched, counted from 1."""
    watched = [frames_of(bout, edges) for bout in observation.bouts if bout.label == SCORED]
    first = min((frames.start for frames in watched), default=0)
    stop = max((frames.stop for frames in watched), default=len(edges) - 1)
    return [
        "Bento annotation file",
        f"Movie file(s):  {' '.join(observation.media)}",
        "",
        "Stimulus name: ",
        f"Annotation start frame: {first + 1}",
        f"Annotation stop frame: {stop}",
        f"Annotation framerate: {rate_of(edges):.6f}",
    ]


def _blocks(bouts: Sequence[Bout], labels: Iterable[str], edges: Edges) -> Iterator[str]:
    """Yield the lines of one channel: for each behaviour its name, the columns' names, the rows, a blank line."""
    for label in labels:
        spans = [frames_of(bout, edges) for bout in bouts if bout.label == label]
        rows = [f"{at.start + 1}\t{at.stop}\t{at.stop - at.start}" for at in spans if at.start < at.stop]
        if rows:
            yield from (f">{label}", "Start\t Stop\t Duration ", *rows, "")


def _check(channels: Iterable[str]) -> None:
    for channel in channels:
        if channel.startswith(">") or not channel.isprintable():
            raise FormatError(f"The subject {channel!r} cannot be a channel of BENTO. Rename it.")


def _unreadable(names: Iterable[str]) -> tuple[str, ...]:
    odd = [name for name in names if not (name.isascii() and name.isidentifier())]
    if not odd:
        return ()
    return (f"BENTO for MATLAB takes only letters, digits and _ in names; rename there: {', '.join(odd)}.",)


BENTO: Format = _Bento()
