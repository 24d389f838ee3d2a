"""The ethogram file: what a lab marks, with which keys."""

from __future__ import annotations

from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ethonight.annotations.ethogram import Behaviour, Ethogram, ethogram_of, read_ethogram, write_ethogram
from ethonight.errors import SettingsError

LABELS = st.text("abc xyz-_é中", min_size=1, max_size=8).filter(lambda text: text == text.strip())


@st.composite
def ethograms(draw: st.DrawFn) -> Ethogram:
    labels = draw(st.lists(LABELS, unique=True, max_size=6))
    keys = draw(st.permutations(ascii_lowercase))
    behaviours = [
        Behaviour(
            label,
            draw(st.sampled_from(["", key])),
            draw(st.sampled_from(["", "#0a6fb3", "#E59A0C"])),
            draw(st.sampled_from(["state", "point"])),
            draw(st.sampled_from(["", "posture"])),
            draw(st.sampled_from(["", 'as in "Smith", 2019'])),
        )
        for label, key in zip(labels, keys, strict=False)
    ]
    return Ethogram(tuple(behaviours), tuple(draw(st.lists(LABELS, unique=True, max_size=3))))


@given(ethogram=ethograms())
def test_what_is_written_is_read_again(ethogram: Ethogram, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("workspace") / "annotations" / "ethogram.toml"
    write_ethogram(path, ethogram)
    assert read_ethogram(path) == ethogram


def test_without_a_file_nothing_is_marked_yet(tmp_path: Path) -> None:
    assert read_ethogram(tmp_path / "ethogram.toml") == Ethogram()


def test_a_windows_editor_may_have_saved_it(tmp_path: Path) -> None:
    path = tmp_path / "ethogram.toml"
    path.write_bytes('\ufeff[[behaviours]]\r\nlabel = "rearing"\r\nkey = "r"\r\n'.encode())
    assert read_ethogram(path).behaviours == (Behaviour("rearing", "r"),)


def test_rivals_are_the_others_of_the_group() -> None:
    ethogram = Ethogram(
        (Behaviour("walk", group="g"), Behaviour("rest", group="g"), Behaviour("look"), Behaviour("sniff"))
    )
    assert ethogram.rivals("walk") == {"rest"}
    assert ethogram.rivals("look") == frozenset()
    assert ethogram.rivals("unheard of") == frozenset()


def test_labels_of_a_file_join_with_keys_of_their_own() -> None:
    known = Ethogram((Behaviour("grooming", "g"),))
    joined = known.with_labels(["_scored", "grazing", "grooming", "grazing", "ggg"])
    assert [(one.label, one.key) for one in joined.behaviours] == [("grooming", "g"), ("grazing", "r"), ("ggg", "a")]


def test_when_all_letters_are_taken_a_behaviour_has_no_key() -> None:
    joined = Ethogram().with_labels(f"behaviour {number}" for number in range(30))
    keys = [one.key for one in joined.behaviours]
    assert sorted(keys[:26]) == list(ascii_lowercase)
    assert keys[26:] == [""] * 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("behaviours = [", "cannot be read"),
        ("behaviors = []", "behaviours"),
        ("behaviours = 3", r"\[\[behaviours\]\]"),
        ('[[behaviours]]\nkey = "a"', "behaviour 1: 'label'"),
        ('[[behaviours]]\nlabel = "_scored"', "time that was watched"),
        ('[[behaviours]]\nlabel = "a"\nkey = "ab"', "one letter"),
        ('[[behaviours]]\nlabel = "a"\nkey = "1"', "no digit"),
        ('[[behaviours]]\nlabel = "a"\ncolour = "red"', "#e59a0c"),
        ('[[behaviours]]\nlabel = "a"\ncolor = "#ffffff"', "colour"),
        ('[[behaviours]]\nlabel = "a"\nkind = "sate"', "did you mean 'state'"),
        ('[[behaviours]]\nlabel = "a"\n[[behaviours]]\nlabel = "a"', "behaviour 2: 'a' is there twice"),
        ('[[behaviours]]\nlabel = "a"\nkey = "x"\n[[behaviours]]\nlabel = "b"\nkey = "x"', "that of 'a' already"),
        ('subjects = ["m", "m"]', "names one subject twice"),
        ('subjects = "m"', "list of names"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "ethogram.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=message) as raised:
        read_ethogram(path)
    assert "ethogram.toml" in str(raised.value)


def test_an_ethogram_that_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "ethogram.toml"
    with pytest.raises(SettingsError):
        write_ethogram(path, Ethogram((Behaviour("a", "xx"),)))
    assert not path.exists()


def test_the_document_is_plain() -> None:
    ethogram = Ethogram((Behaviour("a", "x", "#0a6fb3", "point", "g"),), ("male",))
    assert ethogram_of(ethogram.table()) == ethogram
