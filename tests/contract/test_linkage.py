"""Key persons and companies as customers on the hand-made bank: statistics, gaps, one party, exports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from api.services.export import export
from api.services.key_persons import key_persons
from api.services.linkage import KeptPairs, LinkageAsked, UnitsAsked, gaps, linkage
from api.services.openings import party_openings
from api.services.party import JoinedAway
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store, View
from tests.contract.answering import fill, make
from tests.contract.commands import Called, settings_of
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "archive"


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    """The bank, and: Zhang (no customer) is head of finance of P-HOLD; Chen (a customer) represents P-SUB, which is
    none; he is also a director of the bank itself; a director of P-LOG is doubtful; Chen controls P-HOLD and through it P-LOG and P-SUB; Lin looks into nobody."""
    with fill(connection) as store:
        bank = Bank()
        bank.link("EXECUTIVE_OF", "P-ZHANG", "P-HOLD", post="财务总监")
        bank.link("LEGAL_REPRESENTATIVE_OF", "P-CHEN", "P-SUB")
        bank.party("P-BANK", "示范银行", bank_role="self")
        bank.link("EXECUTIVE_OF", "P-CHEN", "P-BANK", post="董事")
        bank.link("EXECUTIVE_OF", "P-LIN", "P-LOG", post="董事", _status="flagged")
        bank.link("EXECUTIVE_OF", "P-N00", "P-LOG", post="监事", _status="rebutted")
        bank.node("Team", "hand:team:1", name="第1团队")
        bank.link("PART_OF", "hand:team:1", "hand:branch:NB", "Team:Branch", hierarchy="rollup")
        bank.link("PART_OF", "hand:staff:7", "hand:team:1", "RelationshipManager:Team", hierarchy="rollup")
        bank.link("PART_OF", "hand:branch:YZ", "hand:branch:HO", "Branch:Branch", hierarchy="coverage")
        bank.load(store, "posts")
        make(store, archive)
        yield store


def told(store: Store, archive: Path, **asked: Any) -> list[tuple[str, str, str, str]]:
    found = gaps(store.view(), archive, None, LinkageAsked(**asked)).gaps
    return [(one.kind, one.customer.party_id, one.party.party_id, " ".join(one.roles)) for one in found]


def test_key_persons_of_a_company_and_companies_of_a_person(store: Store) -> None:
    answer = key_persons(store.view(), "P-HOLD")
    found = [(one.party.party_id, one.roles, one.is_customer) for one in answer.key_persons]
    assert found == [
        ("P-CHEN", ["legal_representative", "actual_controller"], True),
        ("P-ZHANG", ["finance_head", "executive"], False),
    ]
    assert (answer.is_customer, answer.companies, answer.gaps) == (True, [], 1)
    chen, zhang = answer.key_persons
    assert (chen.branch and chen.branch.name, chen.manager) == ("宁波分行", None)
    assert (answer.branch and answer.branch.name, answer.manager and answer.manager.code) == ("鄞州支行", "7")
    assert (zhang.posts, zhang.status) == (["总经理", "财务总监"], "confirmed")
    assert {link.rsplit("-", 1)[0] for link in chen.links} == {"LEGAL_REPRESENTATIVE_OF", "CONTROLLED_BY"}
    (lin,) = (one for one in key_persons(store.view(), "P-LOG").key_persons if one.party.party_id == "P-LIN")
    assert (lin.roles, lin.status) == (["executive"], "flagged")
    mine = key_persons(store.view(), "P-CHEN")
    assert [(one.party.party_id, one.roles, one.is_customer) for one in mine.companies] == [
        ("P-HOLD", ["legal_representative", "actual_controller"], True),
        ("P-SUB", ["legal_representative", "actual_controller"], False),
        ("P-LOG", ["actual_controller"], True),
    ]
    assert (mine.gaps, mine.key_persons) == (1, [])
    nobody = key_persons(store.view(), "P-N00")
    assert (nobody.companies, nobody.empty is not None) == ([], True)
    with pytest.raises(NotFound):
        key_persons(store.view(), "P-NONE")
    with pytest.raises(JoinedAway):
        key_persons(store.view(), "P-OLD")


def test_the_bank_itself_is_nobodys_company(store: Store, archive: Path) -> None:
    """As in a run: who is a director of the bank need not win it as a customer."""
    assert "P-BANK" not in {one.party.party_id for one in key_persons(store.view(), "P-CHEN").companies}
    assert key_persons(store.view(), "P-BANK").key_persons == []
    assert "P-BANK" not in KeptPairs(store.view(), archive).rows.collect()["company_id"]


def test_each_gap_is_told_once_with_the_customer_through_whom_it_is_known(store: Store, archive: Path) -> None:
    assert told(store, archive) == [
        ("company", "P-CHEN", "P-SUB", "legal_representative actual_controller"),
        ("person", "P-HOLD", "P-ZHANG", "finance_head executive"),
        ("person", "P-LOG", "P-LIN", "executive"),
    ]
    first, second, third = gaps(store.view(), archive).gaps
    assert first.text == (
        "陈志远, a private customer, is legal representative and actual controller of 宁波港口服务有限公司, which is no "
        "customer"
    )
    assert second.text == (
        "张伟 is head of finance and executive of 浙江远洋控股有限公司, a corporate customer, and no private customer"
    )
    assert (second.manager and second.manager.code, third.status) == ("7", "flagged")
    assert told(store, archive, manager="7") == told(store, archive)[1:]
    assert told(store, archive, branch="NB") == told(store, archive)  # with all branches below it
    assert told(store, archive, branch="YZ") == told(store, archive)[1:]
    assert gaps(store.view(), archive, "company").total == 1
    paged = gaps(store.view(), archive, limit=1)
    assert (len(paged.gaps), paged.total, paged.omitted) == (1, 3, ["2 more gaps: ask with offset=1"])


def test_every_gap_is_an_opening_of_the_run(store: Store, archive: Path) -> None:
    found = gaps(store.view(), archive)
    for one in found.gaps:
        told = party_openings(store.view(), archive, one.party.party_id)
        offered, left_out = ({row.opening_id for row in told.openings}, {row.opening_id for row in told.not_offered})
        assert one.opening_id in offered | left_out
    assert found.openings == linkage(store.view(), archive).total.openings == 3
    assert openings_kept(store.view(), archive) == {one.party.party_id for one in found.gaps}


def openings_kept(view: View, archive: Path) -> set[str]:
    """Who is to become a customer by the tables of the run, whether offered or not for a reason."""
    kept = KeptPairs(view, archive)
    tables = (kept.table(name).select("party_id", "product_id") for name in ("openings", "openings_suppressed"))
    return set(pl.concat(tables).filter(pl.col("product_id").is_null()).collect()["party_id"])


def test_statistics_count_customers_where_they_are_kept_and_above_each_once(store: Store, archive: Path) -> None:
    answer = linkage(store.view(), archive)
    rows = {row.name: row for row in answer.rows}
    corporate = rows["鄞州支行"]
    assert (corporate.companies, corporate.key_persons, corporate.key_persons_customers) == (2, 3, 1)
    assert (corporate.level, corporate.above, corporate.code) == (3, ["hand:branch:NB"], "YZ")
    for above in (rows["宁波分行"], rows["总行"]):
        assert (above.companies, above.key_persons, above.key_persons_customers) == (2, 3, 1)
        assert (above.persons, above.companies_behind, above.companies_customers) == (1, 3, 2)
        assert (above.gaps, above.openings) == (3, 3)
    assert (answer.total.gaps, corporate.gaps, answer.total.openings, corporate.openings) == (3, 2, 3, 2)
    below = linkage(store.view(), archive, asked=LinkageAsked(branch="NB"))
    assert {row.name for row in below.rows} == {"宁波分行", "鄞州支行"}
    coverage = linkage(store.view(), archive, units=UnitsAsked("coverage"))
    assert {row.name: row.gaps for row in coverage.rows} == {"总行": 2, "鄞州支行": 2, "宁波分行": 1}
    assert [row.name for row in linkage(store.view(), archive, units=UnitsAsked(level=2)).rows] == ["宁波分行"]
    by_team = linkage(store.view(), archive, "team").rows
    assert {row.name: row.gaps for row in by_team} == {"第1团队": 2, None: 1}
    by_manager = {row.name: row.gaps for row in linkage(store.view(), archive, "manager").rows}
    assert by_manager == {"何伟": 2, None: 1}
    assert [row.id for row in linkage(store.view(), archive, "industry").rows] == [None]


def test_nobody_is_told_of_parties_beyond_his_scope(store: Store, archive: Path) -> None:
    hidden = store.view(scope=Scope(frozenset({"branch:none"})))
    assert (linkage(hidden, archive).rows, gaps(hidden, archive).gaps) == ([], [])
    assert linkage(hidden, archive).empty
    with pytest.raises(NotFound):
        key_persons(hidden, "P-HOLD")


def test_what_cannot_be_asked(store: Store, archive: Path) -> None:
    for field, ask in (
        ("by", lambda: linkage(store.view(), archive, "colour")),
        ("limit", lambda: linkage(store.view(), archive, limit=0)),
        ("offset", lambda: gaps(store.view(), archive, offset=-1)),
        ("kind", lambda: gaps(store.view(), archive, "both")),
        ("branch", lambda: linkage(store.view(), archive, asked=LinkageAsked(branch="nowhere"))),
        ("hierarchy", lambda: linkage(store.view(), archive, "manager", units=UnitsAsked("rollup"))),
        ("level", lambda: linkage(store.view(), archive, units=UnitsAsked(level=9))),
    ):
        with pytest.raises(BadInput) as refused:
            ask()
        assert refused.value.field == field
    with pytest.raises(NotFound, match="relationship manager"):
        linkage(store.view(), archive, asked=LinkageAsked(manager="nobody"))


def test_a_run_keeps_what_is_told_of_each_party(store: Store, archive: Path) -> None:
    kept = KeptPairs(store.view(), archive).rows.collect().rows(named=True)
    assert len(kept) == 5
    for row in kept:
        (one,) = (
            one
            for one in key_persons(store.view(), row["company_id"]).key_persons
            if one.party.party_id == row["person_id"]
        )
        assert (one.roles, one.posts, one.status, sorted(one.links), one.is_customer) == (
            row["roles"], row["posts"], row["status"], row["links"], row["person_is_customer"]
        )  # fmt: skip
        branch, manager = (one.branch and one.branch.name, one.manager and one.manager.code)
        assert (branch, manager) == (row["person_branch"], row["person_staff"])


def test_before_a_run_and_away_from_its_archive_nothing_is_told(store: Store, tmp_path: Path) -> None:
    for ask in (linkage, gaps):
        with pytest.raises(NotFound, match="are not in the archive"):
            ask(store.view(), tmp_path)
        with pytest.raises(NotFound, match="No analysis run has been made yet"):
            ask(replace(store.view(), run_id=None), tmp_path)


def test_the_export_has_a_row_a_pair(store: Store, archive: Path) -> None:
    out = io.StringIO()
    assert export(store.view(), "key-persons", out, archive=archive, source_keys=True) == 5
    rows = {(row["company_id"], row["person_id"]): row for row in csv.DictReader(io.StringIO(out.getvalue()))}
    row = rows["hand:party:P-HOLD", "hand:party:P-ZHANG"]
    assert (row["roles"], row["posts"]) == ("finance_head; executive", "总经理; 财务总监")
    assert (row["company_is_customer"], row["person_is_customer"], row["company_staff"]) == ("true", "false", "7")


def test_the_same_over_http_and_on_the_command_line(
    store: Store,
    connection: Connection,
    archive: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with served(Guanxi(read_settings(home=archive.parent), store, related_rules())) as client:
        view = store.view()
        assert get(client, "/corporate-retail?by=manager") == linkage(view, archive, "manager").model_dump(mode="json")
        assert get(client, "/corporate-retail/gaps?branch=YZ")["total"] == 2
        assert get(client, "/parties/P-HOLD/key-persons") == key_persons(view, "P-HOLD").model_dump(mode="json")
        assert client.get("/v1/corporate-retail?by=colour").json()["field"] == "by"
        assert client.get("/v1/corporate-retail?bank=1").status_code == 400
        assert (
            client.get("/v1/parties/P-OLD/key-persons", follow_redirects=True).json()["party"]["party_id"] == "P-HOLD"
        )
    call = Called(settings_of(connection, archive.parent), archive.parent, capsys, monkeypatch).said
    assert "鄞州支行" in call("linkage")
    assert "何伟 (7)" in call("linkage", "--by", "manager")
    assert "张伟 is head of finance" in call("linkage", "--gaps", "--manager", "7")
    assert "finance head, executive, 总经理, 财务总监" in call("linkage", "P-HOLD")
    assert json.loads(call("linkage", "--gaps", "--json"))["total"] == 3
    assert "give --gaps" in call("linkage", "--kind", "person", status=2)
    assert "all is told" in call("linkage", "P-HOLD", "--gaps", status=2)
    for of_statistics in (("--level", "1"), ("--hierarchy", "rollup")):
        for other in ("--gaps", "P-HOLD"):
            refused = call("linkage", other, *of_statistics, status=2)
            assert f"{of_statistics[0]} is of statistics: leave it out of --gaps and of one party" in refused


def get(client: httpx.Client, path: str) -> dict[str, Any]:
    done = client.get(f"/v1{path}")
    assert done.status_code == 200, done.text
    return dict(done.json())
