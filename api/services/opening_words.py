"""Why something is an opening, and why something is not offered, in words. Parties stand in braces (`reasons`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from algorithms.threshold import PPB
from api.services.key_person_rules import CALLED
from api.services.opening_rules import OpeningDays
from api.services.reasons import named

Row = Mapping[str, Any]
Called = Callable[[str | None], str]
"""A product's name by its id."""


def reasons(row: Row, called: Called, persons: bool) -> list[str]:
    """All that speaks for a row of `OPENINGS`, what counts most first. persons: whether the party is a person."""
    found = {source: text for source, text in _told(row, called, persons) if text}
    first = row["source"]
    return [found[first], *(text for source, text in found.items() if source != first)] if first in found else []


def _told(row: Row, called: Called, person: bool) -> list[tuple[str, str | None]]:
    return [
        ("maturing", _maturing(row, called)),
        ("similar", _similar(row, called)),
        ("household", _others(row, "household", "its household")),
        ("group", _others(row, "group", f"its group {row['group_id']}")),
        ("segment", _segment(row)),
        ("linkage", _linkage(row, person)),
    ]


def _maturing(row: Row, called: Called) -> str | None:
    due = row["matures_on"]
    return f"its {called(row['product_id'])} matures on {due}: renew or replace it" if due else None


def _similar(row: Row, called: Called) -> str | None:
    if not row["similar"]:
        return None
    if row["like_id"]:
        holders, both = row["like_holders"], row["like_both"]
        return f"{both:,} of the {holders:,} customers who hold {called(row['like_id'])}, as it does, hold this too"
    return "new, and customers who hold what it holds hold others of this family"


def _others(row: Row, unit: str, where: str) -> str | None:
    holders, others = row[f"{unit}_holders"], row[f"{unit}_others"]
    if not holders:
        return None
    return f"{holders:,} of {others:,} other {'customer' if others == 1 else 'customers'} in {where} hold it"


def _segment(row: Row) -> str | None:
    if not row["segment_part"]:
        return None
    permille = row["segment_part"] * 1000 // PPB
    return (
        f"holds nothing yet; {permille // 10}.{permille % 10}% of customers of its segment ({row['segment']}) hold it"
    )


def _linkage(row: Row, person: bool) -> str | None:
    if not row["linked_id"]:
        return None
    post, other = CALLED[row["linked_as"]], named(row["linked_id"])
    if person:
        return f"{post} of {other}, a corporate customer, and no private customer"
    return f"its {post} {other} is a private customer, and it is no corporate customer"


def why_not(reason: str, days: OpeningDays) -> str:
    """Why something is not offered."""
    return {
        "sold": f"sold within the last {days.sold} days",
        "opted_out": "it asked not to be approached",
        "unsuitable": "its risk is above the customer's rating, or it is for another segment",
        "refused": f"refused within the last {days.refused} days",
        "approached": f"its household was approached within the last {days.quiet} days",
        "held": "held",
    }[reason]
