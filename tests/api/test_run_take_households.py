"""Households of the run before: taken over where nothing of what they follow from differs, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from api.services.household_input import HomeInput
from api.services.run_archive import Archive
from api.services.run_before import Before, Kept
from api.services.run_earlier_homes import EarlierHomes
from api.services.run_families import find_families
from api.services.run_households import HouseholdsFound, find_households
from api.services.run_take_households import of_age, take_households
from tests.api.test_run_homes import DAY, IDS, MINOR, NOBODY, OF_AGE, control_of, given, homes, lent

RUN = "run-1"
LENT = {"parties": "p", "facilities": "f", "drawdowns": "d", "borrowers": "b"}


def parts(read: HomeInput, day: date = DAY) -> dict[str, str]:
    return LENT | read.digests(given().party_ids) | of_age(read, day)


def found() -> HouseholdsFound:
    return find_households(given(), lent(), homes(), NOBODY, DAY)


def stored(some: HouseholdsFound) -> EarlierHomes:
    """As the store holds them."""
    rows = some.tables["households"].sort("party_id", descending=True)
    columns = {"group_id": rows["household_id"], "role": rows["role"], "status": rows["status"]}
    return EarlierHomes(pl.DataFrame(), pl.DataFrame(columns), rows["party_id"])


@pytest.fixture
def before(tmp_path: Path) -> Before:
    tables = Archive(tmp_path, RUN)
    tables.begin()
    for name, table in found().tables.items():
        tables.write(name, table)
    return Before(tables, Kept("", parts(homes()), dict.fromkeys(found().tables, "known")).write(tables))


def test_they_are_what_would_be_found_and_families_follow_from_them(before: Before) -> None:
    whole = found()
    taken = take_households(before, RUN, parts(homes()), IDS, stored(whole))
    assert taken
    assert taken.homes is None
    assert taken.household.tolist() == whole.household.tolist()
    assert taken.confirmed.tolist() == whole.confirmed.tolist()
    assert {name: table.equals(whole.tables[name]) for name, table in taken.tables.items()} == {
        "households": True,
        "household_totals": True,
    }
    one, other = (find_families(given(), lent(), homes(), some, control_of(), NOBODY) for some in (taken, whole))
    assert one == other


@pytest.mark.parametrize("part", sorted(parts(homes())))
def test_they_are_found_anew_where_a_part_differs(before: Before, part: str) -> None:
    now = parts(homes()) | {part: "other"}
    assert take_households(before, RUN, now, IDS, stored(found())) is None


def test_they_are_found_anew_where_somebody_came_of_age(before: Before) -> None:
    def taken(day: date) -> bool:
        return take_households(before, RUN, parts(homes(), day), IDS, stored(found())) is not None

    assert taken(date(2024, 12, 31))
    assert not taken(date(2025, 1, 1)), "Coy is 18"
    assert of_age(homes(MINOR), DAY) != of_age(homes(OF_AGE), DAY)


def test_they_are_found_anew_where_the_store_holds_something_else(before: Before) -> None:
    held = stored(found())
    others: list[dict[str, Any]] = [
        {"party": held.party.set(pl.Series([True] + [False] * (len(held.party) - 1)), None)},
        {"members": held.members.with_columns(pl.col("role").shift(1, fill_value=held.members["role"][-1]))},
        {"members": held.members[1:], "party": held.party[1:]},
    ]
    for other in others:
        assert take_households(before, RUN, parts(homes()), IDS, replace(held, **other)) is None
    assert take_households(before, "run-2", parts(homes()), IDS, held) is None, "another run wrote the figures"
