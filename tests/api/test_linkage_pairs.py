"""Key persons and companies as pairs: roles by their strength, posts by the bank's words, statistics and gaps."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.services.key_person_rules import ROLES, finance_posts
from api.services.linkage import counted, gaps_of, of_customers
from api.services.linkage_pairs import PAIRS, TOLD, controllers, one_a_pair, posts


def roles(rows: pl.DataFrame) -> list[tuple[str, str, str]]:
    return [(row["company_id"], row["person_id"], ROLES[row["role"]]) for row in rows.rows(named=True)]


@pytest.mark.parametrize(
    ("post", "role"),
    [
        ("", "legal_representative"),
        ("财务负责人", "finance_head"),
        ("Chief Financial Officer", "finance_head"),
        ("财务", "executive"),
        ("总经理", "executive"),
    ],
)
def test_posts_tell_the_role(post: str, role: str) -> None:
    told = posts({"person": ["P"], "company": ["C"], "post": [post], "status": ["confirmed"], "link": ["L"]})
    assert roles(told) == [("C", "P", role)]
    assert told["post"].to_list() == [post or None]


def test_the_head_of_finance_is_data() -> None:
    assert {"财务总监", "cfo"} <= finance_posts()


def test_controllers_carry_the_link_of_immediate_control_alone() -> None:
    told = controllers(
        {
            "controlled": ["C", "H"],
            "controller": ["H", "P"],
            "natural": [False, True],
            "link": ["1", "2"],
            "status": ["confirmed"] * 2,
        }
    )
    assert roles(told) == [("C", "P", "actual_controller"), ("H", "P", "actual_controller")]
    assert told["link"].to_list() == [None, "2"]


ENDS, ROLE = st.tuples(st.sampled_from("AB"), st.sampled_from("pq")), st.integers(0, len(ROLES) - 1)
TEXT = st.none() | st.sampled_from(["x", "y", "财务总监"])
STATUS = st.sampled_from(["confirmed", "flagged"])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ENDS, ROLE, TEXT, STATUS, TEXT), max_size=12))
def test_a_pair_has_what_its_rows_tell(rows: list[tuple[tuple[str, str], int, str | None, str, str | None]]) -> None:
    told = pl.DataFrame([(*ends, *rest) for ends, *rest in rows], schema=TOLD, orient="row")
    wanted = []
    for ends in sorted({ends for ends, *_ in rows}):
        of_pair = [row for row in rows if row[0] == ends]
        roles = [ROLES[place] for place in sorted({place for _, place, *_ in of_pair})]
        posts = sorted({post for _, _, post, _, _ in of_pair if post is not None})
        links = sorted({link for *_, link in of_pair if link is not None})
        sure = any(status == "confirmed" for _, _, _, status, _ in of_pair)
        wanted.append((*ends, roles, posts, "confirmed" if sure else "flagged", links))
    assert one_a_pair(told).rows() == wanted


def pair(company: str, person: str, corporate: bool, private: bool, *of: str, branch: str = "B1") -> dict[str, Any]:
    sides = {
        f"{side}_{name}": value
        for side, own in (("company", branch), ("person", f"{branch}p"))
        for name, value in (
            ("branch_id", own),
            ("branch", own.lower()),
            ("manager_id", None),
            ("manager", None),
            ("staff", None),
        )
    }
    told = {"posts": [], "status": "confirmed", "links": [], "industry": "C27"}
    ends = {"company_id": company, "person_id": person, "roles": list(of)}
    return {**ends, **told, **sides, "company_is_customer": corporate, "person_is_customer": private}


@pytest.fixture
def customers() -> pl.LazyFrame:
    """C1 has two key persons, P1 is a private customer; P1 has C3, too, which is none; C2 and P3 are no customers."""
    rows = [
        pair("C1", "P1", True, True, "legal_representative"),
        pair("C1", "P2", True, False, "executive"),
        pair("C3", "P1", False, True, "actual_controller", branch="B2"),
        pair("C2", "P3", False, False, "legal_representative"),
    ]
    return of_customers(pl.LazyFrame(rows, schema=PAIRS))


def test_each_customer_counts_where_it_is_kept_and_each_party_once(customers: pl.LazyFrame) -> None:
    rows, (total,) = counted(customers, ("branch_id", "branch"))
    assert {row.id: (row.companies, row.key_persons, row.key_persons_customers) for row in rows} == {
        "B1": (1, 2, 1),
        "B1p": (0, 0, 0),
        "B2p": (0, 0, 0),
    }
    assert {row.id: (row.persons, row.companies_behind, row.companies_customers) for row in rows} == {
        "B1": (0, 0, 0),
        "B1p": (1, 1, 1),
        "B2p": (1, 1, 0),
    }
    assert (total.companies, total.key_persons, total.key_persons_customers, total.gaps) == (1, 2, 1, 2)
    assert total.openings == 2
    assert (total.persons, total.companies_behind, total.companies_customers) == (1, 2, 1)
    ((only,), _) = counted(customers, ("industry", "industry"))
    assert (only.id, only.gaps) == ("C27", 2)


def test_gaps_are_pairs_of_one_customer_the_strongest_roles_first(customers: pl.LazyFrame) -> None:
    rows = gaps_of(customers).collect().rows(named=True)
    told = [(row["kind"], row["company_id"], row["person_id"], row["branch_id"]) for row in rows]
    assert told == [("company", "C3", "P1", "B2p"), ("person", "C1", "P2", "B1")]
    assert gaps_of(customers, "person").collect().height == 1


def test_who_has_several_gaps_is_one_opening() -> None:
    rows = [pair(company, "P2", True, False, "executive") for company in ("C1", "C2")]
    _, (total,) = counted(of_customers(pl.LazyFrame(rows, schema=PAIRS)), ("branch_id", "branch"))
    assert (total.gaps, total.openings) == (2, 1)


def test_where_nobody_is_a_customer_all_counts_are_nothing() -> None:
    rows, (total,) = counted(of_customers(pl.LazyFrame(schema=PAIRS)), ("branch_id", "branch"))
    assert (rows, total.companies, total.gaps) == ([], 0, 0)
