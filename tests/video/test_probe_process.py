"""One bad file must not end the night: crashes, silence, noise and memory of the decoding child."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.errors import EthonightError
from ethonight.video.probe import Probe, probe_videos
from ethonight.video.probe_cache import ProbeCache

CHILD = """
import os, signal, sys, threading
from ethonight.video import probe_child
from ethonight.video.probe import Probe

def check(path, patience):
    with open({notes!r}, "a") as notes:
        notes.write(path.name + chr(10))
    if "crash" in path.name and sys.platform != "win32":
        os.kill(os.getpid(), signal.SIGSEGV)
    if "crash" in path.name or "leaves" in path.name:
        os._exit(7)
    if "half" in path.name:
        os.write(1, b'{{"facts": {{"wid')
        os._exit(0)
    if "hang" in path.name:
        threading.Event().wait()
    if "group" in path.name:
        return Probe(path, frames=os.getpgid(0))
    return Probe(path, 640, 480, 25.0, 100, 4.0, problem="It is broken." if "broken" in path.name else "")

probe_child.serve(sys.stdin.buffer, sys.stdout.buffer, check)
"""

NOISY_CHILD = """
import os
from ethonight.video import decode_check, probe_child
from ethonight.video.probe import Probe

def check(path, patience):
    os.write(1, b"[decoder] a library prints what it likes")
    print("and so does Python")
    return Probe(path, frames=100)

decode_check.check = check
raise SystemExit(probe_child.main())
"""


class FakeDecoder:
    """A child that decodes nothing: file names tell what it does. It notes every file that it was asked about."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._notes = folder / "asked.txt"
        self.command = (sys.executable, "-P", "-c", CHILD.format(notes=str(self._notes)))

    def file(self, name: str) -> Path:
        path = self._folder / name
        path.write_bytes(b"not empty")
        os.utime(path, (1_000_000_000, 1_000_000_000))  # long ago, so that it may be remembered
        return path

    def probe(self, *paths: Path, timeout: float = 60.0, cache: Path | None = None) -> dict[Path, Probe]:
        return probe_videos(paths, timeout=timeout, cache=cache, command=self.command)

    @property
    def asked(self) -> list[str]:
        return self._notes.read_text().split() if self._notes.exists() else []


@pytest.fixture
def decoder(tmp_path: Path) -> FakeDecoder:
    return FakeDecoder(tmp_path)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("crash.avi", "exit status 7" if sys.platform == "win32" else "Segmentation fault"),
        ("leaves.avi", "exit status 7"),
        ("half.avi", "exit status 0"),
    ],
)
def test_a_crash_of_the_decoder_is_that_videos_result_and_the_rest_goes_on(
    name: str, ending: str, decoder: FakeDecoder
) -> None:
    files = [decoder.file(each) for each in ("first.avi", name, "last.avi")]
    found = decoder.probe(*files)
    assert [found[path].frames for path in files] == [100, 0, 100]
    assert f"made the video decoder crash ({ending})" in found[files[1]].problem
    assert decoder.asked == [path.name for path in files]


def test_a_decoder_that_hangs_is_ended_and_the_rest_goes_on(decoder: FakeDecoder) -> None:
    files = [decoder.file(each) for each in ("hang.avi", "last.avi")]
    found = decoder.probe(*files, timeout=5.0)
    assert "gave no answer within 5 s" in found[files[0]].problem
    assert found[files[1]].problem == ""


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are another thing there")
def test_an_interrupt_from_the_terminal_does_not_reach_the_decoder(decoder: FakeDecoder) -> None:
    """The terminal sends it to the whole process group; the run decides what becomes of its children."""
    path = decoder.file("group.avi")
    assert decoder.probe(path)[path].frames not in (0, os.getpgid(0))


def test_what_libraries_print_does_not_disturb_the_answers(tmp_path: Path, decoder: FakeDecoder) -> None:
    path = decoder.file("a.avi")
    found = probe_videos([path], command=(sys.executable, "-P", "-c", NOISY_CHILD))
    assert found[path] == Probe(path, frames=100)


def test_a_child_that_cannot_start_is_an_error_of_the_installation(decoder: FakeDecoder) -> None:
    command = (sys.executable, "-c", "import surely_not_installed")
    with pytest.raises(EthonightError, match="No module named 'surely_not_installed'"):
        probe_videos([decoder.file("a.avi")], command=command)


def test_no_videos_need_no_child() -> None:
    assert probe_videos([], command=("surely-not-a-program",)) == {}


def test_each_video_is_opened_once_and_progress_tells_of_it(decoder: FakeDecoder) -> None:
    a, b = decoder.file("a.avi"), decoder.file("b.avi")
    told: list[tuple[int, int, Path]] = []
    probe_videos([a, b, a], progress=lambda *news: told.append(news), command=decoder.command)
    assert told == [(0, 2, a), (1, 2, b)]
    assert decoder.asked == ["a.avi", "b.avi"]


def test_a_sound_video_is_remembered(decoder: FakeDecoder, tmp_path: Path) -> None:
    path, cache = decoder.file("a.avi"), tmp_path / "probes.json"
    first = decoder.probe(path, cache=cache)
    assert decoder.probe(path, cache=cache) == first
    assert decoder.asked == ["a.avi"]


def test_a_video_that_changed_is_opened_again(decoder: FakeDecoder, tmp_path: Path) -> None:
    path, cache = decoder.file("a.avi"), tmp_path / "probes.json"
    decoder.probe(path, cache=cache)
    path.write_bytes(b"shorter")
    os.utime(path, (1_000_000_000, 1_000_000_000))  # cut off by a program that kept the time of change
    decoder.probe(path, cache=cache)
    path.write_bytes(b"another")
    os.utime(path, (1_000_000_001, 1_000_000_001))  # as long as before, changed later
    decoder.probe(path, cache=cache)
    assert decoder.asked == ["a.avi"] * 3


@pytest.mark.parametrize("name", ["broken.avi", "crash.avi"])
def test_bad_news_is_not_remembered(name: str, decoder: FakeDecoder, tmp_path: Path) -> None:
    path, cache = decoder.file(name), tmp_path / "probes.json"
    decoder.probe(path, cache=cache)
    assert decoder.probe(path, cache=cache)[path].problem
    assert decoder.asked == [name] * 2


def test_a_video_that_vanished_is_not_taken_from_memory(decoder: FakeDecoder, tmp_path: Path) -> None:
    path, cache = decoder.file("a.avi"), tmp_path / "probes.json"
    decoder.probe(path, cache=cache)
    path.unlink()
    assert "There is no video" in decoder.probe(path, cache=cache)[path].problem


def test_a_file_that_may_still_be_written_is_not_remembered(decoder: FakeDecoder, tmp_path: Path) -> None:
    path, cache = decoder.file("a.avi"), tmp_path / "probes.json"
    os.utime(path)  # changed just now
    decoder.probe(path, cache=cache)
    decoder.probe(path, cache=cache)
    assert decoder.asked == ["a.avi"] * 2


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(decoder: FakeDecoder, tmp_path: Path) -> None:
    path = decoder.file("a.avi")
    assert decoder.probe(path, cache=tmp_path / "no such folder" / "probes.json")[path].frames == 100


GOOD_CACHE = json.dumps(
    {
        "version": 1,
        "videos": {
            os.path.abspath("a.avi"): {
                "stamp": [9, 1000],
                "facts": {
                    "width": 640,
                    "height": 480,
                    "fps": 25.0,
                    "frames": 100,
                    "seconds": 4.0,
                    "problem": "",
                    "warning": "",
                },
            }
        },
    }
)


def test_a_cache_file_of_this_version_is_read(tmp_path: Path) -> None:
    (tmp_path / "probes.json").write_text(GOOD_CACHE)
    cache = ProbeCache.load(tmp_path / "probes.json")
    assert cache.stamp(Path("a.avi")) is not None
    assert cache.probe(Path("a.avi")) == Probe(Path("a.avi"), 640, 480, 25.0, 100, 4.0)


@given(
    start=st.integers(0, len(GOOD_CACHE)),
    length=st.integers(0, 60),
    filling=st.sampled_from(["", "null", "[]", "{}", '"x"', "7", "\0", "true"]),
)
def test_a_damaged_cache_is_made_again(
    tmp_path_factory: pytest.TempPathFactory, start: int, length: int, filling: str
) -> None:
    """Whatever happened to the file: it is an empty cache, or its entry is complete."""
    file = tmp_path_factory.mktemp("cache") / "probes.json"
    file.write_text(GOOD_CACHE[:start] + filling + GOOD_CACHE[start + length :])
    cache = ProbeCache.load(file)
    if cache.stamp(Path("a.avi")) is not None:
        probe = cache.probe(Path("a.avi"))
        assert isinstance(probe.frames, int)
        assert probe.problem == ""
