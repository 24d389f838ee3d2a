"""ELAN's ``.eaf`` files: annotations on tiers, in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ethonight.annotations.ethogram import Ethogram
from ethonight.files import replace_atomically
from ethonight.frame_times import Edges
from ethonight.interchange.elan_bouts import ElanBouts
from ethonight.interchange.elan_reading import media_of, tiers_of
from ethonight.interchange.elan_writing import elan_document
from ethonight.interchange.losses import Part, losses, sole
from ethonight.interchange.observation import Format, FormatError, Imported, Observation
from ethonight.interchange.seen import ethogram_seen
from ethonight.interchange.text import bytes_of
from ethonight.interchange.xml_text import parse_xml
from ethonight.words import count

_ROOT = "ANNOTATION_DOCUMENT"


class _Elan:
    """An annotation's text is its label; a blank one is labelled by its tier. Tiers without times comment on others."""

    name = "elan"
    title = "ELAN"
    endings: tuple[str, ...] = (".eaf",)
    counts_frames = False

    def recognises(self, path: Path, head: str) -> bool:
        return f"<{_ROOT}" in head or f":{_ROOT}" in head

    def read(self, path: Path, edges: Edges | None) -> Imported:
        """Read one recording. The subject is a tier's participant, or the tier where several share their labels."""
        root = parse_xml(bytes_of(path), path.name)
        if root.tag != _ROOT:
            raise FormatError(f"{path.name} is no ELAN file: it begins with <{root.tag}>, not with <{_ROOT}>.")
        media, tiers = media_of(root, path.name), tiers_of(root, path.name)
        found = ElanBouts.of(tiers, media[0].origin if media else 0)
        observation = Observation(path.stem, tuple(one.name for one in media), found.bouts)
        notes = list(found.notes)
        if len(media) > 1:
            notes.append(
                f"The file names {count(len(media), 'media file')}; times are those of the first, {media[0].name}."
            )
        return Imported((observation,), ethogram_seen(found.bouts), tuple(notes))

    def write(
        self, path: Path, observations: Sequence[Observation], ethogram: Ethogram, edges: Edges | None
    ) -> tuple[str, ...]:
        """Write one recording, with times in whole milliseconds. See the protocol."""
        observation = sole(observations, self.title)
        replace_atomically(path, elan_document(observation.bouts, observation.media))
        told = losses(observation, self.title, set(Part) - {Part.UNPAIRED})
        short = sum(not bout.is_point and bout.duration * 1000 < 0.5 for bout in observation.bouts)
        if short:
            told.append(
                f"ELAN has nothing shorter than a millisecond: {count(short, 'bout')} are that long in the file."
            )
        return tuple(told)


ELAN: Format = _Elan()
