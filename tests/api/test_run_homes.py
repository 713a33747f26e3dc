"""Households and families of a run from hand-made input: reasons, status, totals, ids that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from algorithms.control import Control, control
from algorithms.threshold import PPB
from algorithms.votes import Bases, ControlRule, Stakes
from api.services.group_business import READ, group_business
from api.services.home_results import Homes
from api.services.household_input import COLUMNS, TABLES, HomeInput, no_homes
from api.services.risk_input import RiskInput
from api.services.run_archive import Archive
from api.services.run_before import Before, Kept
from api.services.run_frozen_homes import freeze_homes, thaw_homes
from api.services.run_homes import HomesFound, find_homes
from api.services.run_input import RunInput
from api.services.run_members import Membership, member_frame
from api.services.run_results import EarlierGroups

DAY = date(2024, 12, 31)
NOBODY = EarlierGroups({}, frozenset())
IDS = ["ANN", "BOB", "COY", "DAN", "EVA", "FIRM"]
ANN, BOB, COY, DAN, EVA, FIRM = range(6)
"""Ann and Bob are a couple, Coy is their minor child; Dan is Ann's brother, Eva lives with him; Ann has the firm."""
MINOR, OF_AGE = 13_514, 13_513
"""Born on 1 January 2007 and on 31 December 2006, days since 1970."""


def table(name: str, *rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=COLUMNS[name], orient="row")


def given() -> RunInput:
    none = np.empty(0, dtype=np.int64)
    stakes = Stakes(np.asarray([ANN]), np.asarray([FIRM]), np.asarray([PPB]))
    person = np.arange(6) < FIRM
    return RunInput(IDS, none, none, stakes, Bases(), (), 1, 0, 0, person=person)


def homes(born_coy: int = MINOR) -> HomeInput:
    persons = ((ANN, "王", 100), (BOB, "李", 50), (COY, "李", born_coy), (DAN, "王", 300), (EVA, "赵", 400))
    return HomeInput(
        dict(no_homes().tables)
        | {
            "home_persons": table("home_persons", *persons),
            "home_shared": table("home_shared", ("address", DAN, EVA), ("phone", DAN, EVA)),
            "home_kin": table("home_kin", (ANN, BOB, "spouse"), (COY, BOB, "child"), (DAN, ANN, "sibling")),
            "home_balances": table("home_balances", (ANN, "CNY", 500, 2, 1), (BOB, "USD", -70, 1, 0), (FIRM, "CNY", 9, 1, 0)),
            "home_joint_balances": table("home_joint_balances", (0, ANN, "CNY", 40), (0, BOB, "CNY", 40)),
            "home_revenue": table("home_revenue", (ANN, 2024, "CNY", 12, 0), (BOB, 2024, "CNY", 5, 1), (BOB, 2023, "CNY", 99, 0)),
            "home_contribution": table("home_contribution", (ANN, 2024, "CNY", -3, 2), (BOB, 2023, "CNY", 7, 0)),
            "home_products": table("home_products", (ANN, "CARD"), (BOB, "CARD"), (BOB, "FUND")),
        }
    )  # fmt: skip


def lent() -> RiskInput:
    """One contract of both, with two drawdowns of which one is unknown; one of Bob with what it states as drawn."""
    contracts = {"limit_amount": [1000, -1], "drawn_amount": [7, 30], "currency": ["CNY", "CNY"]}
    drawdowns = {"facility": [0, 0], "balance": [200, -1], "currency": ["CNY", "CNY"]}
    borrowers = {"facility": [0, 0, 1], "party": [ANN, BOB, BOB]}
    tables: dict[str, Any] = {"facilities": contracts, "drawdowns": drawdowns, "borrowers": borrowers}
    return RiskInput({name: pl.DataFrame(columns) for name, columns in tables.items()})


def control_of() -> Control:
    return control(given().stakes, 6, ControlRule())


def found(read: HomeInput | None = None, earlier: tuple[EarlierGroups, EarlierGroups] = (NOBODY, NOBODY)) -> HomesFound:
    return find_homes(given(), lent(), read or homes(), control_of(), earlier, DAY)


def lived(some: HomesFound) -> Homes:
    assert some.households.homes
    return some.households.homes


def members(some: HomesFound, name: str) -> list[tuple[str, str, str, str]]:
    columns = ("party_id", "role", "status", "reasons")
    return some.tables[name].select(columns).sort("party_id").rows()


def test_members_say_their_role_their_status_and_why() -> None:
    assert members(found(), "households") == [
        ("ANN", "member", "confirmed", "spouse of BOB"),
        ("BOB", "head", "confirmed", "spouse of ANN; parent of the minor COY"),
        ("COY", "member", "confirmed", "minor child of BOB"),
        ("DAN", "head", "flagged", "same address and telephone as EVA"),
        ("EVA", "member", "flagged", "same address and telephone as DAN"),
    ]


def test_a_child_is_a_minor_until_the_eighteenth_birthday() -> None:
    assert "COY" not in {row[0] for row in members(found(homes(OF_AGE)), "households")}


def test_what_is_held_together_counts_once_and_the_unknown_is_counted() -> None:
    (first,) = [one for one in lived(found()).homes if one.head_id == "BOB"]
    assert first.totals == (
        ("balances", 0, "CNY", 540, 3, 1),
        ("balances", 0, "USD", -70, 1, 0),
        ("contribution", 2024, "CNY", -3, 12, 2),
        ("credit_limits", 0, "CNY", 1000, 2, 1),
        ("drawn", 0, "CNY", 230, 3, 1),
        ("products", 0, "", 0, 2, 0),
        ("revenue", 2024, "CNY", 17, 24, 1),
    )
    rows = found().tables["household_totals"].filter(pl.col("figure") == "products")
    assert rows.select("year", "amount_minor", "count").rows() == [(None, None, 2)]


def test_a_family_has_the_kin_their_households_and_their_company() -> None:
    assert members(found(), "families") == [
        ("ANN", "head", "confirmed", "whose sibling is DAN"),
        ("BOB", "member", "confirmed", "one household with ANN"),
        ("COY", "member", "confirmed", "one household with ANN"),
        ("DAN", "member", "confirmed", "sibling of ANN"),
        ("EVA", "member", "flagged", "one household with DAN"),
        ("FIRM", "company", "confirmed", "controlled by the family through ANN"),
    ]


def test_a_decision_parts_and_joins() -> None:
    decided = table("home_decided", (DAN, EVA, "apart"), (BOB, EVA, "together"))
    read = homes()
    some = found(replace(read, tables={**read.tables, "home_decided": decided}))
    assert [row[0] for row in members(some, "households")] == ["ANN", "BOB", "COY", "EVA"]
    assert some.households.refused == 1


def test_households_keep_their_ids_and_tell_what_changed() -> None:
    before = found()
    memory: dict[str, set[str]] = {one.id: set() for one in lived(before).homes}
    for member in lived(before).members:
        memory[member.group_id].add(member.party)
    earlier = EarlierGroups({id: frozenset(some) for id, some in memory.items()}, frozenset())
    again = found(earlier=(earlier, NOBODY))
    assert [one.id for one in lived(again).homes] == [one.id for one in lived(before).homes]
    assert lived(again).changes == ()
    grown = found(homes(OF_AGE), (earlier, NOBODY))
    assert [(one.kind, one.party_id) for one in lived(grown).changes] == [("left", "COY")]


def test_the_input_has_one_digest_a_table_whoever_else_there_is() -> None:
    read, start = homes(), given()
    told = read.digests(start.party_ids)
    more = replace(start, party_ids=["AAA", *IDS])
    moved = {
        name: frame.with_columns(pl.col(*TABLES[name]) + 1) if frame.height else frame
        for name, frame in read.tables.items()
    }
    assert replace(read, tables=moved).digests(more.party_ids) == told
    moved = {**read.tables, "home_products": table("home_products", (ANN, "FUND"))}
    other = replace(read, tables=moved).digests(start.party_ids)
    assert [name for name in TABLES if other[name] != told[name]] == ["home_products"]


def test_an_unknown_balance_is_not_none_in_the_digest() -> None:
    one, other = (
        replace(
            homes(), tables={**homes().tables, "home_joint_balances": table("home_joint_balances", (0, ANN, "", much))}
        )
        for much in (0, None)
    )
    assert one.digests(given().party_ids) != other.digests(given().party_ids)


def frame(parties_of: dict[str, str], *dissolved: str) -> pl.DataFrame:
    rows = [(id, party, False) for id, some in parties_of.items() for party in some.split()]
    schema = {"group_id": pl.String, "party_id": pl.String, "dissolved": pl.Boolean}
    return pl.DataFrame([*rows, *((id, None, True) for id in dissolved)], schema=schema, orient="row")


def test_households_are_kept_and_read_back_and_known_again(tmp_path: Path) -> None:
    start, read = given(), homes()
    memory = EarlierGroups({"H-ONE": frozenset({"ANN", "BOB"})}, frozenset({"H-GONE"}))
    tables = Archive(tmp_path, "run-1")
    tables.begin()
    parts = {"parties": "all"}
    kept = (frame({"H-ONE": "ANN BOB"}, "H-GONE"), frame({}))
    told = freeze_homes(tables, start, read, kept, parts)
    thawed, earlier = thaw_homes(tables)
    assert all(thawed.tables[name].equals(read.tables[name]) for name in TABLES)
    assert earlier == (memory, NOBODY)
    before = Before(tables, Kept("", parts | dict.fromkeys(told, "known")).write(tables))
    again = Archive(tmp_path, "run-2")
    again.begin()
    less = replace(read, tables={**read.tables, "home_products": table("home_products", (ANN, "FUND"))})
    known = freeze_homes(again, start, less, kept, parts, before)
    assert [name for name in TABLES if known[name] != "known"] == ["home_products"]
    third = Archive(tmp_path, "run-3")
    third.begin()
    assert freeze_homes(third, start, read, kept, {"parties": "others"}, before) == told


def test_groups_are_told_in_the_same_figures() -> None:
    """One group has the members of a household, one of them told twice; the firm is alone in another, of nobody known."""
    of = (("G-2", "FIRM"), ("G-1", "ANN"), ("G-1", "BOB"), ("G-1", "COY"), ("G-1", "ANN"), ("G-3", "NOBODY"))
    told = member_frame([Membership(group, party, "member", ()) for group, party in of])
    business = group_business(told, IDS, homes(), lent())
    (first,) = [one for one in lived(found()).homes if one.head_id == "BOB"]
    house = found().tables["household_totals"].filter(pl.col("household_id") == first.id).drop("household_id")
    assert business.filter(pl.col("group_id") == "G-1").drop("group_id").equals(house)
    assert business.filter(pl.col("group_id") != "G-1").rows() == [("G-2", "balances", None, "CNY", 9, 1, 0)]
    assert group_business(member_frame([]), IDS, homes(), lent()).is_empty()
    everybody = member_frame([Membership("G-1", party, "member", ()) for party in IDS])
    read, owed = ({name: one.tables[name] for name in one.tables if name in READ} for one in (homes(), lent()))
    assert {*read, *owed} == set(READ)
    alone = group_business(everybody, IDS, HomeInput(read), RiskInput(owed))
    assert alone.equals(group_business(everybody, IDS, homes(), lent()))
