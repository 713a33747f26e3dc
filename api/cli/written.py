"""Files that commands write: looked at before anything is started, and there only when they are whole."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.errors import BadInput


def check_place(file: Path | None, field: str) -> None:
    """Raises BadInput where a file to be written has no folder, or is one."""
    if file is None:
        return
    if file.is_dir():
        raise BadInput(f"{field} is {file}, which is a folder; name a file.", field=field, value=str(file))
    if not file.parent.is_dir():
        told = f"{field} is {file}, but there is no folder {file.parent}; make it, or name another."
        raise BadInput(told, field=field, value=str(file))


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A path to write to, which becomes the file in the end; nothing stays of one that fails. Two may write one file at
    a time: the later one stays."""
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
