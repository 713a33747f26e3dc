"""The analysis run: what it writes, what it leaves alone, and what is exported."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from api.services.export import export
from api.services.groups import group
from api.services.network import network
from api.services.party import party
from api.services.party_answer import PartyAnswer
from api.services.party_relations import GroupItem
from api.services.related import related
from api.services.related_rules import related_rules
from api.services.run import SNAPSHOT, run
from api.services.run_parameters import read_parameters
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.publishing import Busy, begin, loads
from graph.rollback import rollback
from graph.store import Scope, Store
from tests.contract.answering import fill, make
from tests.contract.loads import ask
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


def found_groups(answer: PartyAnswer, kind: str = "control") -> list[GroupItem]:
    return [item for item in answer.sections.groups.items if item.kind == kind]


def table(store: Store, name: str, archive: Path, *, source_keys: bool = False) -> list[str]:
    out = io.StringIO()
    export(store.view(), name, out, archive=archive, source_keys=source_keys)
    return out.getvalue().splitlines()


def test_control_is_found_and_told(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    assert table(store, "control", tmp_path) == [
        "controller_id,controlled_id,votes,basis,round",
        "P-CHEN,P-HOLD,0.51,direct,1",
        "P-CHEN,P-LOG,0.6,indirect,2",
        "P-CHEN,P-SUB,0.51,indirect,3",
        "P-HOLD,P-LOG,0.6,direct,1",
        "P-HOLD,P-SUB,0.51,joint,2",
    ]
    answer = party(store.view(), "P-LOG")
    assert answer.run_id == report.run_id
    assert [(c.party.party_id, c.votes) for c in answer.sections.controllers.items] == [("P-HOLD", 0.6)]
    (found,) = found_groups(answer)
    assert (found.kind, found.role, found.members) == ("control", "member", 4)
    assert found.reasons == ["controlled by 浙江远洋控股有限公司 (direct) with 60% of the votes"]
    assert found.head is not None
    assert found.head.party_id == "P-CHEN"


def test_the_same_run_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    first, second = make(store, tmp_path), make(store, tmp_path)
    assert first.counts["control_opened"] == 3
    written = {k: v for k, v in second.counts.items() if k.endswith(("opened", "closed", "changed"))}
    assert set(written.values()) == {0}
    assert (first.input_digest, first.result_digest) == (second.input_digest, second.result_digest)


def test_a_group_keeps_its_id_when_a_member_leaves(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    before = party(store.view(), "P-LOG").sections.groups.items[0].group_id
    make(store, tmp_path, "control.threshold=0.55")
    make(store, tmp_path, "control.threshold=0.505")
    assert party(store.view(), "P-LOG").sections.groups.items[0].group_id == before


def test_a_couple_controls_as_one_where_asked(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path, "control.threshold=0.7", "control.family_as_one=true")
    assert table(store, "control", tmp_path)[1:] == ["P-CHEN+P-LIN,P-HOLD,0.81,direct,1"]
    controllers = party(store.view(), "P-HOLD").sections.controllers.items
    assert {(c.party.party_id, c.basis) for c in controllers} == {("P-CHEN", "family"), ("P-LIN", "family")}


def test_the_sources_own_keys_are_exported(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    assert "hand:party:P-CHEN,hand:party:P-HOLD,0.51,direct,1" in table(store, "control", tmp_path, source_keys=True)
    groups = table(store, "groups", tmp_path, source_keys=True)
    assert groups[0] == "group_id,party_id,role,kind,status"
    assert "hand:group:G1,hand:party:P-HOLD,head,declared,confirmed" in groups


def test_readers_of_before_see_none_of_it(store: Store, tmp_path: Path) -> None:
    before = store.view()
    make(store, tmp_path)
    assert party(before, "P-LOG").sections.controllers.total == 0


def test_a_run_over_the_past_writes_no_links(store: Store, tmp_path: Path) -> None:
    past = read_parameters(as_of=times.today(store.zone) - timedelta(days=400))
    report = run(store, tmp_path, past, user="tester")
    assert not report.is_current
    assert report.counts["control_pairs"] == 5
    view = store.view()
    assert view.run_id is None
    assert party(view, "P-LOG").sections.controllers.total == 0
    here = times.today(store.zone)
    assert party(view, "P-LOG").run_note == f"no run for {here}; the nearest is {report.run_id} of {past.as_of}"
    assert export(view, "control", io.StringIO(), archive=tmp_path, run_id=report.run_id) == 5
    then = store.view(as_of=past.as_of)
    assert (party(then, "P-LOG").run_note or "").startswith(f"{report.run_id} of {past.as_of} kept its tables alone")
    assert export(then, "control", io.StringIO(), archive=tmp_path) == 5


def test_a_day_without_a_run_exports_no_other_runs_pairs(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    yesterday = store.view(as_of=times.today(store.zone) - timedelta(days=1))
    with pytest.raises(NotFound, match=f"nearest is {report.run_id}"):
        export(yesterday, "control", io.StringIO(), archive=tmp_path)
    assert export(store.view(as_of=times.today(store.zone)), "control", io.StringIO(), archive=tmp_path) == 5


def test_groups_of_an_earlier_run_come_from_its_archive(store: Store, tmp_path: Path) -> None:
    first = make(store, tmp_path)
    make(store, tmp_path, "control.threshold=0.99")
    assert [row for row in table(store, "groups", tmp_path) if "control" in row] == []
    out = io.StringIO()
    export(store.view(), "groups", out, archive=tmp_path, run_id=first.run_id)
    header, *rows = out.getvalue().splitlines()
    assert header == "group_id,party_id,role,kind,status"
    of_control = [row.split(",")[1:] for row in rows if "control" in row]
    assert of_control == [
        ["P-CHEN", "head", "control", "confirmed"],
        ["P-HOLD", "member", "control", "confirmed"],
        ["P-LOG", "member", "control", "confirmed"],
        ["P-SUB", "member", "control", "confirmed"],
    ]


def test_another_day_than_the_runs_names_the_nearest_run(store: Store, tmp_path: Path) -> None:
    here = times.today(store.zone)
    days = {back: here - timedelta(days=back) for back in (400, 100)}
    runs = {back: run(store, tmp_path, read_parameters(as_of=day), user="tester") for back, day in days.items()}
    current = make(store, tmp_path)
    assert party(store.view(), "P-LOG").run_note is None
    for asked, nearest in ((390, runs[400].run_id), (240, runs[100].run_id), (10, current.run_id)):
        answer = party(store.view(as_of=here - timedelta(days=asked)), "P-LOG")
        assert answer.run_id == current.run_id
        assert f"no run for {answer.as_of}; the nearest is {nearest} of " in (answer.run_note or "")


def test_empty_sections_name_the_run_of_another_day(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    sections = party(store.view(), "P-ZHANG").sections
    assert sections.controlled.empty is not None
    assert sections.controlled.empty.endswith(f"; nothing found by {report.run_id}")
    yesterday = times.today(store.zone) - timedelta(days=1)
    sections = party(store.view(as_of=yesterday), "P-ZHANG").sections
    told = f"; no run for {yesterday}; the nearest is {report.run_id} of {times.today(store.zone)}"
    assert sections.controlled.empty is not None
    assert sections.controlled.empty.endswith(told)
    assert sections.groups.empty == f"no data from by_hand{told}"


def test_a_run_whose_input_was_rolled_back_is_told_as_stale(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    bank.party("P-LATE", "迟到有限公司")
    bank.load(store, "late")
    report = make(store, tmp_path)
    assert party(store.view(), "P-LOG").run_note is None
    rollback(store, loads(store)[0]["load_id"], "tester")
    note = party(store.view(), "P-LOG").run_note
    assert note is not None
    assert note.startswith(f"{report.run_id} is stale")
    make(store, tmp_path)
    assert party(store.view(), "P-LOG").run_note is None


def test_a_load_that_wrote_nothing_leaves_the_run_up_to_date(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    with begin(store, "load", user="test", properties={"mapping": "the same again"}) as work:
        seq = work.publish()
    for view in (store.view(), store.view(seq=seq)):
        assert (view.seq, party(view, "P-LOG").run_note) == (seq, None)


def test_the_tables_of_a_run_that_was_never_made_are_not_looked_for(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    for table in ("groups", "control"):
        with pytest.raises(NotFound, match="There is no finished run 'run-nope'"):
            export(store.view(), table, io.StringIO(), archive=tmp_path, run_id="run-nope")


def holding(store: Store, owner: str, owned: str) -> str:
    items = party(store.view(), owned).sections.owners.items
    return next(item.link.id for item in items if item.party.party_id == owner)


def test_control_says_its_rule_its_links_and_its_arithmetic(store: Store, tmp_path: Path) -> None:
    assert party(store.view(), "P-SUB").because == []
    report = make(store, tmp_path)
    answer = party(store.view(), "P-SUB")
    (found,) = answer.sections.controllers.items
    above, *members = answer.because
    member = next(one for one in members if one.rule == "control.group")
    of_control = "cn-large-exposure: Annex on the identification of connected customers (关联客户)"
    assert (above.rule, above.article) == ("control.votes", f"{of_control}; basel-lex: LEX10 (control relationship)")
    assert above.links == [found.link.id, holding(store, "P-LOG", "P-SUB"), holding(store, "P-HOLD", "P-SUB")]
    assert above.text == (
        "浙江远洋控股有限公司 controls 宁波港口服务有限公司 (joint) with 51% of the votes: "
        "31% held by 宁波远洋物流有限公司 + 20% held by 浙江远洋控股有限公司. "
        f"{report.run_id}: control is more than 50% of the votes, or declared; "
        "own shares leave the denominator, each person counts alone"
    )
    (group_item,) = found_groups(answer)
    assert (member.rule, member.links) == ("control.group", [group_item.link.id, found.link.id])
    make(store, tmp_path, "control.sense=at_least", "control.threshold=0.505")
    again = party(store.view(), "P-SUB").because[0]
    assert "control is at least 50.5% of the votes" in again.text
    assert again.article == "setting of the run"


def test_a_controller_says_what_it_controls_and_by_which_links(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    answer = party(store.view(), "P-HOLD")
    down = next(one for one in answer.because if one.text.startswith("浙江远洋控股有限公司 controls"))
    controlled = {item.link.id for item in answer.sections.controlled.items}
    assert len(controlled) == 2
    assert set(down.links) == controlled | {holding(store, "P-HOLD", "P-LOG"), holding(store, "P-HOLD", "P-SUB")}


def test_a_group_and_a_network_say_what_they_stand_on(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path)
    (found,) = found_groups(party(store.view(), "P-LOG"))
    pairs = [("P-CHEN", "P-HOLD"), ("P-HOLD", "P-LOG"), ("P-HOLD", "P-SUB")]
    held = {holding(store, *pair) for pair in pairs}
    (told,) = group(store.view(), found.group_id).because
    assert told.rule == "control.group"
    assert "陈志远" in told.text
    assert held <= set(told.links)
    assert len(told.links) == 6
    (told,) = network(store.view(), "P-HOLD").because
    assert set(told.links) >= held
    assert len(told.links) == 6
    assert group(store.view(), "hand:group:G1").because == []


def test_a_couples_control_rests_on_the_holdings_of_both(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path, "control.threshold=0.7", "control.family_as_one=true")
    answer = party(store.view(), "P-HOLD")
    held = [holding(store, one, "P-HOLD") for one in ("P-CHEN", "P-LIN")]
    family = [one for one in answer.because if one.rule == "control.votes"]
    assert len(family) == 2
    for told in family:
        assert told.links[1:] == held
        assert "51% held by 陈志远 + 30% held by 林美华" in told.text
        assert "couples count as one" in told.text


def test_a_party_of_two_groups_names_the_other_head(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    for key, name in (("P-A", "甲"), ("P-B", "乙"), ("P-C", "丙")):
        bank.party(key, name)
    bank.link("OWNS", "P-A", "P-B", share=0.5)
    bank.link("OWNS", "P-C", "P-B", share=0.5)
    bank.load(store, "halves")
    make(store, tmp_path, "control.sense=at_least")
    assert make(store, tmp_path, "control.sense=at_least").counts["memberships_opened"] == 0
    items = party(store.view(), "P-B").sections.groups.items
    ids = {item.name: item.group_id for item in items}
    assert {item.name: item.reasons for item in items} == {
        "甲": ["controlled by 甲 (direct) with 50% of the votes", f"also controlled by 丙, head of {ids['丙']}"],
        "丙": ["controlled by 丙 (direct) with 50% of the votes", f"also controlled by 甲, head of {ids['甲']}"],
    }
    member = next(m for m in group(store.view(), ids["甲"]).members if m.party.party_id == "P-B")
    assert f"also controlled by 丙, head of {ids['丙']}" in member.reasons


def test_no_name_is_told_beyond_the_askers_scope(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    bank.party("P-BOSS", "老板控股", scope=["branch:2"])
    bank.party("P-MINE", "我的客户", scope=["branch:1"])
    bank.link("OWNS", "P-BOSS", "P-MINE", share=0.6)
    bank.load(store, "scopes")
    make(store, tmp_path)
    mine = store.view(scope=Scope(frozenset({"branch:1"})))
    answer = party(mine, "P-MINE")
    (found,) = found_groups(answer)
    assert (found.name, found.head) == (None, None)
    assert found.reasons == ["controlled by a party outside your scope (direct) with 60% of the votes"]
    of_group = group(mine, found.group_id)
    assert (of_group.name, [m.party.party_id for m in of_group.members]) == (None, ["P-MINE"])
    answers = (
        answer,
        of_group,
        network(mine, "P-MINE", depth=2),
        related(mine, "P-MINE", "group_risk", related_rules()),
    )
    for told in answers:
        assert "老板" not in told.model_dump_json()
    everything = network(store.view(), "P-MINE", depth=2)
    assert "老板控股" in {node.name for node in everything.nodes if node.kind == "group"}
    with pytest.raises(NotFound):
        group(store.view(scope=Scope(frozenset({"branch:3"}))), found.group_id)


def test_of_two_sources_the_preferred_one_counts(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    bank.node("SourceRecord", "other:x:1", table="x", key="1", priority=9, **{"source": "other"})
    bank.link("OWNS", "P-LIN", "P-HOLD", share=0.9, source="other")
    bank.load(store, "other")
    report = make(store, tmp_path)
    assert report.counts["holdings_of_other_sources"] == 1
    assert "P-CHEN,P-HOLD,0.51,direct,1" in table(store, "control", tmp_path)


@pytest.mark.parametrize("step", ["run.compute_rest", "run_write.write_members", "run._publish"])
def test_a_failed_run_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Whether it fails while it is written beside, in the writing itself, or when all is written."""

    def broken(*_: object) -> int:
        raise RuntimeError("stopped")

    monkeypatch.setattr(f"api.services.{step}", broken)
    ask(store, "MATCH (p:Party {party_id: 'P-LOG'}) SET p.scope = ['branch:1', 'manager:2']")
    tokens = "MATCH (p:Party) RETURN p.party_id AS id, coalesce(p.scope, []) AS scope ORDER BY id"
    before = ask(store, tokens)
    with pytest.raises(RuntimeError, match="stopped"):
        make(store, tmp_path)
    assert ask(store, tokens) == before
    assert ask(store, "MATCH (v:Version) RETURN count(v) AS kept") == [{"kept": 0}]
    assert [path.name for path in tmp_path.iterdir() if path.name != SNAPSHOT] == []
    assert party(store.view(), "P-LOG").sections.controllers.total == 0
    monkeypatch.undo()
    assert make(store, tmp_path).counts["control_opened"] == 3


def test_a_run_waits_for_nobody(store: Store, tmp_path: Path) -> None:
    with begin(store, "load", user="other"), pytest.raises(Busy, match="other"):
        make(store, tmp_path)


def test_what_cannot_be_exported(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="guanxi run"):
        table(store, "control", tmp_path)
    make(store, tmp_path)
    with pytest.raises(NotFound, match="archive"):
        table(store, "control", tmp_path / "elsewhere")


def test_a_future_day_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        run(store, tmp_path, read_parameters(known_on=times.today(store.zone) + timedelta(days=2)), user="tester")


def lent(store: Store) -> None:
    """Four companies: A controls B, and D, which controls E, depends on B; each owes."""
    bank = Bank()
    for key, amount in (("P-A", 80), ("P-B", 50), ("P-D", 60), ("P-E", 20)):
        bank.party(key, f"公司{key[-1]}")
        facility = f"hand:facility:{key}"
        bank.node("Facility", facility, limit_amount=amount, drawn_amount=amount, currency="CNY", matures_on=21_000)
        bank.link("BORROWS", key, facility, role="borrower")
    bank.link("OWNS", "P-A", "P-B", share=0.6)
    bank.link("OWNS", "P-D", "P-E", share=0.6)
    bank.link("DEPENDS_ON", "P-D", "P-B", "Party:Party", "flagged", criterion="receipts", weight=0.7)
    bank.node("CapitalFigures", "hand:capital:1", day=19_000, currency="CNY", net_tier_1=1_000, net_capital=1_000)
    bank.load(store, "lending")


def test_flagged_dependence_makes_a_group_that_says_what_is_doubtful(store: Store, tmp_path: Path) -> None:
    lent(store)
    report = make(store, tmp_path, rules=("cn-large-exposure",))
    (found,) = found_groups(party(store.view(), "P-A"), "connected")
    answer = group(store.view(), found.group_id)
    assert {member.party.party_id: (member.role, member.status) for member in answer.members} == {
        "P-A": ("head", "confirmed"),
        "P-B": ("member", "confirmed"),
        "P-D": ("member", "flagged"),
        "P-E": ("member", "flagged"),
    }
    reasons = {member.party.party_id: member.reasons for member in answer.members}
    assert reasons["P-D"] == ["depends on 公司B (receipts, flagged: nobody has confirmed it)"]
    assert reasons["P-E"] == ["controlled by 公司D (direct) with 60% of the votes"]
    (told,) = answer.because
    assert told.rule == "connected.group"
    assert told.article is not None
    assert "Art. 8 and annex on the identification of connected customers" in told.article
    assert len(told.links) == 5  # two controls, two holdings, one dependence
    lines = [row.split(",") for row in table(store, "exposures", tmp_path) if row.startswith("C-")]
    assert [line[2:5] + line[7:10] for line in lines if line[0] == found.group_id] == [
        ["group-exposure", "firm", "130", "0.13", "0.2", "within"],
        ["group-exposure", "potential", "210", "0.21", "0.2", "breach"],
    ]
    states = [row.split(",")[9] for row in table(store, "exposures", tmp_path)]
    assert report.counts["breaches_of_limits"] == states.count("breach") > 0
    again = make(store, tmp_path, rules=("cn-large-exposure",))
    assert {v for k, v in again.counts.items() if k.endswith(("opened", "closed", "changed"))} == {0}
    assert again.result_digest == report.result_digest


def test_a_confirmed_dependence_makes_the_group_firm(store: Store, tmp_path: Path) -> None:
    lent(store)
    make(store, tmp_path)
    (before,) = found_groups(party(store.view(), "P-A"), "connected")
    ask(store, "MATCH ()-[r:DEPENDS_ON {from_key: 'hand:party:P-D'}]->() SET r.status = 'confirmed'")
    make(store, tmp_path)
    (after,) = found_groups(party(store.view(), "P-D"), "connected")
    assert after.group_id == before.group_id
    assert {member.status for member in group(store.view(), after.group_id).members} == {"confirmed"}
    ask(store, "MATCH ()-[r:DEPENDS_ON {from_key: 'hand:party:P-D'}]->() SET r.status = 'rebutted'")
    make(store, tmp_path)
    assert found_groups(party(store.view(), "P-D"), "connected") == []


def test_parquet_keeps_kinds_and_exact_fractions(store: Store, tmp_path: Path) -> None:
    lent(store)
    make(store, tmp_path)
    file = tmp_path / "exposures.parquet"
    with file.open("w", encoding="utf-8") as out:
        written = export(store.view(), "exposures", out, archive=tmp_path, form="parquet", source_keys=True)
    frame = pl.read_parquet(file)
    assert frame.height == written > 0
    row = frame.filter(pl.col("group_id") == "hand:party:P-A", pl.col("test") == "single-exposure").row(0, named=True)
    assert (row["amount_minor"], row["ratio"], row["limit"]) == (80, Decimal("0.08"), Decimal("0.15"))
    assert table(store, "basis", tmp_path)[1:] == [
        f"capital,{name},{times.EPOCH + timedelta(days=19_000)},{amount},CNY,"
        for name, amount in (("net_capital", 1_000), ("net_tier_1", 1_000), ("tier_1", ""))
    ]


def test_rules_that_cannot_be_read_stop_a_run_before_it_begins(store: Store, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("version: 1\nid: own\n", encoding="utf-8")
    for name, told in (("basel", "known are cn-large-exposure"), (str(own), "own.yaml"), ("no.yaml", "no.yaml")):
        with pytest.raises(BadInput, match=told):
            make(store, tmp_path / "archive", rules=(name,))
    assert not (tmp_path / "archive").exists()
    assert store.view().run_id is None


def test_a_run_that_knows_nothing_of_the_last_load_says_so(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    before = store.view()
    bank = Bank()
    bank.party("P-LATE", "后来有限公司")
    bank.load(store, "late")
    told = f"{report.run_id} knows nothing of what was loaded since; `guanxi run` makes a new one"
    assert party(store.view(), "P-LOG").run_note == told
    assert party(before, "P-LOG").run_note is None
    assert party(store.view(seq=before.seq), "P-LOG").run_note is None
    make(store, tmp_path)
    assert party(store.view(), "P-LOG").run_note is None
