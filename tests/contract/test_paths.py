"""Warm paths of a small bank: from parties and managers, past the asker's scope, without whom nobody may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.cli.referring import _path_start
from api.services.party import JoinedAway
from api.services.path_search import CANDIDATES, OF_AN_END, OF_OTHERS
from api.services.paths import PathsAnswer, paths
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store, View
from tests.contract.answering import fill
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

DAY = 20_000
RECENT: dict[str, Any] = {"valid_from": DAY - 100}
SHY: dict[str, Any] = {"marketing_opt_out": True}
HERE, THERE = ["branch:1"], ["branch:2"]
MINE = Scope(frozenset(HERE))
CROWD = CANDIDATES + 20


@pytest.fixture(scope="module")
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        world().load(store, "more")
        yield store


def world() -> Bank:
    """甲 is 李明's customer, the spouse of 乙, who is another branch's and heads the prospect; 丙 wants no approach."""
    bank = Bank()
    bank.node("RelationshipManager", "hand:staff:8", name="李明", code="8")
    for key, name, scope, wish in (
        ("P-JIA", "甲", HERE, {}),
        ("P-YI", "乙", THERE, {}),
        ("P-BING", "丙", HERE, SHY),
        ("P-DING", "丁", HERE, {}),
    ):
        bank.party(key, name, "person", scope=scope, **wish)
    bank.party("P-PROSPECT", "前景公司", scope=HERE)
    bank.party("P-LONGER", "李明明", "person", scope=HERE)
    bank.party("P-SAME", "大簿", "person", scope=HERE)
    bank.link("MANAGED_BY", "P-JIA", "hand:staff:8", role="main", **RECENT)
    bank.link("MANAGED_BY", "P-DING", "hand:staff:8", role="main", valid_to=DAY - 1)
    bank.link("KIN_OF", "P-YI", "P-JIA", relation="spouse", **RECENT)
    bank.link("REFERRED", "P-JIA", "P-YI", at=(DAY - 900) * 86_400_000, valid_from=DAY - 900)
    bank.link("LEGAL_REPRESENTATIVE_OF", "P-YI", "P-PROSPECT", **RECENT)
    bank.link("KIN_OF", "P-BING", "P-JIA", relation="parent", **RECENT)
    bank.link("EXECUTIVE_OF", "P-BING", "P-PROSPECT", post="总经理", **RECENT)
    bank.link("LEGAL_REPRESENTATIVE_OF", "P-DING", "P-PROSPECT", **RECENT)
    _crowds(bank)
    return bank


def _crowds(bank: Bank) -> None:
    """A guarantor of many with one kin, and a manager of many of whom the last by id is the latest: each leads on."""
    bank.party("P-GIVER", "担保人", "person")
    bank.party("P-KIN", "亲人", "person")
    bank.party("P-FAR", "远方公司")
    bank.link("KIN_OF", "P-GIVER", "P-KIN", relation="sibling")
    bank.link("LEGAL_REPRESENTATIVE_OF", "P-KIN", "P-FAR")
    bank.party("P-HOLDER", "大股东", "person")
    for n in range(OF_AN_END + 1):
        shy = bank.party(f"P-SHY{n:03}", f"谢绝{n:03}", "person", marketing_opt_out=True)
        bank.link("OWNS", "P-HOLDER", shy, share=0.1, **RECENT)
        bank.link("OWNS", "P-HOLDER", bank.party(f"P-B{n:03}", f"公司{n:03}"), share=0.1)
    bank.link("OWNS", "P-HOLDER", bank.party("P-LAST", "末位公司"), share=0.1, **RECENT)
    bank.node("RelationshipManager", "hand:staff:9", name="大簿", code="9")
    for n in range(CROWD):
        key = bank.party(f"P-A{n:03}", f"众{n:03}", "person")
        bank.link("MANAGED_BY", key, "hand:staff:9", role="main")
        bank.link("GUARANTEES", "P-GIVER", key, amount=100)
    bank.party("P-Z", "末位", "person")
    bank.link("MANAGED_BY", "P-Z", "hand:staff:9", role="main", **RECENT)
    for key, name in (("P-Z1", "中一"), ("P-Z2", "中二"), ("P-Z3", "终点")):
        bank.party(key, name, "person")
    for one, other in (("P-Z", "P-Z1"), ("P-Z1", "P-Z2"), ("P-Z2", "P-Z3")):
        bank.link("KIN_OF", one, other, relation="sibling")


def view_of(store: Store, scope: Scope | None = None) -> View:
    day = times.EPOCH + timedelta(days=DAY)
    return store.view(as_of=day, scope=scope) if scope else store.view(as_of=day)


def routes(found: PathsAnswer) -> list[list[str]]:
    return [[stop.called for stop in path.stops] for path in found.paths]


def test_the_strongest_routes_with_the_evidence_of_each_tie(store: Store) -> None:
    found = paths(view_of(store), "P-JIA", "P-PROSPECT")
    assert routes(found) == [["甲", "乙", "前景公司"]]
    first, second = found.paths[0].ties
    assert (first.strength, second.strength, found.paths[0].strength) == ("0.925000000", "0.900000000", "0.832500000")
    assert [(one.kind, one.text, one.because) for one in first.evidence] == [
        ("KIN_OF", "乙 is the spouse of 甲", "kin speak for each other"),
        ("REFERRED", "甲 referred 乙", "who referred somebody once has shown that it can"),
    ]
    told = {one.link for path in found.paths for tie in path.ties for one in tie.evidence}
    assert told == set(found.because[0].links)


def test_a_path_begins_with_a_manager_by_id_or_staff_number(store: Store) -> None:
    found = paths(view_of(store), "8", "P-PROSPECT")
    assert routes(found) == [["李明 (8)", "甲", "乙", "前景公司"]]
    assert found.start.manager
    assert (found.start.manager.manager_id, found.start.party, found.end.called) == ("hand:staff:8", None, "前景公司")
    (path,) = found.paths
    assert [tie.strength for tie in path.ties] == ["0.800000000", "0.925000000", "0.900000000"]
    (link,) = path.ties[0].evidence
    assert (link.kind, link.text) == ("MANAGED_BY", "甲 is a customer of 李明 (8) (main)")
    assert link.link in found.because[0].links
    assert paths(view_of(store), "hand:staff:8", "P-PROSPECT").paths == found.paths


def test_the_command_takes_a_managers_name_that_no_party_carries(store: Store) -> None:
    view = view_of(store)
    assert _path_start(view, "李明") == "hand:staff:8"  # and not the party whose name begins so
    assert _path_start(view, "李明明") == "P-LONGER"
    assert _path_start(view, "9") == "hand:staff:9"
    with pytest.raises(BadInput) as refused:
        _path_start(view, "大簿")
    assert all(one in str(refused.value) for one in ("\n  manager hand:staff:9 (9)", "\n  P-SAME 大簿"))
    with pytest.raises(NotFound, match="neither a manager"):
        _path_start(view, "无名氏")


def test_a_book_is_that_of_the_day(store: Store) -> None:
    earlier = store.view(as_of=times.EPOCH + timedelta(days=DAY - 50))
    assert ["李明 (8)", "丁", "前景公司"] in routes(paths(earlier, "8", "P-PROSPECT"))


def test_somebody_outside_the_scope_is_a_colleagues_customer_and_nothing_more(store: Store) -> None:
    found = paths(view_of(store, MINE), "8", "P-PROSPECT")
    assert routes(found) == [["李明 (8)", "甲", "a colleague's customer", "前景公司"]]
    (path,) = found.paths
    assert (path.stops[2].party, path.stops[2].manager) == (None, None)
    whole = paths(view_of(store), "8", "P-PROSPECT").paths[0]
    assert [tie.strength for tie in path.ties] == [tie.strength for tie in whole.ties]
    assert [(one.kind, one.link, one.text) for one in path.ties[1].evidence] == [
        ("KIN_OF", None, "a colleague's customer is kin of 甲"),
        ("REFERRED", None, "甲 referred a colleague's customer"),
    ]
    told = found.model_dump_json()
    secret = [one.link for tie in whole.ties[1:] for one in tie.evidence]
    assert not [one for one in (*secret, "P-YI", "乙", "spouse", "branch:2") if one and one in told]
    for end in ("P-YI", "P-NOBODY"):
        with pytest.raises(NotFound):
            paths(view_of(store, MINE), "P-JIA", end)


def test_who_asked_not_to_be_approached_introduces_nobody(store: Store) -> None:
    view = view_of(store)
    found = paths(view, "P-JIA", "P-PROSPECT", most=10)
    assert not [route for route in routes(found) if "丙" in route]
    assert "introducers who asked not to be approached, left out: 1" in found.omitted
    assert ["丙", "前景公司"] in routes(paths(view, "P-BING", "P-PROSPECT"))
    assert ["甲", "丙"] in routes(paths(view, "P-JIA", "P-BING"))


def test_the_strongest_ties_of_many_are_followed(store: Store) -> None:
    found = paths(view_of(store), "P-GIVER", "P-FAR")
    assert routes(found) == [["担保人", "亲人", "远方公司"]]
    told = f"of 1 party the strongest ties alone were followed, {OF_AN_END} of an end and {OF_OTHERS} of others"
    assert told in found.omitted
    crowded = [one for one in paths(view_of(store), "P-KIN", "P-A000").omitted if "very many links" in one]
    assert [one.split(" ", 2)[1] for one in crowded] == ["1"]


def test_ties_of_one_kind_alone_are_told_to_be_cut_and_who_may_not_be_asked_takes_no_place(store: Store) -> None:
    """The bank's largest holder has more holdings than are followed, and the latest of them are of people who opted out."""
    found = paths(view_of(store), "P-HOLDER", "P-LAST")
    assert routes(found) == [["大股东", "末位公司"]]
    assert any(one.startswith("of 1 party the strongest ties alone were followed") for one in found.omitted)
    assert f"introducers who asked not to be approached, left out: {OF_AN_END + 1}" in found.omitted
    assert [one.text for one in paths(view_of(store), "P-LAST", "P-SHY000").because[-1:]] == [
        "谢绝000 asked not to be approached"
    ]


def test_the_strongest_of_many_candidates_are_looked_at(store: Store) -> None:
    found = paths(view_of(store), "9", "P-Z3")
    assert routes(found) == [["大簿 (9)", "末位", "中一", "中二", "终点"]]
    (told,) = [one for one in found.omitted if one.startswith("candidates")]
    assert told == f"candidates capped at {CANDIDATES} of {CROWD + 4:,}, those of the strongest ties kept"


def test_what_cannot_be_asked_is_refused(store: Store) -> None:
    view = view_of(store)
    assert paths(view, "P-JIA", "P-CHEN").empty == "no route of at most 4 ties was found"
    for field, asked in (("max", ("P-JIA", "P-YI", 0)), ("to", ("P-JIA", "P-JIA", 1)), ("from", ("P-NO", "P-JIA", 1))):
        with pytest.raises(BadInput) as refused:
            paths(view, *asked)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        paths(view, "P-JIA", "8")
    with pytest.raises(JoinedAway):
        paths(view, "P-OLD", "P-JIA")


def test_paths_are_answered_over_http(store: Store, tmp_path: Path) -> None:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        told: dict[str, Any] = client.get("/v1/paths?from=8&to=P-PROSPECT&max=2").json()
        assert told == paths(store.view(), "8", "P-PROSPECT", most=2).model_dump(mode="json")
        assert client.get("/v1/paths?from=P-JIA&to=P-NOBODY").status_code == 404
        assert client.get("/v1/paths?from=P-JIA").status_code == 422
