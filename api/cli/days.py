"""Days as typed on the command line."""

from __future__ import annotations

from datetime import date

from graph.errors import BadInput


def read_day(text: str | None, field: str) -> date | None:
    """A day `YYYY-MM-DD`. Raises BadInput naming the option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{field} is {text!r}; write a day as YYYY-MM-DD.", field=field, value=text) from None
