"""No folder is two jobs', nor lies inside another job's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ethonight.claims import Claims

NAMES = st.lists(st.sampled_from(["a", "A", "b", "ab"]), min_size=1, max_size=4).map(lambda parts: "/".join(parts))


def test_the_same_folder_one_inside_and_one_around_are_another_jobs() -> None:
    claims = Claims()
    assert claims.claim("results/mouse/step", "first") == ""
    assert claims.claim("results/Mouse/STEP", "second") == "first"
    assert claims.claim("results/mouse/step/inner", "second") == "first"
    assert claims.claim("results/mouse", "second") == "first"
    assert claims.claim("results/mouse/step2", "second") == ""
    assert claims.claim("results/mouse/step", "first") == ""


@given(st.lists(NAMES, max_size=8))
def test_what_is_claimed_never_overlaps(folders: list[str]) -> None:
    claims = Claims()
    held: list[str] = []
    for number, folder in enumerate(folders):
        place = f"{folder.casefold()}/"
        clash = [other for other in held if place.startswith(other) or other.startswith(place)]
        assert (claims.claim(folder, str(number)) != "") == bool(clash)
        if not clash:
            held.append(place)
