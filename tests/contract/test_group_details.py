"""One group from all sides, over HTTP: structure, exposure, history, guarantees; circles, comparisons and changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.services.changes import changes
from api.services.group_history import history
from api.services.run import RunReport
from api.settings import read_settings
from api.wiring import Guanxi, assemble
from graph import times
from graph.connect import Connection
from graph.schema import apply_schema
from graph.store import Scope, Store
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.lending import example_5
from tests.contract.loads import ask
from tests.contract.serving import served
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CHINA, BASEL = "cn-large-exposure", "basel-lex"


@dataclass(frozen=True)
class Lent:
    """The bank, asked over HTTP, with its two runs: between them E left D's control, and X borrowed 70 more."""

    client: httpx.Client
    guanxi: Guanxi
    first: RunReport
    second: RunReport

    def get(self, path: str, status: int = 200) -> dict[str, Any]:
        answer = self.client.get(f"/v1/{path}")
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def group_of(self, party: str, kind: str) -> str:
        items = self.get(f"parties/{party}")["sections"]["groups"]["items"]
        (found,) = [item["group_id"] for item in items if item["kind"] == kind]
        return str(found)


def more_groups(store: Store) -> None:
    """H holds its grandchild with what it controls; C and K hold each other; G1 and G2 guarantee each other."""
    bank = Bank()
    for key in ("P-H1", "P-H2", "P-H3", "P-C", "P-K", "P-G1", "P-G2", "P-G3", "P-G4", "P-Z"):
        bank.party(key, f"公司{key[2:]}")
    held = (("P-H1", "P-H2", 0.6), ("P-H1", "P-H3", 0.2), ("P-H2", "P-H3", 0.31), ("P-C", "P-K", 0.51))
    for owner, owned, share in (*held, ("P-K", "P-C", 0.51), ("P-G1", "P-G2", 0.6)):
        bank.link("OWNS", owner, owned, share=share)
    bank.node("SourceRecord", "other:x:1", table="x", key="1", priority=9, **{"source": "other"})
    bank.link("OWNS", "P-H1", "P-H2", share=0.9, source="other")
    given = (("P-G1", "P-G2", 100), ("P-G2", "P-G1", 100), ("P-G2", "P-G3", 10), ("P-G3", "P-G4", 10))
    for guarantor, debtor, amount in (*given, ("P-G4", "P-G2", 10), ("P-Z", "P-G1", 25)):
        bank.link("GUARANTEES", guarantor, debtor, amount=amount, currency="CNY")
    for key, equity in (("P-G1", 40), ("P-G2", 30)):
        bank.node("YearFigures", f"Y{key}", year=2024, currency="CNY", equity=equity)
        bank.link("HAS_FIGURES", key, f"Y{key}")
    bank.load(store, "groups")


@pytest.fixture(scope="module")
def lent(connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lent]:
    home = tmp_path_factory.mktemp("home")
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        example_5(store, dependence="flagged", joint=40)
        more_groups(store)
        first = make(store, home / "archive")
        ask(store, "MATCH (d:Party {party_id: 'P-D'})-[r:OWNS]->(:Party {party_id: 'P-E'}) SET r.status = 'rebutted'")
        more = Bank()
        more.node("Facility", "FMORE", limit_amount=70, drawn_amount=70, currency="CNY", matures_on=21_000)
        more.link("BORROWS", "P-X", "FMORE", role="borrower")
        more.link("GUARANTEES", "P-A", "P-X", amount=1, currency="CNY")
        more.link("GUARANTEES", "P-X", "P-A", amount=2, currency="CNY")
        more.load(store, "more")
        second = make(store, home / "archive")
    guanxi = assemble(read_settings(home=home), connection)
    with served(guanxi) as client:
        yield Lent(client, guanxi, first, second)
    guanxi.store.close()


def tree(answer: dict[str, Any]) -> list[tuple[str, int, str | None]]:
    return [
        (row["party"]["party_id"], row["depth"], row["link"]["kind"] if row["link"] else None) for row in answer["rows"]
    ]


def test_a_tree_goes_down_by_control_and_by_dependence(lent: Lent) -> None:
    answer = lent.get(f"groups/{lent.group_of('P-A', 'connected')}/structure")
    assert tree(answer) == [("P-A", 0, None), ("P-B", 1, "control"), ("P-D", 2, "dependence")]
    control, dependence = answer["rows"][1]["link"], answer["rows"][2]["link"]
    assert (control["votes"], control["direct"]["votes"], control["indirect"]) == (0.6, 0.6, [])
    assert (dependence["criterion"], dependence["weight"], dependence["status"]) == ("receipts", 0.7, "flagged")
    assert {one["rule"] for one in answer["because"]} == {"control.votes", "connected.group"}
    assert answer["run_id"] == lent.second.run_id


def test_votes_held_directly_and_by_controlled_companies_are_told_apart(lent: Lent) -> None:
    answer = lent.get(f"groups/{lent.group_of('P-H3', 'control')}/structure")
    assert tree(answer) == [("P-H1", 0, None), ("P-H2", 1, "control"), ("P-H3", 1, "control")]
    links = {row["party"]["party_id"]: row["link"] for row in answer["rows"]}
    assert links["P-H2"]["direct"]["votes"] == 0.6  # not 0.9: the other source comes later
    assert (links["P-H3"]["basis"], links["P-H3"]["votes"]) == ("joint", 0.51)
    assert links["P-H3"]["direct"]["votes"] == 0.2
    assert [(one["party"]["party_id"], one["votes"]) for one in links["P-H3"]["indirect"]] == [("P-H2", 0.31)]


def test_a_cycle_of_control_ends_where_it_began(lent: Lent) -> None:
    rows = lent.get(f"groups/{lent.group_of('P-C', 'control')}/structure")["rows"]
    assert [(row["party"]["party_id"], row["depth"], row["again"], row["cycle"]) for row in rows] == [
        ("P-C", 0, False, False),
        ("P-K", 1, True, True),
        ("P-K", 0, False, False),
        ("P-C", 1, True, True),
    ]


def test_exposure_tells_each_part_and_counts_joint_contracts_once(lent: Lent) -> None:
    answer = lent.get(f"groups/{lent.group_of('P-A', 'connected')}/exposure")
    tests = {
        (one["rules"], one["status"]): (one["amount"]["amount"], one["ratio"], one["state"]) for one in answer["tests"]
    }
    assert tests[CHINA, "firm"] == ("1.70", "0.17", "warning")
    assert tests[CHINA, "potential"] == ("2.30", "0.23", "breach")
    totals = {(one["rules"], one["status"]): one for one in answer["totals"]}
    potential = totals[BASEL, "potential"]
    assert (potential["owed"]["before"]["amount"], potential["owed"]["after"]["amount"]) == ("2.30", "2.30")
    assert (potential["joint"]["amount"], potential["owed"]["exempt"]["amount"]) == ("0.40", "0.00")
    parts = {one["party"]["party_id"]: one for one in answer["members"] if one["rules"] == CHINA}
    assert {who: (one["owed"]["after"]["amount"], one["status"]) for who, one in parts.items()} == {
        "P-A": ("1.20", "confirmed"),
        "P-B": ("0.90", "confirmed"),
        "P-D": ("0.60", "flagged"),
    }
    assert parts["P-A"]["share"] == "0.52173913"
    assert answer["omitted"] == []
    assert "CNY 2.30 over CNY 10.00 is 23%, against a limit of 20%: breach" in answer["because"][-1]["text"]


def test_without_the_tables_of_the_run_the_tests_are_told_still(lent: Lent) -> None:
    group_id = lent.group_of("P-A", "connected")
    elsewhere = read_settings(home=Path(str(lent.guanxi.settings.home) + "-elsewhere"))
    with served(Guanxi(elsewhere, lent.guanxi.store, lent.guanxi.related_rules)) as client:
        answer = client.get(f"/v1/groups/{group_id}/exposure").json()
        assert (answer["state"], answer["totals"], answer["members"]) == ("breach", [], [])
        assert f"The tables of {lent.second.run_id} are not in the archive" in answer["omitted"][0]
        guarantees = client.get(f"/v1/groups/{group_id}/guarantees").json()
        assert "are not in the archive" in guarantees["omitted"][0]
        for path in ("guarantees/circles", f"changes?since={times.today(times.DEFAULT_ZONE)}"):
            told = client.get(f"/v1/{path}")
            assert (told.status_code, "are not in the archive" in told.json()["detail"]) == (404, True)


def test_history_tells_joins_leaves_and_figures_by_run(lent: Lent) -> None:
    answer = lent.get(f"groups/{lent.group_of('P-A', 'connected')}/history")
    last, first = answer["entries"]
    assert (last["id"], first["id"], last["is_run"]) == (lent.second.run_id, lent.first.run_id, True)
    assert [one["party"]["party_id"] for one in last["left"]] == ["P-E"]
    assert [one["party"]["party_id"] for one in first["joined"]] == ["P-A", "P-B", "P-D", "P-E"]
    assert (last["joined"], first["left"], last["size"], first["size"]) == ([], [], 3, 4)
    amounts = [[one["amount"]["amount"] for one in entry["tests"] if one["rules"] == CHINA] for entry in (last, first)]
    assert amounts == [["1.70", "2.30"], ["1.70", "2.50"]]
    assert first["published_at"] < last["published_at"]


def test_the_history_of_an_earlier_state_ends_there(lent: Lent) -> None:
    group_id = lent.group_of("P-A", "connected")
    (only,) = history(lent.guanxi.store.view(seq=lent.first.published_seq), group_id).entries
    assert (only.id, only.size, only.state) == (lent.first.run_id, 4, "breach")


def test_guarantees_of_6_3_with_their_real_cover(lent: Lent) -> None:
    answer = lent.get(f"groups/{lent.group_of('P-G1', 'control')}/guarantees")
    told = {
        place: [(one["guarantor"]["party_id"], one["debtor"]["party_id"]) for one in answer[place]["items"]]
        for place in ("inside", "given", "received")
    }
    assert sorted(told["inside"]) == [("P-G1", "P-G2"), ("P-G2", "P-G1")]
    assert told["given"] == [("P-G2", "P-G3")]
    assert told["received"] == [("P-Z", "P-G1"), ("P-G4", "P-G2")]
    # min(100, 40 + 25 of Z) + min(100, 30 + 10 of G4)
    cover = {name: answer["cover"][name]["amount"] for name in ("nominal", "real")}
    assert cover == {"nominal": "2.00", "real": "1.05"}
    assert sorted(one["kind"] for one in answer["circles"]) == ["circle", "mutual"]
    assert "worth at the least CNY 1.05" in answer["because"][0]["text"]


def test_circles_come_by_what_they_add_up_to(lent: Lent) -> None:
    answer = lent.get("guarantees/circles")
    found = [
        ([member["party"]["party_id"] for member in one["members"]], one["cover"]["nominal"]["amount"], one["kind"])
        for one in answer["circles"]
    ]
    assert found == [
        (["P-G1", "P-G2"], "2.00", "mutual"),
        (["P-G2", "P-G3", "P-G4"], "0.30", "circle"),
        (["P-A", "P-X"], "0.03", "mutual"),
    ]
    circle = answer["circles"][1]["cover"]
    assert (circle["real"]["amount"], circle["not_assessed"]) == ("0.10", 2)
    assert answer["because"][1]["text"].startswith("公司G2 guarantees 公司G3 guarantees 公司G4 guarantees 公司G2.")
    page = lent.get("guarantees/circles?limit=1&offset=1")
    assert (page["total"], page["circles"][0]["kind"]) == (3, "circle")
    assert page["omitted"] == ["1 more circle: ask with offset=2"]


def test_declared_groups_stand_beside_found_ones(lent: Lent) -> None:
    (one,) = lent.get("groups/diff")["comparisons"]
    assert one["declared"]["name"] == "五家集团"
    assert one["found"]["group_id"] == lent.group_of("P-A", "connected")
    assert (one["both"], [party["party_id"] for party in one["only_declared"]]) == (2, ["P-X"])
    assert [party["party_id"] for party in one["only_found"]] == ["P-D"]
    china = [test for test in one["declared"]["tests"] if test["rules"] == CHINA]
    assert [(test["status"], test["amount"]["amount"], test["state"]) for test in china] == [
        ("declared", "2.50", "breach")
    ]
    assert one["found"]["state"] == "breach"
    assert lent.get("groups/diff")["undeclared"] == []  # X is declared, and it heads the other group that owes


def test_groups_that_nobody_declares_are_told_too(lent: Lent) -> None:
    """X leaves the declared group in a view of its own: nobody else of X's group is declared."""
    text = "MATCH (:Party {party_id: 'P-X'})-[r:MEMBER_OF]->(g:Group {kind: 'declared'}) SET r.status = $status"
    ask(lent.guanxi.store, text, status="rebutted")
    try:
        answer = lent.get("groups/diff")
    finally:
        ask(lent.guanxi.store, text, status="confirmed")
    assert [(one["name"], one["size"], one["state"]) for one in answer["undeclared"]] == [("公司X", 2, "within")]
    assert answer["undeclared_total"] == 1


def test_changes_outside_the_scope_are_not_told(lent: Lent) -> None:
    ask(lent.guanxi.store, "MATCH (p:Party {party_id: 'P-X'}) SET p.scope = p.scope + 'branch:1'")
    view = lent.guanxi.store.view(scope=Scope(frozenset({"branch:1"})))
    answer = changes(view, times.today(times.DEFAULT_ZONE), lent.guanxi.settings.archive)
    last, first = answer.runs
    assert {one.subject.id for one in last.exposures} <= {"P-X", "hand:group:GR", lent.group_of("P-X", "control")}
    assert {one.group.name for one in first.groups} == {"公司X"}
    assert all(one.party is None or one.party.party_id == "P-X" for one in last.groups)
    assert "公司A" not in answer.model_dump_json()


def test_changes_tell_each_run_against_the_one_before(lent: Lent) -> None:
    last, first = lent.get(f"changes?since={times.today(times.DEFAULT_ZONE)}")["runs"]
    assert (last["run_id"], last["before"], first["before"]) == (lent.second.run_id, lent.first.run_id, None)
    left = {(one["group"]["name"], one["party"]["party_id"]) for one in last["groups"] if one["change"] == "left"}
    assert left == {("公司A", "P-E"), ("公司X", "P-E")}
    assert {one["change"] for one in first["groups"]} == {"created"}
    crossed = {
        (one["subject"]["id"], one["rules"], one["test"]): (one["before"], one["after"]) for one in last["exposures"]
    }
    assert crossed["hand:group:GR", CHINA, "group-exposure"] == ("warning", "breach")
    assert [([party["party_id"] for party in one["parties"]], one["kind"]) for one in last["circles"]] == [
        (["P-A", "P-X"], "mutual")
    ]
    assert len(first["circles"]) == 2
    capped = lent.get(f"changes?since={times.today(times.DEFAULT_ZONE)}&limit=1")
    assert any("changes of groups capped at 1" in one for one in capped["omitted"])


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("groups?state=bad", 400, "state"),
        ("groups?min_exposure=-5", 400, "min_exposure"),
        ("groups?limit=0", 400, "limit"),
        ("groups?offset=-1", 400, "offset"),
        ("groups?as_of=2020-01-01", 404, "as_of"),
        ("groups/G-NONE/structure", 404, "group_id"),
        ("groups/G-NONE/exposure", 404, "group_id"),
        ("groups/G-NONE/history", 404, "group_id"),
        ("groups/G-NONE/guarantees", 404, "group_id"),
        ("groups/diff?limit=0", 400, "limit"),
        ("guarantees/circles?limit=501", 400, "limit"),
        ("guarantees/circles?as_of=2020-01-01", 404, "as_of"),
        ("changes", 422, "since"),
        ("changes?since=never", 422, "since"),
        ("changes?since=2999-01-01", 400, "since"),
    ],
)
def test_what_cannot_be_asked(lent: Lent, path: str, status: int, field: str) -> None:
    assert lent.get(path, status)["field"] == field


def test_changes_since_a_day_without_runs_are_none(lent: Lent) -> None:
    tomorrow = times.today(times.DEFAULT_ZONE) + timedelta(days=1)
    assert lent.get(f"changes?since={tomorrow}", 400)["field"] == "since"
