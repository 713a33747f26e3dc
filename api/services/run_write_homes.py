"""Write the households and families that a run found: only what differs from what earlier runs left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.services.group_figures import digest_of
from api.services.home_totals import as_properties
from api.services.run_homes import Home, Homes, HomesFound
from api.services.run_input import RunInput
from api.services.run_results import EarlierGroups, rows_of
from api.services.run_write import Sender, write_members
from graph.nodes import as_changes
from graph.store import Row, View

HOUSEHOLD, FAMILY = "Household", "Family"
_SNAPSHOTS = {
    HOUSEHOLD: ("snapshot/found_households", "snapshot/household_members"),
    FAMILY: ("snapshot/found_families", "snapshot/family_members"),
}


@dataclass(frozen=True)
class EarlierHomes:
    """Homes of one kind that runs before this one left open: digests by id, memberships by link id (`seq_in`, role,
    status, reasons a line each), and by which parties they keep their ids."""

    homes: Mapping[str, int]
    members: Mapping[str, tuple[int, str, str, str]]
    memory: EarlierGroups


def read_earlier_homes(view: View, given: RunInput) -> tuple[EarlierHomes, EarlierHomes]:
    """The households and the families that are open now."""
    return _read(view, given, HOUSEHOLD), _read(view, given, FAMILY)


def _read(view: View, given: RunInput, label: str) -> EarlierHomes:
    of_homes, of_members = _SNAPSHOTS[label]
    known = list(rows_of(view.snapshot(of_homes), "group_id", "digest", "open"))
    found = view.snapshot(of_members)
    parties_of: dict[str, set[str]] = {id: set() for id, _, is_open in known if is_open}
    for id, ordinal in zip(found["group_id"].tolist(), given.ordinal_of(found["party"]).tolist(), strict=True):
        if ordinal >= 0:
            parties_of.setdefault(id, set()).add(given.party_ids[ordinal])
    return EarlierHomes(
        homes={id: digest for id, digest, is_open in known if is_open},
        members={id: tuple(rest) for id, *rest in rows_of(found, "link", "seq_in", "role", "status", "reasons")},
        memory=EarlierGroups(
            {id: frozenset(some) for id, some in parties_of.items()},
            frozenset(id for id, _, is_open in known if not is_open),
        ),
    )


def write_homes(
    sender: Sender,
    day: date,
    found: HomesFound,
    earlier: tuple[EarlierHomes, EarlierHomes],
    place: Mapping[str, int],
) -> dict[str, int]:
    """Make and close homes and memberships; how many. Those that are there already change last: `change_homes`.

    place: where the store keeps each party.
    """
    counts: dict[str, int] = {}
    for label, homes, before in _by_label(found, earlier):
        now = {home.id for home in homes.homes}
        made = [_row(sender, home) for home in homes.homes if home.id not in before.homes]
        gone = [{"key": id} for id in before.homes if id not in now]
        sender.make_nodes(label, made)
        sender.many(f"publishing/close_nodes[{label}]", gone, label)
        members = sorted(homes.members, key=lambda member: place[member.party])
        opened, closed = write_members(sender, day, label, members, before.members)
        name = label.lower()
        counts |= {f"{name}_opened": len(made), f"{name}_closed": len(gone)}
        counts |= {f"{name}_memberships_opened": opened, f"{name}_memberships_closed": closed}
    return counts


def change_homes(sender: Sender, found: HomesFound, earlier: tuple[EarlierHomes, EarlierHomes]) -> dict[str, int]:
    """Change what differs of homes that are there; how many."""
    counts = {}
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
    return ((HOUSEHOLD, found.households, earlier[0]), (FAMILY, found.families, earlier[1]))


def _values(home: Home) -> dict[str, Any]:
    return {"head_id": home.head_id, "size": home.size, **as_properties(home.totals)}


def _row(sender: Sender, home: Home) -> Row:
    values = _values(home)
    return {
        "key": home.id,
        "properties": {**values, "run_digest": digest_of(values), "run_id": sender.work.id},
        "labels": None,
    }
