"""Only the text of a path is touched: properties over arbitrary valid settings files and paths."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
import tomli_w
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ethonight.config import Config
from ethonight.errors import SettingsError
from ethonight.settings.paths import fix_paths
from ethonight.settings.paths_meaning import halved, is_doubled, with_slashes
from ethonight.settings.paths_text import path_texts, spelled
from ethonight.settings.toml_file import parse_toml
from ethonight.workspace import Workspace

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")

letters = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="/")
portable = st.text(letters.filter(lambda letter: letter != "\\"), max_size=20).map(lambda name: f"v{name}.avi")
roots = st.sampled_from(["D:\\old\\", "C:/old/", "/old/", "\\\\srv\\share\\", "", "old\\"])
moved = st.tuples(roots, portable) | st.tuples(st.just("/old/"), st.text(letters, max_size=20).map("v{}".format))
"""A path that leads nowhere: folder and file name; only paths from ``/`` have backslashes in the file name."""
path_strings = st.text(st.one_of(letters, st.sampled_from("/\\'\" #,[]={}&~:.xuUnt")), min_size=1, max_size=30)

plain = st.recursive(
    st.one_of(
        st.booleans(),
        st.integers(-(2**40), 2**40),
        st.floats(),
        st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
        st.sampled_from(["video_paths = 'x'", "it's", '"""', "'''", "a # b", "C:\\temp\\new", "[", "]"]),
        st.datetimes(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=6,
)
keys = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8).filter(
    lambda key: key.lower() not in ("video_paths", "output_dir")
)
comments = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=15).map(lambda text: f"# {text}\n")
blanks = st.sampled_from(["", " ", "\t", "  \t"])


@st.composite
def surroundings(draw: st.DrawFn) -> tuple[str, str, dict[str, object]]:
    """Valid TOML in two parts, between which a statement can stand, and what it says."""
    document = draw(st.dictionaries(keys, plain, max_size=5))
    top = {key: value for key, value in document.items() if not isinstance(value, dict)}
    statements = [tomli_w.dumps({key: value}, multiline_strings=draw(st.booleans())) for key, value in top.items()]
    statements = [s for s in statements if not s.lstrip("\n").startswith("[")]
    tables = tomli_w.dumps({key: value for key, value in document.items() if key not in top})
    cut = draw(st.integers(0, len(statements)))
    before = "".join(draw(st.one_of(st.just(""), comments)) + s for s in statements[:cut])
    after = "".join(s + draw(st.one_of(st.just(""), comments, st.just("\n"))) for s in statements[cut:])
    text = before + after + tables
    return before, after + tables, tomllib.loads(text)


@st.composite
def statements(draw: st.DrawFn) -> tuple[str, str]:
    """The text of a path statement before and after its only path."""
    listed = draw(st.booleans())
    key = draw(st.sampled_from(["video_paths", "VIDEO_PATHS", '"video_paths"', "'Video_Paths'"]))
    head = draw(blanks) + key + draw(blanks) + "=" + draw(blanks)
    tail = draw(blanks) + draw(st.sampled_from(["", "# c 'd'", '# "]'])) + "\n"
    if listed:
        fill = st.sampled_from(["", " ", "\n", "\n  # it's ]\n", "\r\n"])
        head += "[" + draw(fill)
        tail = draw(fill) + draw(st.sampled_from(["", ","])) + draw(fill) + "]" + tail
    return head, tail


def quoted(path: str, how: str) -> str:
    """Write a path as a person or idtracker.ai's window would: in literal, basic or Python's quotes."""
    if how == "basic":
        return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"'{path}'" if how == "literal" and "'" not in path else repr(path)


@posix
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(surroundings(), statements(), moved, st.sampled_from(["literal", "basic", "python"]))
def test_all_but_the_path_stays_byte_for_byte(
    tmp_path: Path,
    around: tuple[str, str, dict[str, object]],
    statement: tuple[str, str],
    old: tuple[str, str],
    how: str,
) -> None:
    before, after, others = around
    head, tail = statement
    name = old[1]
    token = quoted("".join(old), how)
    workspace = Workspace.open(tmp_path)
    video = tmp_path / "videos" / "here" / name
    for path in (tmp_path / "videos" / "here").glob("*"):
        path.unlink()
    video.parent.mkdir(parents=True, exist_ok=True)
    try:
        wanted = spelled(video.as_posix(), token[0])
    except SettingsError:
        assume(False)
    video.touch()
    file = workspace.settings / "a.toml"
    file.write_bytes((before + head + token + tail + after).encode())
    (report,) = fix_paths(workspace, Config())
    assert report.fine, report
    content = file.read_bytes().decode()
    assert content == before + head + wanted + tail + after
    found = tomllib.loads(content)
    key = next(key for key in found if key.lower() == "video_paths")
    value = found.pop(key)
    assert value in (video.as_posix(), [video.as_posix()])
    assert repr(found) == repr(others)
    assert parse_toml(head + wanted + tail, both=True)[key] == value
    fix_paths(workspace, Config())
    assert file.read_bytes().decode() == content


@given(path_strings, st.sampled_from(["'", '"']))
def test_every_spelling_is_read_alike_by_both(path: str, quote: str) -> None:
    try:
        token = spelled(path, quote)
    except SettingsError:
        assume(False)
    for text in (f"v = {token}", f"a = 1 # x\nv = [\n    {token}, # it's\n]\nb = 2\n"):
        assert parse_toml(text, both=True)["v"] in (path, [path])


@given(surroundings())
def test_the_texts_found_are_the_texts_that_toml_reads(around: tuple[str, str, dict[str, object]]) -> None:
    before, after, others = around
    wanted = [
        key.lower() for key, value in others.items() if isinstance(value, str) and key.isidentifier() and key.isascii()
    ]
    assume(len(set(wanted)) == len(wanted))
    values = [value for key, value in others.items() if isinstance(value, str) and key.lower() in wanted]
    assert [found.value for found in path_texts(before + after, wanted)] == values


@given(st.text(st.sampled_from("v=[]'\"\\,# \n\r.ax{}"), max_size=40))
def test_any_text_can_be_looked_through(text: str) -> None:
    for found in path_texts(text + "\nvideo_paths = 'x'", ["v", "video_paths"]):
        assert (text + "\nvideo_paths = 'x'")[found.start : found.end] == found.raw
        assert found.raw[0] in "'\"" and found.raw[0] == found.raw[-1]


@pytest.mark.parametrize(
    ("path", "doubled"),
    [
        ("C:\\\\U\\\\x.avi", True),
        ("\\\\\\\\srv\\\\share", True),
        ("a\\\\b", True),
        ("C:\\U\\x.avi", False),
        ("\\\\srv\\share", False),
        ("\\\\srv/share", False),
        ("C:/x", False),
    ],
)
def test_doubled_backslashes_are_told_from_network_shares(path: str, doubled: bool) -> None:
    assert is_doubled(path) == doubled


@given(
    st.lists(st.text(st.sampled_from("abc .'"), min_size=1), min_size=2, max_size=4),
    st.sampled_from(["C:\\", "\\\\srv\\"]),
)
def test_a_windows_path_survives_pythons_doubling(parts: list[str], root: str) -> None:
    path = root + "\\".join(parts)
    doubled = path.replace("\\", "\\\\")
    assert is_doubled(doubled)
    assert halved(doubled) == path
    assert with_slashes(path) == path.replace("\\", "/")
    assert with_slashes(with_slashes(path)) == with_slashes(path)
