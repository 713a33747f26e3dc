"""Days as typed on the command line, looked at before anything is started; moments as a terminal tells them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

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


def told_moment(at: str | None) -> str:
    """A moment (ISO 8601) to the minute, where the bank is; '' for none."""
    if not at:
        return ""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(read_settings().zone)):%Y-%m-%d %H:%M}"
