"""Key persons as a table of a run: who is what in which company, and what both are to the bank."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.household_input import HomeInput, no_homes
from api.services.key_person_rules import ROLES
from api.services.linkage_pairs import PAIRS, controllers
from api.services.opening_input import COLUMNS, OpeningInput
from api.services.opening_rules import opening_rules
from api.services.run_key_persons import READ, customers_of, find_key_persons
from api.services.run_results import LINKS, control_link_id, control_links
from tests.api.worlds import World, rows_of, world

BANK = world("a b c d B C D", [("a", "B", 60), ("B", "C", 60), ("b", "D", 90)])
"""Persons a to d; a controls B and by it C; b controls D."""


def found(bank: World = BANK, **tables: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The key persons of a bank with some tables."""
    return found_by(bank, control_links(bank.given, bank.control), **tables)


def found_by(bank: World, links: pl.DataFrame, **tables: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The same with links of control."""
    offers = offers_of(bank, **tables)
    return find_key_persons(bank.given, offers, links, customers_of(bank.given, no_homes(), offers))


def offers_of(bank: World, **tables: list[tuple[Any, ...]]) -> OpeningInput:
    """Rows in which parties stand by name, `offer_clients` with name and 1 for a customer."""
    tables["offer_clients"] = [(*row, "", "", 0) for row in tables.get("offer_clients", [])]
    told = {
        name: pl.DataFrame(
            [tuple(bank.at(v) if v in bank.names else v for v in row) for row in tables.get(name, [])],
            schema=schema,
            orient="row",
        )
        for name, schema in COLUMNS.items()
    }
    told["offer_finance_posts"] = pl.DataFrame({"post": ["财务总监"]})
    return OpeningInput(told, opening_rules())


def test_posts_and_control_of_one_pair_are_one_row_with_the_strongest_role_first() -> None:
    posts = [
        ("a", "B", "legal_representative", "confirmed", "L1"),
        ("a", "B", "财务总监", "flagged", "L2"),
        ("c", "C", "", "flagged", "L3"),
        ("B", "C", "legal_representative", "confirmed", "L4"),  # a company is nobody's key person
        ("c", "d", "director", "confirmed", "L5"),  # and a person has none
    ]
    table = found(linkage_posts=posts)
    assert table.schema == PAIRS
    assert rows_of(table, "company_id", "person_id", "roles", "posts", "status") == [
        ("B", "a", ["legal_representative", "actual_controller", "finance_head"], ["财务总监"], "confirmed"),
        ("C", "a", ["actual_controller"], [], "confirmed"),
        ("C", "c", ["executive"], ["executive"], "flagged"),
        ("D", "b", ["actual_controller"], [], "confirmed"),
    ]
    links = dict(zip(table["company_id"] + table["person_id"], table["links"].to_list(), strict=True))
    assert (len(links["Ba"]), links["Ca"], links["Cc"]) == (3, [], ["L3"])
    assert {"L1", "L2"} < set(links["Ba"])


def test_a_controller_by_several_bases_is_told_with_all_of_them() -> None:
    bank = world("a B", [("a", "B", 60)])
    bases = ("votes", "agreement")
    rows = [(bank.at("B"), bank.at("a"), "B", "a", basis, 0) for basis in bases]
    table = found_by(bank, pl.DataFrame(rows, schema=LINKS, orient="row"))
    assert rows_of(table, "company_id", "person_id", "roles", "links") == [
        ("B", "a", ["actual_controller"], sorted(control_link_id("B", "a", basis) for basis in bases))
    ]
    columns = {name: [told] * 2 for name, told in (("controlled", "B"), ("controller", "a"), ("natural", True))}
    live = controllers(columns | {"link": ["L1", "L2"], "status": ["confirmed", "flagged"]})
    assert rows_of(live, "company_id", "person_id", "status", "link") == [
        ("B", "a", "confirmed", "L1"),
        ("B", "a", "flagged", "L2"),
    ]


def test_each_is_told_with_what_it_is_to_the_bank() -> None:
    table = found(
        offer_clients=[("a", 1), ("D", 1), ("b", 0)],
        linkage_parties=[("a", "", "B1", "M1"), ("D", "C27", "", "M2"), ("b", "", "B9", "")],
        linkage_branches=[("B1", "North")],
        linkage_managers=[("M1", "Ho", "7"), ("M2", "", "8")],
    )
    of_person = ("company_id", "person_is_customer", "person_branch", "person_manager_id", "person_manager")
    assert rows_of(table, *of_person, "person_staff") == [
        ("B", True, "North", "M1", "Ho", "7"),
        ("C", True, "North", "M1", "Ho", "7"),
        ("D", False, None, None, None, None),
    ]
    of_company = ("company_id", "company_is_customer", "industry", "company_branch_id", "company_manager_id")
    assert rows_of(table, *of_company, "company_manager", "company_staff")[2] == (
        "D", True, "C27", None, "M2", None, "8"
    )  # fmt: skip
    assert table["person_branch_id"].to_list() == ["B1", "B1", "B9"]


def test_they_follow_from_nothing_but_what_is_said_to_be_read() -> None:
    told: dict[str, list[tuple[Any, ...]]] = {
        "offer_clients": [("a", 1), ("D", 1)],
        "linkage_parties": [("a", "", "B1", "M1"), ("D", "C27", "", "M1")],
        "linkage_branches": [("B1", "North")],
        "linkage_managers": [("M1", "Ho", "7")],
        "linkage_posts": [("a", "D", "director", "confirmed", "L1")],
    }
    whole, links = offers_of(BANK, **told), control_links(BANK.given, BANK.control)
    alone = replace(whole, tables={name: table for name, table in whole.tables.items() if name in READ})
    homes = HomeInput({name: table for name, table in no_homes().tables.items() if name in READ})
    assert {*alone.tables, *homes.tables, "institutions"} == set(READ)
    assert find_key_persons(BANK.given, alone, links, customers_of(BANK.given, homes, alone)).equals(
        found_by(BANK, links, **told)
    )


def test_without_posts_and_control_nobody_is_told() -> None:
    assert found(world("a B", [])).height == 0


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from("BCD"),
        st.sampled_from(["legal_representative", "财务总监", "director", ""]),
        st.sampled_from(["confirmed", "flagged"]),
    ),
    max_size=12,
)


@given(ROWS)
@settings(max_examples=40, deadline=None)
def test_any_posts_as_the_definition_tells(rows: list[tuple[str, str, str, str]]) -> None:
    """By the definition taken literally: the roles and statuses of each pair, one by one."""
    posts = [(*row, f"L{n}") for n, row in enumerate(rows)]
    above = {"B": {"a"}, "C": {"a"}, "D": {"b"}}
    expected = []
    for company in "BCD":
        for person in "abcd":
            mine = [row for row in rows if row[:2] == (person, company)]
            held = {
                {"legal_representative": ROLES[0], "财务总监": ROLES[2]}.get(post, ROLES[3]) for *_, post, _ in mine
            }
            held |= {ROLES[1]} if person in above[company] else set()
            if held:
                sure = person in above[company] or any(status == "confirmed" for *_, status in mine)
                told = [role for role in ROLES if role in held]
                expected.append((company, person, told, "confirmed" if sure else "flagged"))
    assert rows_of(found(linkage_posts=posts), "company_id", "person_id", "roles", "status") == expected
