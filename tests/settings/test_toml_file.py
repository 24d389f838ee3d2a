"""Reading settings files: both readers, and what a person is told when one of them refuses."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import toml
from hypothesis import given
from hypothesis import strategies as st

from ethonight.errors import SettingsError
from ethonight.settings.job_file import load_job
from ethonight.settings.toml_file import line_of, parse_toml, read_toml
from ethonight.workspace import Workspace

WINDOW_SAVED = """\
name = 'mouse'
video_paths = ['/videos/mouse.avi']
intensity_ths = [0, 130]
area_ths = [150.0, inf]
tracking_intervals = ""
number_of_animals = 8
use_bkg = false
roi_list = [
    '+ Polygon [[92.7, 130.0], [577.2, 70.8]]',
]
"""
"""What idtracker.ai's window writes for an area without an upper limit."""


def refused(text: str, both: bool = True) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        parse_toml(text, both)
    return caught.value


def test_what_the_window_saves_is_read_by_both() -> None:
    document = parse_toml(WINDOW_SAVED, both=True)
    assert document["area_ths"] == [150.0, math.inf]
    assert document["tracking_intervals"] == ""


def test_inf_beside_a_whole_number_is_refused_with_what_to_write() -> None:
    error = refused("a = 1\narea_ths = [150, inf]\n")
    assert error.line == 2
    assert "area_ths = [150.0, inf]" in str(error)
    assert parse_toml("area_ths = [150, inf]\n") == {"area_ths": [150, math.inf]}


def test_the_proposed_spelling_is_accepted() -> None:
    proposed = str(refused("intensity_ths = [0, 0.5] # note\n")).partition("Write")[2]
    assert parse_toml(proposed.strip(), both=True) == {"intensity_ths": [0.0, 0.5]}


def test_a_list_without_its_end_is_refused_though_the_old_reader_takes_it() -> None:
    assert toml.loads("b = 1\nfoo = [1, ") == {"b": 1, "foo": [1]}
    error = refused("b = 1\nfoo = [1, ", both=False)
    assert error.line == 2
    assert "not closed" in str(error)


def test_an_open_list_is_reported_where_it_starts() -> None:
    assert refused("a = 1\nfoo = [1,\nb = 2\nc = 3\n").line == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('video_paths = "C:\\Users\\x.avi"', "forward slashes"),
        ('video_paths = ["D:\\data\\x.avi"]', "forward slashes"),
        ("video_paths = ['it\\'s \"x\".avi']", "single quote"),
        ("video_paths = 'it's.avi'", "single quote"),
        ("video_paths = [C:/x.avi]", "quotes"),
        ("use_bkg = True", "small letters"),
        ("roi_list = None", "None"),
        ("resolution_reduction = 0,5", "point"),
        ("number_of_animals = ", "missing"),
        ("first = 2", "twice"),
        ('name = "mouse', "not closed"),
        ("just some words", "key = value"),
        ("a = [1 2]", "commas"),
    ],
)
def test_usual_mistakes_are_explained_with_their_line(line: str, words: str) -> None:
    error = refused(f"# notes\nfirst = 1\n{line}\nlast = 1\n")
    assert error.line == 3
    assert words in str(error)


@pytest.mark.parametrize("name", ["temp\\new", "bees", "fish", "r1"])
def test_backslashes_that_became_special_characters_are_found_in_paths(name: str) -> None:
    error = refused(f'a = 1\nvideo_paths = ["C:\\{name}.avi"]\n', both=False)
    assert error.line == 2
    assert "C:/temp/new.avi" in str(error)


def test_line_breaks_in_other_texts_are_fine() -> None:
    assert parse_toml('task = "command"\ncommand = ["python", "-c", "a\\nb"]\n')["command"] == ["python", "-c", "a\nb"]


def test_one_key_in_two_cases_is_refused_for_idtracker() -> None:
    assert "same key" in str(refused("Video_paths = 'a'\nvideo_paths = 'b'\n"))
    assert len(parse_toml("A = 1\na = 2\n")) == 2


def test_readers_that_disagree_are_reported_with_the_key() -> None:
    text = 'fine = 1\nd.e = """b\nc"""\n'
    assert toml.loads(text) != parse_toml(text)
    assert "'d'" in str(refused(text))


def test_nan_in_a_file_is_no_disagreement() -> None:
    assert math.isnan(parse_toml("x = nan\n", both=True)["x"])  # type: ignore[arg-type]


def test_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = [\r\n  2, # c\r\n]\r\n")
    assert read_toml(path, both=True) == {"a": 1, "b": [2]}


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        ("a = 1\nname = 'Mäuse'\n".encode("cp1252"), 2, "UTF-8"),
        ("a = 1\n".encode("utf-16"), None, "UTF-16"),
        (b"a = 1\rb = 2\r", 1, "line ends"),
        ("a = 1\n".encode("utf-16-le"), None, "UTF-16"),
        (b"\x00\x01\x02", None, "no text file"),
        (b"a = " + b"[" * 5000, None, "no settings file"),
        (b"a = " + b"9" * 5000, None, "no settings file"),
        (b" " * 5_000_001, None, "no settings file"),
    ],
)
def test_files_in_another_coding_are_refused_with_what_to_do(
    tmp_path: Path, data: bytes, line: int | None, words: str
) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(data)
    with pytest.raises(SettingsError, match=words) as caught:
        read_toml(path)
    assert caught.value.line == line


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.toml"):
        read_toml(tmp_path / "gone.toml")
    with pytest.raises(SettingsError, match=r"settings/gone\.toml"):
        load_job(Workspace.open(tmp_path), "settings/gone.toml")


def test_only_idtracker_files_must_please_both_readers(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    (workspace.settings / "a.toml").write_text("area_ths = [150, inf]\n")
    (workspace.settings / "b.toml").write_text('task = "command"\nx = [150, inf]\n')
    with pytest.raises(SettingsError, match=r"decimal numbers"):
        load_job(workspace, "settings/a.toml")
    job = load_job(workspace, "settings/b.toml")
    assert (job.key, job.path) == ("settings/b.toml", workspace.settings / "b.toml")
    assert job.document["task"] == "command"


toml_letters = st.text(alphabet="ab=\"'[]{}\n\r#,.\\ 1-:+_uUn\té", max_size=60)
pieces = st.sampled_from(
    ["a = ", "b = ", '"""', "'''", "[a]\n", "[[b]]\n", "inf", "1979-05-27", "07:32:00", "{a = 1}", "\\u00e9", "\r\n"]
)
toml_like = st.lists(st.one_of(pieces, st.sampled_from(list("=\"'[]{},\n\\ 1")), toml_letters)).map("".join)
assignments = st.lists(st.tuples(st.sampled_from(["a", "b", '""', "d.e", '"x=y"']), toml_like), max_size=3).map(
    lambda pairs: "".join(f"{key} = {value}\n" for key, value in pairs)
)


@given(st.one_of(st.text(), toml_like, assignments), st.booleans())
def test_any_text_gives_a_dictionary_or_a_settings_error(text: str, both: bool) -> None:
    try:
        document = parse_toml(text, both)
    except SettingsError as error:
        assert str(error)
        assert error.line is None or 1 <= error.line <= text.count("\n") + 1
    else:
        assert isinstance(document, dict)


@given(st.binary())
def test_any_bytes_give_a_dictionary_or_a_settings_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(data)
    try:
        assert isinstance(read_toml(path, both=True), dict)
    except SettingsError as error:
        assert str(error)


def test_the_line_of_a_table_is_found_like_that_of_a_key() -> None:
    text = "a = 1\n'B' = 2\n[extra]\nx = 1\n[[ more ]]\n"
    assert [line_of(text, key) for key in ("a", "b", "extra", "more", "1")] == [1, 2, 3, 5, None]


@pytest.mark.parametrize("content", ["", "\n  \n# only notes\n"])
def test_a_job_file_without_settings_says_so(tmp_path: Path, content: str) -> None:
    workspace = Workspace.open(tmp_path)
    (workspace.settings / "a.toml").write_text(content)
    with pytest.raises(SettingsError, match="holds no settings"):
        load_job(workspace, "settings/a.toml")
