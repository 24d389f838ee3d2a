"""Is this video usable? Asked of many files at once, answered for each, whatever state the file is in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ethonight.settings.videos import is_windows_path
from ethonight.video.facts import Probe as Probe
from ethonight.video.probe_cache import ProbeCache
from ethonight.video.probe_worker import DecoderChild

Progress = Callable[[int, int, Path], None]
"""Called before each video: how many are done, how many there are, and the one that comes now."""


def probe_videos(
    paths: Iterable[Path],
    timeout: float = 60.0,
    progress: Progress | None = None,
    cache: Path | None = None,
    command: Sequence[str] | None = None,
) -> dict[Path, Probe]:
    """Return a Probe for each of ``paths`` (keys as given; doubles are looked at once).

    Decoding runs in a child process: a crash or a silence of more than ``timeout`` seconds is that video's result, and
    the rest goes on with a new child. ``cache`` is a file that remembers sound videos by path, size and time of change.
    ``command`` replaces the child's command line. Raises EthonightError when no child can be started at all.
    """
    wanted = list(dict.fromkeys(paths))
    known = ProbeCache.load(cache)
    found: dict[Path, Probe] = {}
    with DecoderChild(command) as child:
        for done, path in enumerate(wanted):
            if progress is not None:
                progress(done, len(wanted), path)
            there = path if is_windows_path(str(path)) else Path(os.path.abspath(path))
            answer = child.ask(there, timeout, known.stamp(path))
            if answer.unchanged:
                found[path] = known.probe(path)
                continue
            found[path] = answer.probe(path)
            known.remember(path, answer)
    known.save()
    return found
