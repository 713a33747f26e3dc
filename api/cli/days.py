"""Days as typed on the command line: looked at before anything is started."""

from __future__ import annotations

from datetime import date

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
