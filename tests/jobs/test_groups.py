"""Groups keep videos together; a mistake in them is named with its line, what looks forgotten is a warning."""

from __future__ import annotations

import pytest
from study import VIDEOS, Study

from ethonight.errors import SettingsError
from ethonight.jobs.groups import group_warnings, read_groups

BY_GROUP = {"mode": "leave-one-group-out"}


def groups(study: Study, text: str | bytes, pattern: str = "") -> dict[str, str]:
    study.workspace.groups.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_groups(study.workspace, pattern, VIDEOS)


def refusal(study: Study, text: str | bytes, pattern: str = "") -> str:
    with pytest.raises(SettingsError) as caught:
        groups(study, text, pattern)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "video,group\nv0,a\nv1,b\n",
        b"\xef\xbb\xbfvideo;group\r\nv0;a\r\n;\r\nv1;b\r\n",
        "sep=;\nGroup;note;VIDEO\na;x;v0\nb;;v1\n",
        "video\tgroup\nv0\t a \nv1\tb\nv2\t\nelsewhere\tc\n".encode("utf-16"),
        '\n"video","group"\n"v0","a"\n\n"v1","b"\n',
    ],
)
def test_the_file_is_read_as_spreadsheets_save_it(study: Study, text: str | bytes) -> None:
    assert groups(study, text) == {"v0": "a", "v1": "b"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "annotations/groups.csv, line 1: the column 'video' is missing"),
        ("video,grp\nv0,a\n", "annotations/groups.csv, line 1: the column 'group' is missing"),
        ("video,group\n\nv0\n", "annotations/groups.csv, line 3: a cell is missing"),
        ("sep=,\nvideo,group\nv0\n", "annotations/groups.csv, line 3: a cell is missing"),
        ("video,group\n,a\n", "annotations/groups.csv, line 2, video: the cell is empty"),
        ("video,group\nv0,a\nv0,b\n", "annotations/groups.csv, line 3, group: 'v0' is in two groups, a and b."),
        (b"PK\x03\x04workbook", "annotations/groups.csv was saved as a workbook, not as CSV."),
    ],
)
def test_a_mistake_is_named_with_its_line(study: Study, text: str | bytes, sentence: str) -> None:
    assert refusal(study, text).startswith(sentence)


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [("(v", "is no pattern"), ("v[0-9]", "needs parentheses"), ("^(mouse)", "fits no video's name")],
)
def test_a_pattern_that_cannot_be_is_refused(study: Study, pattern: str, sentence: str) -> None:
    assert sentence in refusal(study, "", pattern)


def test_a_pattern_takes_the_place_of_the_file(study: Study) -> None:
    assert groups(study, "nonsense", "([0-1])") == {"v0": "0", "v1": "1"}


def test_names_that_mean_no_video_and_videos_without_a_group_are_warned_of(study: Study) -> None:
    study.workspace.groups.write_text("video,group\nv0,a\nv1,a\nv22,b\n", "utf-8")
    first, second = group_warnings(study.workspace, "", VIDEOS, VIDEOS)
    assert first == "annotations/groups.csv names 'v22', which is no video of the workspace; did you mean 'v2'?"
    assert second == "annotations/groups.csv gives no group to v2, v3: each counts as a group of its own."


def test_groups_are_needed_where_they_are_asked_for(study: Study) -> None:
    with pytest.raises(SettingsError, match=r"needs groups: write annotations/groups\.csv"):
        study.warnings(study.train(split=BY_GROUP))
    assert "cannot be found there" not in study.warnings(study.train(split={**BY_GROUP, "group": "([0-9])"}))


def test_a_split_that_tears_a_group_apart_is_refused(study: Study) -> None:
    study.workspace.groups.write_text("video,group\nv2,a\nv3,a\n", "utf-8")
    with pytest.raises(SettingsError, match=r"v3 in 'test' but not v2, of the same group"):
        study.warnings(study.train())


def test_naming_a_test_video_does_not_help_where_all_are_of_one_group(study: Study) -> None:
    study.workspace.groups.write_text("video,group\nv0,a\nv1,a\nv2,a\nv3,a\n", "utf-8")
    with pytest.raises(SettingsError, match=r"v3 in 'test' but not v0, of the same group"):
        study.warnings(study.train(split={"test": ["v3"]}))
