"""Several windows and the look at the files at once: every change counts, once, in one order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from coder_at_work import Coder

from ethonight.coding.changes import Add
from ethonight.coding.state import Delta

EACH = 20


def test_changes_of_several_threads_all_count(anna: Coder) -> None:
    def mark(label: str) -> list[Delta]:
        return [anna.coding.apply(Add(label, "", place * 10, place * 10 + 5), anna.ethogram) for place in range(EACH)]

    assert anna.state.marks == ()
    with ThreadPoolExecutor(4) as threads:
        windows = [threads.submit(mark, label) for label in ("groom", "sniff", "rear")]
        while not all(window.done() for window in windows):
            anna.desk.look()
    versions = [delta.version for window in windows for delta in window.result()]
    assert sorted(versions) == list(range(1, 3 * EACH + 1))
    told = [delta.version for delta in anna.told if delta.added]
    assert told == sorted(versions)
    assert len(anna.saved()) == 3 * EACH
    anna.restart()
    assert anna.state.version == 3 * EACH and len(anna.state.marks) == 3 * EACH


def test_all_who_open_the_same_work_get_the_same(anna: Coder) -> None:
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: anna.desk.open(anna.video, anna.name, anna.edges), range(8)))
    assert len(set(map(id, opened))) == 1
