"""Openings as tables of a run: the ranking with what speaks for it, linkage, and what is not offered and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from algorithms.groups import control_groups
from api.services.household_input import no_homes
from api.services.opening_input import COLUMNS, OpeningInput, no_openings
from api.services.opening_rules import opening_rules
from api.services.opening_tables import COUNTS, OPENINGS, SUPPRESSED, TABLES, opening_id
from api.services.run_key_persons import customers_of, find_key_persons
from api.services.run_openings import find_openings
from api.services.run_results import control_links
from graph import times
from tests.api.worlds import World, rows_of, world

DAY = 20_000
BANK = world("a b c d e f g B C D E F", [("a", "B", 60), ("B", "C", 60), ("b", "D", 90)])
"""Persons a to g; a controls B and by it C; b controls D."""
HELD = {"a": "CARD DEP", "b": "CARD DEP", "c": "CARD DEP", "d": "CARD", "B": "PAY", "C": "PAY LOAN"}
SOLD = {"CARD": "card 1 person", "DEP": "deposit 1 person", "PAY": "pay 1 company", "LOAN": "loan 3 company"}


def on(day: int) -> date:
    return times.EPOCH + timedelta(days=day)


def found(
    bank: World = BANK,
    held: dict[str, str] = HELD,
    household: str = "",
    posts: tuple[tuple[str, ...], ...] = (),
    clients: str = "a b c d B C",
    attributes: dict[str, tuple[str, str, int]] | None = None,
    **tables: list[tuple[Any, ...]],
) -> dict[str, pl.DataFrame]:
    """household: who lives together. posts: person, company, post, status and link. clients: customers. attributes: segment, rating and opting out. tables: more rows."""
    given: dict[str, list[tuple[Any, ...]]] = {
        "offer_products": [(name, *told.split()) for name, told in SOLD.items()],
        "offer_clients": [
            (name, int(name in clients.split()), *(attributes or {}).get(name, ("", "", 0)))
            for name in dict.fromkeys([*clients.split(), *(attributes or {})])
        ],
        "offer_finance_posts": [("财务总监",)],
        "linkage_posts": [(bank.at(person), bank.at(company), *told) for person, company, *told in posts],
        **tables,
    }

    def frame(name: str, schema: dict[str, Any], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
        at = ((bank.at(row[0]), *row[1:]) if "party" in schema else row for row in rows)
        return pl.DataFrame(list(at), schema=schema, orient="row")

    offers = OpeningInput(
        {name: frame(name, schema, given.get(name, [])) for name, schema in COLUMNS.items()}, opening_rules()
    )
    holding = [(name, product) for name, products in held.items() for product in products.split()]
    schema = {"party": pl.Int64, "product": pl.String}
    homes = replace(no_homes(), tables={**no_homes().tables, "home_products": frame("home_products", schema, holding)})
    lives = np.asarray([0 if name in household.split() else -1 for name in bank.names])
    groups = control_groups(bank.control)
    ids = [f"G-{k}" for k in range(len(groups))]
    customers = customers_of(bank.given, homes, offers)
    links = control_links(bank.given, bank.control)
    key_persons = find_key_persons(bank.given, offers, links, customers, [bank.at("F")])
    parts = list(find_openings(bank.given, homes, offers, key_persons, lives, (groups, ids), on(DAY)))
    return {
        name: pl.concat([pl.DataFrame(schema=schema), *(part[name] for part in parts)])
        for name, schema in TABLES.items()
    }


def offered(tables: dict[str, pl.DataFrame], *more: str) -> list[tuple[Any, ...]]:
    return rows_of(tables["openings"], "party_id", "product_id", "source", *more)


def left_out(tables: dict[str, pl.DataFrame]) -> list[tuple[Any, ...]]:
    return rows_of(tables["openings_suppressed"], "party_id", "product_id", "reason")


def test_what_similar_customers_hold_and_what_the_group_holds() -> None:
    tables = found()
    rows = offered(tables, "place", "like_id", "like_both", "like_holders", "group_holders", "group_others", "is_new")
    assert rows[1:] == [("d", "DEP", "similar", 1, "CARD", 3, 4, 0, 0, True)]
    assert left_out(tables) == [("B", "LOAN", "unsuitable")]
    assert tables["openings"]["opening_id"].to_list() == [opening_id("D", ""), opening_id("d", "DEP")]
    rated = found(attributes={"B": ("", "R3", 0)})
    told = offered(rated, "group_id", "group_holders", "group_others", "like_id")
    assert told[0] == ("B", "LOAN", "group", "G-0", 1, 2, "PAY")


def test_what_the_household_holds_and_who_holds_nothing_yet() -> None:
    tables = found(household="d e", clients="a b c d e f B C")
    told = offered(tables, "household_holders", "household_others", "segment", "segment_part")
    assert ("e", "CARD", "segment", 1, 1, "person", 666_666_666) in told
    assert ("f", "DEP", "segment", 0, 0, "person", 500_000_000) in told
    strong = found(household="d e", clients="a b c d e f B C", attributes={"e": ("mass", "", 0)})
    assert ("e", "CARD", "household", 1, 1, None, 0) in offered(
        strong, "household_holders", "household_others", "segment", "segment_part"
    )


def test_what_matures_is_offered_though_it_is_held() -> None:
    tables = found(offer_maturing=[("a", "DEP", DAY + 9)])
    assert ("a", "DEP", "maturing", on(DAY + 9), 0) in offered(tables, "matures_on", "similar")


def test_what_was_sold_for_a_short_term_is_offered_again_when_it_matures_but_not_its_renewal() -> None:
    """Thirty days before the term begins the time in which a sale is the renewal."""
    due = [("d", "DEP", DAY + 9)]
    again = found(offer_maturing=due, offer_outcomes=[("d", "DEP", DAY - 22, "sold")])
    assert ("d", "DEP", "maturing") in offered(again)
    renewed = found(offer_maturing=due, offer_outcomes=[("d", "DEP", DAY - 21, "sold")])
    assert ("d", "DEP", "sold") in left_out(renewed)


def test_every_gap_of_the_key_persons_is_one_opening() -> None:
    """e runs B and leads its finances, f is an executive of C, b controls D; g runs a company that is no customer.

    E is the employer of a customer whose post nobody has confirmed, d holds a card without being told as a customer,
    and F is the bank itself.
    """
    posts = (
        ("e", "B", "董事", "confirmed", "L1"),
        ("e", "B", "财务总监", "confirmed", "L2"),
        ("f", "C", "legal_representative", "confirmed", "L3"),
        ("f", "B", "董事", "confirmed", "L4"),
        ("g", "D", "legal_representative", "confirmed", "L5"),
        ("c", "E", "董事", "flagged", "L6"),
        ("c", "F", "legal_representative", "confirmed", "L7"),
        ("d", "B", "董事", "confirmed", "L8"),
    )
    tables = found(posts=posts, clients="a b c B C")
    linked = [row for row in offered(tables, "linked_as", "linked_id", "place", "score") if row[2] == "linkage"]
    assert linked == [
        ("D", None, "linkage", "actual_controller", "b", 1, 600_000_000),
        ("E", None, "linkage", "executive", "c", 1, 600_000_000),
        ("e", None, "linkage", "finance_head", "B", 1, 600_000_000),
        ("f", None, "linkage", "legal_representative", "C", 1, 600_000_000),
    ]
    shy = found(
        posts=posts,
        attributes={"e": ("", "", 1)},
        offer_outcomes=[("f", "", DAY, "refused"), ("D", "", DAY + 1, "sold")],
    )
    assert ("D", None, "linkage") in offered(shy)
    assert [row for row in left_out(shy) if row[1] is None] == [("e", None, "opted_out"), ("f", None, "refused")]


def test_a_part_of_its_name_makes_no_post_the_head_of_finance() -> None:
    """As `guanxi linkage` tells it: both read the same names of posts."""
    tables = found(posts=(("e", "B", "财务总监助理", "confirmed", "L1"),))
    assert ("e", None, "linkage", "executive") in offered(tables, "linked_as")


def test_what_is_refused_sold_offered_or_asked_lately_rests() -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"offer_outcomes": [("d", "DEP", DAY - 180, "refused")]}, "refused"),
        ({"offer_outcomes": [("d", "DEP", DAY - 9, "refused"), ("d", "DEP", DAY, "sold")]}, "sold"),
        ({"offer_approaches": [("d", "DEP", DAY - 180, "refused")]}, "refused"),
        ({"offer_approaches": [("d", "LOAN", DAY - 30, "")]}, "approached"),
        ({"offer_approaches": [("e", "", DAY - 30, "interested")], "household": "d e"}, "approached"),
        ({"offer_outcomes": [("e", "DEP", DAY - 30, "offered")], "household": "d e"}, "approached"),
        ({"attributes": {"d": ("", "", 1)}}, "opted_out"),
        ({"attributes": {"d": ("", "0", 0)}}, "unsuitable"),
    )
    for more, reason in cases:
        tables = found(**more)
        assert ("d", "DEP", reason) in left_out(tables), more
        assert "d" not in tables["openings"]["party_id"].to_list()
        counts = tables["openings_counts"].filter(party_id="d").row(0, named=True)
        assert (counts["offered"], counts["held"], counts[reason]) == (0, 1, 1)
    over: tuple[dict[str, Any], ...] = (
        {"offer_outcomes": [("d", "DEP", DAY - 181, "refused")]},
        {"offer_outcomes": [("d", "DEP", DAY + 1, "sold")]},
        {"offer_outcomes": [("d", "DEP", DAY, "refused"), ("d", "DEP", DAY, "taken_up")]},
        {"offer_outcomes": [("d", "DEP", DAY, "offered")], "household": "d e"},
        {"offer_approaches": [("d", "DEP", DAY - 31, ""), ("d", "DEP", DAY - 181, "refused"), ("d", "", DAY + 1, "")]},
    )
    for more in over:
        assert ("d", "DEP", "similar") in offered(found(**more)), more


def test_an_empty_bank_has_tables_all_the_same() -> None:
    tables = found(held={}, clients="")
    assert [dict(tables[name].schema) for name in tables] == [
        {name: kind if isinstance(kind, pl.DataType) else kind() for name, kind in schema.items()}
        for schema in (OPENINGS, SUPPRESSED, COUNTS)
    ]
    assert no_openings().digests([]) == no_openings().digests(["x"])
