"""Put a new file in the place of another such that the other is neither lost nor, for an instant, missing.

Linux and macOS can exchange two files in one step, Windows can replace one and keep it under another name. Where the
file system can do neither, the old file is moved aside and the new one linked into the free place.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_SWAP = 2
"""RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS have the same value."""
_HERE = -100
"""AT_FDCWD."""
_NOT_ABLE = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EXDEV})


def place(new: Path, target: Path, old: Path) -> bool:
    """Put ``new`` at ``target``; what was there lies at ``old`` afterwards.

    All three lie in one file system. Returns False, with ``new`` still in its place, when a file appeared or
    vanished at ``target`` meanwhile: look again and repeat. Raises OSError when another program holds the file.
    """
    if not target.exists():
        return _link_into_free_place(new, target)
    try:
        exchanged = _exchange(new, target, old)
    except FileNotFoundError:
        return False
    if exchanged:
        return True
    os.replace(target, old)
    return _link_into_free_place(new, target)


def _link_into_free_place(new: Path, target: Path) -> bool:
    try:
        os.link(new, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (*_NOT_ABLE, errno.EPERM):
            raise
        return _create_in_free_place(new, target)
    os.unlink(new)
    return True


def _create_in_free_place(new: Path, target: Path) -> bool:
    """For file systems without hard links: claim the name first, then fill it."""
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return False
    os.replace(new, target)
    return True


if sys.platform == "win32":

    def _exchange(new: Path, target: Path, old: Path) -> bool:
        """ReplaceFileW keeps the replaced file under a name of its own, in one step."""
        old.unlink(missing_ok=True)
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        if kernel.ReplaceFileW(str(target), str(new), str(old), 0, None, None):
            return True
        raise ctypes.WinError(ctypes.get_last_error())

else:

    def _exchange(new: Path, target: Path, old: Path) -> bool:
        """Swap both files in one step, then give the former one its own name. False: not possible here."""
        if not _swap(new, target):
            return False
        os.replace(new, old)
        return True


def _swap(first: Path, second: Path) -> bool:
    """Exchange two files. False where the system or the file system cannot."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(first), os.fsencode(second)
    if hasattr(library, "renameat2"):
        failed = library.renameat2(_HERE, names[0], _HERE, names[1], _SWAP)
    elif hasattr(library, "renamex_np"):
        failed = library.renamex_np(names[0], names[1], _SWAP)
    else:
        return False
    if not failed:
        return True
    code = ctypes.get_errno()
    if code in _NOT_ABLE:
        return False
    raise OSError(code, os.strerror(code), str(second))
