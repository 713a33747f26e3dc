"""Key persons and companies as customers on the hand-made bank: statistics, gaps, one party, exports."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.services.export import export
from api.services.key_persons import key_persons
from api.services.linkage import LinkageAsked, gaps, linkage
from api.services.party import JoinedAway
from api.services.related_rules import related_rules
from api.settings import read_settings
from api.wiring import Guanxi
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.store import Scope, Store
from tests.contract.answering import fill, make
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def store(connection: Connection, archive: Path) -> Iterator[Store]:
    """The bank, and: Zhang (no customer) is head of finance of P-HOLD; Chen (a customer) represents P-SUB, which is
    none; a director of P-LOG is doubtful; Chen controls P-HOLD and through it P-LOG and P-SUB; Lin looks into nobody."""
    with fill(connection) as store:
        bank = Bank()
        bank.link("EXECUTIVE_OF", "P-ZHANG", "P-HOLD", post="财务总监")
        bank.link("LEGAL_REPRESENTATIVE_OF", "P-CHEN", "P-SUB")
        bank.link("EXECUTIVE_OF", "P-LIN", "P-LOG", post="董事", _status="flagged")
        bank.link("EXECUTIVE_OF", "P-N00", "P-LOG", post="监事", _status="rebutted")
        bank.load(store, "posts")
        make(store, archive)
        yield store


def told(store: Store, **asked: Any) -> list[tuple[str, str, str, str]]:
    found = gaps(store.view(), None, LinkageAsked(**asked)).gaps
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


def test_each_gap_is_told_once_with_the_customer_through_whom_it_is_known(store: Store) -> None:
    assert told(store) == [
        ("company", "P-CHEN", "P-SUB", "legal_representative actual_controller"),
        ("person", "P-HOLD", "P-ZHANG", "finance_head executive"),
        ("person", "P-LOG", "P-LIN", "executive"),
    ]
    first, second, third = gaps(store.view()).gaps
    assert first.text == (
        "陈志远, a private customer, is legal representative and actual controller of 宁波港口服务有限公司, which is no "
        "customer"
    )
    assert second.text == (
        "张伟 is head of finance and executive of 浙江远洋控股有限公司, a corporate customer, and no private customer"
    )
    assert (second.manager and second.manager.code, third.status) == ("7", "flagged")
    assert told(store, manager="7") == told(store)[1:]
    assert told(store, branch="NB") == told(store)  # with all branches below it
    assert told(store, branch="YZ") == told(store)[1:]
    assert gaps(store.view(), "company").total == 1
    paged = gaps(store.view(), limit=1)
    assert (len(paged.gaps), paged.total, paged.omitted) == (1, 3, ["2 more gaps: ask with offset=1"])


def test_statistics_count_customers_where_they_are_kept(store: Store) -> None:
    answer = linkage(store.view())
    rows = {row.name: row for row in answer.rows}
    corporate = rows["鄞州支行"]
    assert (corporate.companies, corporate.key_persons, corporate.key_persons_customers) == (2, 3, 1)
    retail = rows["宁波分行"]
    assert (retail.persons, retail.companies_behind, retail.companies_customers) == (1, 3, 2)
    assert (answer.total.gaps, corporate.gaps, retail.gaps) == (3, 2, 1)
    by_manager = {row.name: row.gaps for row in linkage(store.view(), "manager").rows}
    assert by_manager == {"何伟": 2, None: 1}
    assert [row.id for row in linkage(store.view(), "industry").rows] == [None]


def test_nobody_is_told_of_parties_beyond_his_scope(store: Store) -> None:
    hidden = store.view(scope=Scope(frozenset({"branch:none"})))
    assert (linkage(hidden).rows, gaps(hidden).gaps) == ([], [])
    assert linkage(hidden).empty
    with pytest.raises(NotFound):
        key_persons(hidden, "P-HOLD")


def test_what_cannot_be_asked(store: Store) -> None:
    for field, ask in (
        ("by", lambda: linkage(store.view(), "colour")),
        ("limit", lambda: linkage(store.view(), limit=0)),
        ("offset", lambda: gaps(store.view(), offset=-1)),
        ("kind", lambda: gaps(store.view(), "both")),
        ("branch", lambda: linkage(store.view(), asked=LinkageAsked(branch="nowhere"))),
        ("--run", lambda: export(store.view(), "key-persons", io.StringIO(), archive=Path(), run_id="run-1")),
    ):
        with pytest.raises(BadInput) as refused:
            ask()
        assert refused.value.field == field
    with pytest.raises(NotFound, match="relationship manager"):
        linkage(store.view(), asked=LinkageAsked(manager="nobody"))


def test_the_export_has_a_row_a_pair(store: Store, archive: Path) -> None:
    out = io.StringIO()
    assert export(store.view(), "key-persons", out, archive=archive, source_keys=True) == 5
    rows = {(row["company_id"], row["person_id"]): row for row in csv.DictReader(io.StringIO(out.getvalue()))}
    row = rows["hand:party:P-HOLD", "hand:party:P-ZHANG"]
    assert (row["roles"], row["posts"]) == ("finance_head; executive", "总经理; 财务总监")
    assert (row["company_is_customer"], row["person_is_customer"], row["company_staff"]) == ("true", "false", "7")


def test_the_same_over_http_and_on_the_command_line(store: Store, connection: Connection, tmp_path: Path) -> None:
    with served(Guanxi(read_settings(home=tmp_path), store, related_rules())) as client:
        view = store.view()
        assert get(client, "/corporate-retail?by=manager") == linkage(view, "manager").model_dump(mode="json")
        assert get(client, "/corporate-retail/gaps?branch=YZ")["total"] == 2
        assert get(client, "/parties/P-HOLD/key-persons") == key_persons(view, "P-HOLD").model_dump(mode="json")
        assert client.get("/v1/corporate-retail?by=colour").json()["field"] == "by"
        assert client.get("/v1/corporate-retail?bank=1").status_code == 400
        assert (
            client.get("/v1/parties/P-OLD/key-persons", follow_redirects=True).json()["party"]["party_id"] == "P-HOLD"
        )
    env = {**os.environ, "NEO4J_URI": connection.uri, "NEO4J_USERNAME": connection.username, "COLUMNS": "200"}
    env |= {"NEO4J_PASSWORD": connection.password, "NEO4J_DATABASE": connection.database, "GUANXI_HOME": str(tmp_path)}

    def call(*arguments: str, status: int = 0) -> str:
        command = [str(Path(sys.executable).parent / "guanxi"), "linkage", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr + done.stdout
        return done.stdout if status == 0 else done.stderr

    assert "鄞州支行" in call()
    assert "张伟 is head of finance" in call("--gaps", "--manager", "7")
    assert "finance head, executive, 总经理, 财务总监" in call("P-HOLD")
    assert json.loads(call("--gaps", "--json"))["total"] == 3
    assert "give --gaps" in call("--kind", "person", status=2)
    assert "all is told" in call("P-HOLD", "--gaps", status=2)


def get(client: httpx.Client, path: str) -> dict[str, Any]:
    done = client.get(f"/v1{path}")
    assert done.status_code == 200, done.text
    return dict(done.json())
