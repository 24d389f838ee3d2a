"""What a person reads about a video: what is wrong with it, and what to do."""

from __future__ import annotations

from pathlib import Path

_COPY_AGAIN = "Copy it again from the camera or the disk it came from"


def missing(path: Path) -> str:
    return (
        f"There is no video at {path}. If it was moved, run 'fix-paths' (folders to search can be named under"
        " 'video_roots' in ethonight.toml); otherwise correct 'video_paths' in the settings file."
    )


def folder(path: Path) -> str:
    return f"{path} is a folder, not a video. Name the video file inside it."


def special(path: Path) -> str:
    return f"{path} is not an ordinary file. Name a video file."


def empty(path: Path) -> str:
    return f"The video {path.name} is empty (0 bytes). {_COPY_AGAIN}."


def forbidden(path: Path) -> str:
    return f"The video {path} may not be read by this user account. Give yourself the right to read the file."


def unreadable(path: Path, reason: str) -> str:
    return f"The video {path} cannot be read ({reason}). Check that its disk or network drive is connected and sound."


def silent(path: Path, seconds: float) -> str:
    return (
        f"The video {path} gave no answer within {seconds:g} s. Check that its disk or network drive is connected,"
        " or copy the video to a local disk."
    )


def crash(path: Path, ending: str) -> str:
    return (
        f"The video {path.name} made the video decoder crash ({ending}), so it is probably damaged. {_COPY_AGAIN},"
        " or convert it to a new file (H.264 in MP4)."
    )


def no_video(path: Path, head: bytes) -> str:
    """``head``: the first bytes, which tell an unfinished MP4 from something else."""
    if head[4:8] in (b"ftyp", b"mdat", b"wide", b"free"):
        return (
            f"The video {path.name} has no index ('moov atom'), without which an MP4 or MOV cannot be opened: it was"
            f" cut off, or its recording was not closed. {_COPY_AGAIN}."
        )
    if head[:4] in (b"RIFF", b"\x1aE\xdf\xa3"):
        return f"The video {path.name} is damaged: it cannot be opened. {_COPY_AGAIN}."
    return f"The file {path.name} is not a video, or of a kind that is not known here. Name a video file."


def no_pictures(path: Path) -> str:
    return f"The file {path.name} holds no pictures, perhaps only sound. Name the video file."


def no_frame(path: Path) -> str:
    return f"The video {path.name} can be opened, but not one frame of it can be decoded. {_COPY_AGAIN}."


def no_index(path: Path) -> str:
    return (
        f"The video {path.name} has lost the index at its end, and its last frame could not be found in time: it was"
        f" probably cut off. {_COPY_AGAIN}."
    )


def cut_off(path: Path, seconds: float, whole_seconds: float, frames: int, whole_frames: int) -> str:
    return (
        f"The video {path.name} ends after {frames} of {whole_frames} frames ({seconds:.1f} of {whole_seconds:.1f} s):"
        f" it was cut off. {_COPY_AGAIN}; if this is all there is, save it as a new file that says its true length"
        " (ffmpeg -i OLD NEW) and track that."
    )


def damaged(path: Path, seconds: float, whole_seconds: float) -> str:
    whole = f" of {whole_seconds:.1f} s" if whole_seconds else ""
    return (
        f"The video {path.name} is damaged: frames cannot be decoded at about {seconds:.1f} s{whole}. {_COPY_AGAIN};"
        " if it is damaged there too, convert it (ffmpeg -i OLD NEW keeps what can be read)."
    )


def no_length(path: Path) -> str:
    return (
        f"The video {path.name} does not say how long it is, and idtracker.ai cannot count its frames. Put it into a"
        " new file without changing the pictures: ffmpeg -i OLD -c copy NEW.mp4"
    )


def wrong_count(path: Path, frames: int, listed: int) -> str:
    return (
        f"The video {path.name} says that it has {listed} frames but holds {frames}; idtracker.ai will fill the"
        " difference with empty frames. Convert it first: ffmpeg -i OLD NEW.mp4"
    )


def not_for_opencv(path: Path, codec: str) -> str:
    return (
        f"The video {path.name} is in {codec}, which idtracker.ai (OpenCV) cannot read on this machine. To track it,"
        " convert it first: ffmpeg -i OLD -c:v libx264 NEW.mp4"
    )


def ends_early(path: Path, frames: int, whole_frames: int, last_seconds: float) -> str:
    return (
        f"The video {path.name} says that it has {whole_frames} frames, but only {frames} of them can be decoded, the"
        f" last one at {last_seconds:.2f} s. Only these are used. {_COPY_AGAIN} if there should be more."
    )


def frames_lost(path: Path, lost: int, first_seconds: float) -> str:
    return (
        f"{lost} frames of the video {path.name} could not be decoded, the first of them at {first_seconds:.2f} s;"
        f" they are left out. {_COPY_AGAIN} if it is sound there."
    )
