"""Days and places as typed on the command line: looked at before anything is started."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from api.settings import read_settings
from graph import times
from graph.errors import BadInput


def read_day(text: str | None, field: str, ahead: bool = False) -> date | None:
    """A day `YYYY-MM-DD`, today in the bank's zone at the latest unless `ahead`. Raises BadInput naming the option."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{field} is {text!r}; write a day as YYYY-MM-DD.", field=field, value=text) from None
    today = times.today(read_settings().zone)
    if day > today and not ahead:
        raise BadInput(f"{field} is {day}, which is in the future; give a day up to {today}.", field=field, value=text)
    return day


def check_place(file: Path | None, field: str) -> None:
    """Raises BadInput where a file to be written has no folder, or is one."""
    if file is None:
        return
    if file.is_dir():
        raise BadInput(f"{field} is {file}, which is a folder; name a file.", field=field, value=str(file))
    if not file.parent.is_dir():
        told = f"{field} is {file}, but there is no folder {file.parent}; make it, or name another."
        raise BadInput(told, field=field, value=str(file))
