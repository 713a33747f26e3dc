"""Days, moments and sequence numbers as the graph keeps them.

Days on links are whole days since 1970-01-01 in the bank's time zone; open ends are sentinels, never null, because
nulls and date objects halve the speed of columnar reads. Periods are half-open: `valid_from <= day < valid_to`.
Moments are UTC milliseconds since 1970.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = date(1970, 1, 1)
SINCE_EVER = (date.min - EPOCH).days
"""`valid_from` of a link whose start nobody stated."""
UNTIL_FURTHER = (date.max - EPOCH).days
"""`valid_to` of a link whose end nobody stated."""
OPEN_SEQ = 2**53 - 1
"""`seq_out` of what is current: the largest integer that every client, JavaScript included, keeps exact."""

DEFAULT_ZONE = "Asia/Shanghai"


def to_day(value: date) -> int:
    """Whole days since 1970-01-01."""
    return (value - EPOCH).days


def from_day(day: int) -> date | None:
    """The date of a day number, or None for either sentinel and beyond it."""
    return EPOCH + timedelta(days=day) if SINCE_EVER < day < UNTIL_FURTHER else None


def today(zone: str) -> date:
    """The bank's business day now."""
    return datetime.now(ZoneInfo(zone)).date()


def now_ms() -> int:
    """This moment, UTC milliseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1000)


def end_of_day_ms(day: date, zone: str) -> int:
    """The last millisecond of a business day in the bank's time zone, UTC milliseconds since 1970."""
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))
    return int(midnight.timestamp() * 1000) - 1


def day_of(ms: int, zone: str) -> int:
    """The business day of a moment in the bank's time zone, whole days since 1970-01-01."""
    return to_day(datetime.fromtimestamp(ms / 1000, ZoneInfo(zone)).date())


def iso_moment(ms: int) -> str:
    """ISO 8601 text in UTC of a moment in milliseconds."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
