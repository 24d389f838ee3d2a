"""A memory bounded in bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ethonight.viewing.kept import Kept


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 60))))
def test_it_never_holds_more_than_it_may_and_never_loses_the_newest(puts: list[tuple[int, int]]) -> None:
    kept: Kept[int, str] = Kept(50)
    sizes: dict[int, int] = {}
    for key, size in puts:
        kept.put(key, f"value {key}", size)
        sizes[key] = size
        assert kept.get(key) == f"value {key}"
        there = [one for one in sizes if kept.get(one) is not None]
        assert len(there) == len(kept)
        assert kept.bytes == sum(sizes[one] for one in there)
        assert kept.bytes <= 50 or len(kept) == 1
        kept.get(key)


def test_what_was_used_last_stays() -> None:
    kept: Kept[str, int] = Kept(3)
    for number, key in enumerate("abc"):
        kept.put(key, number, 1)
    assert kept.get("a") == 0
    kept.put("d", 3, 1)
    assert [kept.get(key) for key in "abcd"] == [0, None, 2, 3]
