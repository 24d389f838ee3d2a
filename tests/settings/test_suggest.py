"""Suggestions for mistyped keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from ethonight.config import load_config
from ethonight.errors import WorkspaceError
from ethonight.suggest import closest, unknown_key


def test_a_small_mistake_is_recognised_in_any_case() -> None:
    assert closest("VIDEO_PATH", ["video_paths", "area_ths"]) == "video_paths"
    assert closest("zzz", ["video_paths"]) == ""


def test_the_sentence_has_the_suggestion_or_the_few_known_keys() -> None:
    assert "did you mean 'area_ths'" in unknown_key("area_th", ["area_ths", "name"])
    assert "known keys: a, b" in unknown_key("zzzz", ["a", "b"])
    assert "known keys" not in unknown_key("zzzz", [f"key{i}" for i in range(50)])


def test_the_workspace_options_suggest_too(tmp_path: Path) -> None:
    path = tmp_path / "ethonight.toml"
    path.write_text("video_root = []\n")
    with pytest.raises(WorkspaceError, match="did you mean 'video_roots'"):
        load_config(path)
