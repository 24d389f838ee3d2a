"""Which background pictures a person has saved for a video."""

from __future__ import annotations

from pathlib import Path

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"})


def background_files(folder: Path) -> list[Path]:
    """Return the pictures in the folder of backgrounds of one video, sorted; none where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES and path.name[0] != ".")
