"""Whatever is in a file, reading it ends with observations or with one sentence that names the file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ethonight.annotations.bouts import Bout
from ethonight.annotations.ethogram import Ethogram
from ethonight.interchange.formats import FORMATS
from ethonight.interchange.observation import Format, FormatError, Observation

EDGES = np.arange(101) / 10
BOUTS = (Bout("attack", 0.4, 0.8, "male", 0.5, "fast"), Bout("sniff", 1.2, 1.6, extra=(("modifiers", "a|b"),)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
JSON_FORMATS = [one for one in FORMATS if one.name in ("boris", "singlebehaviorlab")]


def whole(one: Format, folder: Path) -> Path:
    path = folder / f"recording{one.endings[0]}"
    one.write(path, [Observation("day 1", ("film.mp4",), BOUTS, fps=10.0, duration=10.0)], Ethogram(), EDGES)
    return path


def read_or_refuse(one: Format, path: Path) -> None:
    try:
        found = one.read(path, EDGES)
    except FormatError as error:
        assert path.name in str(error)
    else:
        assert all(bout.label for observation in found.observations for bout in observation.bouts)


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=20)
def test_a_file_with_something_cut_out_or_put_in(
    one: Format, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = whole(one, tmp_path_factory.mktemp(one.name))
    text = path.read_text("utf-8")
    first = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 30))
    middle = data.draw(
        st.text(max_size=3) | st.sampled_from(["\n", ",", "\t", '"', "-1", "1e999", "nan", "#", "<", "\0"])
    )
    path.write_text(text[:first] + middle + text[first + length :], "utf-8")
    read_or_refuse(one, path)


@pytest.mark.parametrize("one", JSON_FORMATS, ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=50)
def test_a_document_with_a_value_of_another_kind(
    one: Format, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = whole(one, tmp_path_factory.mktemp(one.name))
    document = json.loads(path.read_text("utf-8"))
    place = document
    key = data.draw(st.sampled_from(sorted(document)))
    while place[key] and isinstance(place[key], dict | list) and data.draw(st.integers(0, 3)):
        place = place[key]
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(VALUES)
    path.write_text(json.dumps(document), "utf-8")
    read_or_refuse(one, path)
