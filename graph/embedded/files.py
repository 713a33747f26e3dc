"""Writing files whole, locking them, and turning the disk's refusals into readable errors."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from graph.errors import Conflict, GuanxiError, StoreUnavailable

_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_FOLDER = {errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG}


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write the file so that after any interruption it holds its old text or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def file_lock(path: Path, timeout: float, meanwhile: str) -> Iterator[None]:
    """Hold the lock file, waiting at most `timeout` seconds. Raises Conflict saying what went on `meanwhile`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=timeout, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        message = f"Waited {timeout:.0f} s in vain: {meanwhile} ({path.parent}). Try again when it is done."
        raise Conflict(message) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def readable_errors(folder: Path, what: str) -> Iterator[None]:
    """Turn what the disk refuses into one paragraph. `what` names the use, such as "the database's home"."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, folder, what) from error


def disk_error(error: OSError, folder: Path, what: str) -> GuanxiError:
    """The paragraph for an error of the disk."""
    place = error.filename or folder
    if error.errno in _FULL:
        return StoreUnavailable(
            f"The disk is full: {what} ({folder}) cannot be written. Free some space and try again."
        )
    if error.errno in _REFUSED:
        return StoreUnavailable(
            f"No permission to write {what}: {place}. Give this user the right to write there, or choose another folder"
            " with GUANXI_HOME (the database) or GUANXI_CACHE (the downloaded files)."
        )
    if error.errno in _NO_FOLDER:
        return StoreUnavailable(f"{place} is in the way of {what} ({folder}): a folder is needed there.")
    return StoreUnavailable(f"{what[:1].upper()}{what[1:]} ({folder}) cannot be used: {error.strerror or error}.")


def need_space(folder: Path, needed: int, what: str) -> None:
    """Raise StoreUnavailable when the disk under `folder` has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreUnavailable(
            f"The disk is full: {what} ({folder}) needs {needed >> 20} MB and {free >> 20} MB are free."
            " Free some space and try again."
        )
