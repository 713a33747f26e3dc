"""Write the households and families that a run found: only what differs from what earlier runs left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from api.services.group_figures import digest_of
from api.services.home_results import Home, Homes
from api.services.home_totals import as_properties
from api.services.run_earlier_homes import EarlierHomes
from api.services.run_homes import HomesFound
from api.services.run_members import member_frame
from api.services.run_write import Places, Sender, write_members
from graph.nodes import as_changes
from graph.store import Row

HOUSEHOLD, FAMILY = "Household", "Family"
_DONE = ("opened", "closed", "memberships_opened", "memberships_closed")


def write_homes(
    sender: Sender,
    day: date,
    found: HomesFound,
    earlier: tuple[EarlierHomes, EarlierHomes],
    places: Places,
) -> dict[str, int]:
    """Make and close homes and memberships; how many. Those that are there already change last: `change_homes`."""
    counts = dict.fromkeys((f"{label.lower()}_{done}" for label in (HOUSEHOLD, FAMILY) for done in _DONE), 0)
    for label, homes, before in _by_label(found, earlier):
        now = {home.id for home in homes.homes}
        made = [_row(sender, home) for home in homes.homes if home.id not in before.homes]
        gone = [{"key": id} for id in before.homes if id not in now]
        sender.make_nodes(label, made)
        sender.many(f"publishing/close_nodes[{label}]", gone, label)
        opened, closed = write_members(sender, day, label, member_frame(homes.members), before.members, places)
        name = label.lower()
        counts |= {f"{name}_opened": len(made), f"{name}_closed": len(gone)}
        counts |= {f"{name}_memberships_opened": opened, f"{name}_memberships_closed": closed}
    return counts


def change_homes(sender: Sender, found: HomesFound, earlier: tuple[EarlierHomes, EarlierHomes]) -> dict[str, int]:
    """Change what differs of homes that are there; how many."""
    counts = {f"{label.lower()}_changed": 0 for label in (HOUSEHOLD, FAMILY)}
    for label, homes, before in _by_label(found, earlier):
        rows = [
            _row(sender, home)
            for home in homes.homes
            if home.id in before.homes and digest_of(_values(home)) != before.homes[home.id]
        ]
        changes = list(as_changes(sender.work.store, label, rows))
        counts[f"{label.lower()}_changed"] = sender.many(f"write/set_attributes[{label}]", changes, label)
    return counts


def _by_label(
    found: HomesFound, earlier: tuple[EarlierHomes, EarlierHomes]
) -> Iterable[tuple[str, Homes, EarlierHomes]]:
    lived = found.households.homes
    return (
        *(((HOUSEHOLD, lived, earlier[0]),) if lived else ()),
        (FAMILY, found.families, earlier[1]),
    )


def _values(home: Home) -> dict[str, Any]:
    return {"head_id": home.head_id, "size": home.size, **as_properties(home.totals)}


def _row(sender: Sender, home: Home) -> Row:
    values = _values(home)
    return {
        "key": home.id,
        "properties": {**values, "run_digest": digest_of(values), "run_id": sender.work.id},
        "labels": None,
    }
