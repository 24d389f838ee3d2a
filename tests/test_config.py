"""The options in ``ethonight.toml``: what they may be, and what is said of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.config import Config, load_config
from ethonight.errors import WorkspaceError


def test_no_file_and_an_empty_file_are_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "ethonight.toml"
    assert load_config(path) == Config()
    path.write_bytes(b"\xef\xbb\xbf# nothing yet\r\n")
    assert load_config(path) == Config()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"video_root = []", "did you mean 'video_roots'"),
        (b"[suspicios]", "did you mean 'suspicious'"),
        (b"[suspicious]\nmin_acuracy = 0.5", "did you mean 'min_accuracy'"),
        (b"[suspicious]\nmin_accuracy = 90", "a fraction, 0 to 1; found 90"),
        (b"suspicious = 3", "must be a table"),
        (b"retries = 1.5", "must be a whole number"),
        (b"max_hours = true", "must be a number"),
        (b"min_free_gb = nan", "must be a number"),
        (b"video_roots = 'D:/videos'", "must be a list of texts"),
        (b'video_roots = ["C:\\Users"]', "forward slashes"),
        ("video_roots = ['D:/Mäuse']".encode("cp1252"), "not saved as UTF-8"),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_the_way_out(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "ethonight.toml"
    path.write_bytes(content)
    with pytest.raises(WorkspaceError, match=r"ethonight\.toml") as caught:
        load_config(path)
    assert words in str(caught.value)


def test_options_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ethonight.toml"
    path.write_text('video_roots = ["D:/v"]\nmax_hours = 6\n[suspicious]\nmin_accuracy = 1\n')
    config = load_config(path)
    assert (config.video_roots, config.max_hours, config.suspicious.min_accuracy) == (("D:/v",), 6.0, 1.0)
