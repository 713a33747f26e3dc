"""Who is likely to refer, of a run: what is known on a day, word for word, and the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest

from api.services import likely_referrers as told
from api.services.household_input import HomeInput, no_homes
from api.services.opening_input import OpeningInput, no_openings
from api.services.run_likely_referrers import (
    FEATURES,
    HORIZON,
    LIKELY,
    QUALITY,
    READ,
    WEIGHTS,
    _known,
    find_likely_referrers,
)

DAY = 20_000


def world(n: int, referrals: list[tuple[int, int, int]], **more: Any) -> dict[str, Any]:
    """n persons, all customers, and referrals as (referrer, referred, day); more: rows of the other tables."""
    rows = np.array(referrals, dtype=np.int64).reshape(-1, 3)
    columns = dict(zip(("referrer", "referred", "day"), rows.T, strict=True))
    posts = np.array(more.get("posts", []), dtype=np.int64)

    def column(table: str, name: str) -> Any:
        return columns[name] if table == "referrals" else posts

    flag = pl.Series("flag", [None] * len(rows), dtype=pl.String)
    offers = dict(no_openings().tables)
    clients = [(party, 1, "", "", int(party in more.get("opted_out", ()))) for party in more.get("customers", range(n))]
    offers["offer_clients"] = pl.DataFrame(clients, schema=offers["offer_clients"].schema, orient="row")
    for table in ("refer_holdings", "refer_clients"):
        offers[table] = pl.DataFrame(more.get(table, []), schema=offers[table].schema, orient="row")
    homes = dict(no_homes().tables)
    homes["home_kin"] = pl.DataFrame(more.get("kin", []), schema=homes["home_kin"].schema, orient="row")
    return {
        "given": SimpleNamespace(party_ids=[f"P-{k:04}" for k in range(n)], persons=np.arange(n) != n - 1),
        "risk": SimpleNamespace(column=column),
        "homes": HomeInput(homes),
        "offers": OpeningInput(offers, no_openings().file),
        "household": np.array(more.get("household", [-1] * n), dtype=np.int64),
        "referrals": pl.DataFrame([flag]),
    }


def test_what_is_known_on_a_day_is_what_was_told_by_then() -> None:
    some = world(
        5,
        [(0, 1, DAY - 400), (0, 2, DAY - 10), (1, 3, DAY - 5), (1, 4, DAY), (2, 4, DAY + 9)],
        refer_holdings=[(0, DAY - 800), (0, DAY - 1), (0, DAY), (3, -1)],
        refer_clients=[(1, DAY - 365), (4, DAY)],
        household=[0, 0, -1, -1, -1],
        kin=[(0, 1, "spouse"), (2, 0, "child")],
        posts=[3, 3],
    )
    known = _known(**some)
    party, seen = known.on(DAY)
    assert party.tolist() == [0, 1, 2, 3]  # the fifth is a customer from that day on
    rows = [dict(zip(FEATURES, row, strict=True)) for row in seen.feature.tolist()]
    none = dict.fromkeys(FEATURES, 0)
    assert rows == [
        none | {"referred": 2, "lately": 1, "products": 2, "years": 2, "household": 1, "household_refers": 1, "kin": 2},
        none
        | {"referred": 1, "lately": 1, "brought": 1, "referrer_refers": 2, "years": 1}
        | {"household": 1, "household_refers": 2, "kin": 1},
        none | {"brought": 1, "referrer_refers": 2, "kin": 1},
        none | {"brought": 1, "referrer_refers": 1, "posts": 2},
    ]
    assert seen.before.tolist() == [2, 1, 0, 0]
    assert known.refers(party, DAY).tolist() == [False, True, True, False]
    assert known.refers(party, DAY - HORIZON).tolist() == [True, True, False, False]


def busy(**more: Any) -> dict[str, Any]:
    """The first 60 of 400 refer every year, and nobody else but a few once."""
    referrals = [(one, 399 - one, DAY - 30 - year * HORIZON + one % 20) for year in range(3) for one in range(60)]
    referrals += [(200 + one, 300 + one, DAY - 40 - HORIZON * (one % 2)) for one in range(20)]
    return world(400, referrals, **more)


def test_who_refers_year_by_year_is_told_first_with_reasons() -> None:
    tables = find_likely_referrers(**busy(opted_out=(7,)))
    ranking = tables["likely_referrers"]
    assert ranking.schema == pl.Schema(LIKELY)
    assert set(ranking["party_id"].head(59)) == {f"P-{k:04}" for k in range(60) if k != 7}
    assert ranking.height == 399
    assert ranking["place"].to_list() == list(range(1, 400))
    assert ranking["score"].is_sorted(descending=True)
    first = ranking.row(0, named=True)
    assert "referred" in {first[f"reason_{n}"] for n in (1, 2, 3)}
    quality = tables["likely_referrers_quality"]
    assert quality.schema == pl.Schema(QUALITY)
    model = quality.filter(ranking="model")
    assert model.filter(k=50)["hits"].item() == 50
    assert model["area"][0] > 900_000_000
    until = date(1970, 1, 1) + timedelta(days=DAY - 30 + 19 + 1)
    assert (model["until"][0], (model["until"][0] - model["held_on"][0]).days) == (until, HORIZON)
    weights = tables["likely_referrers_weights"]
    assert weights.schema == pl.Schema(WEIGHTS)
    assert weights["feature"].to_list() == ["intercept", *FEATURES]


def test_they_follow_from_nothing_but_what_is_said_to_be_read() -> None:
    given = busy(opted_out=(7,))
    asked: set[str] = set()

    def column(table: str, name: str) -> Any:
        asked.add(table)
        return given["risk"].column(table, name)

    alone = given | {"risk": SimpleNamespace(column=column)}
    for kind in ("homes", "offers"):
        tables = {name: table for name, table in given[kind].tables.items() if name in READ}
        asked |= tables.keys()
        alone[kind] = replace(given[kind], tables=tables)
    one, other = find_likely_referrers(**alone), find_likely_referrers(**given)
    assert all(one[name].equals(table) for name, table in other.items())
    assert asked == set(READ)


def test_nothing_is_learned_from_too_few() -> None:
    few = world(100, [(k, k + 50, DAY - year * HORIZON) for k in range(10) for year in range(3)])
    for some in (few, world(3, [])):
        assert all(table.is_empty() for table in find_likely_referrers(**some).values())


def test_all_of_it_in_words() -> None:
    assert told.reason("referred", 1) == "made 1 referral before"
    assert told.reason("referred", 20) == "made 20 or more referrals before"
    assert told.reason("company", 1) == "is a company"
    assert told.reason("kin", 0) == "has no link of kin"
    assert set(told.WORDS) == set(told.NONE) == set(FEATURES)


@pytest.mark.parametrize(
    ("area", "before", "cuts", "says"),
    [
        (5, 9, [(2, 2)], "no better than asking who referred before: ask those"),
        (5, 5, [(2, 3)], "no better than asking who referred before: ask those"),
        (9, 5, [(3, 2), (4, 5)], "better at 1 of 2 cuts, worse at 1; over all customers better"),
        (9, 5, [(2, 2)], "better at 0 of 1 cut, worse at 0; over all customers better"),
        (5, 9, [(3, 2)], "better at 1 of 1 cut, worse at 0; over all customers no better"),
    ],
)
def test_what_came_of_it_is_told_honestly(area: int, before: int, cuts: list[tuple[int, int]], says: str) -> None:
    rows = {"rows": 1_000, "referrers": 10}
    rankings = [told._ranking({"k": 10, "hits": a, **rows}, {"hits": b}) for a, b in cuts]
    assert says in told._found(area, before, rankings)


def test_a_ranking_tells_precision_and_lift() -> None:
    one = told._ranking({"k": 50, "hits": 20, "rows": 1_000, "referrers": 100}, {"hits": 10})
    assert (one.precision, one.before_precision, one.lift, one.over_all) == (
        "0.400000000",
        "0.200000000",
        "2.000",
        "4.000",
    )
    assert told._ranking({"k": 50, "hits": 20, "rows": 10, "referrers": 1}, {"hits": 0}).lift is None
