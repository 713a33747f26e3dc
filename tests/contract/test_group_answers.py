"""Groups by their limits: lists, structure, exposure, history, guarantees, over what a run wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.services.group_exposure import exposure
from api.services.group_guarantees import group_guarantees
from api.services.group_list import GroupsAnswer, GroupsAsked, groups
from api.services.group_structure import structure
from api.services.group_views import one_group
from api.services.run import run
from api.services.run_parameters import read_parameters
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.schema import apply_schema
from graph.store import Scope, Store, View
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.lending import example_5
from tests.contract.loads import ask
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CHINA, BASEL = "cn-large-exposure", "basel-lex"


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        yield store


def listed(view: View, asked: GroupsAsked, limit: int = 50, offset: int = 0) -> GroupsAnswer:
    """The groups as any copy of the service tells those of the current run: without an archive."""
    return groups(view, asked, Path("nowhere"), limit, offset)


def told(store: Store, rules: str) -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    """Kind, state and the figures of each test (amount, ratio, state) of the groups tested by a rule set."""
    return [
        (
            one.kind,
            one.state or "",
            [
                (test.status, test.amount.amount if test.amount else "", test.ratio or "", test.state)
                for test in one.tests
            ],
        )
        for one in listed(store.view(), GroupsAsked(rules=rules)).groups
    ]


def test_5_1_the_nearest_group_comes_first_with_its_figures(store: Store, tmp_path: Path) -> None:
    example_5(store)
    make(store, tmp_path, rules=(CHINA, BASEL))
    assert told(store, CHINA) == [
        ("connected", "breach", [("firm", "2.10", "0.21", "breach")]),
        ("declared", "within", [("declared", "1.40", "0.14", "within")]),
        ("control", "within", [("firm", "0.90", "0.09", "within")]),
    ]
    assert [state for _, state, _ in told(store, BASEL)] == ["warning", "within", "within"]
    answer = listed(store.view(), GroupsAsked(kind="connected"))
    (found,) = answer.groups
    assert (found.name, found.size, found.currency, found.nearness) == ("公司A", 4, "CNY", "1.05")
    assert found.head is not None
    assert found.head.party_id == "P-A"
    (reason,) = answer.because
    assert (reason.rule, reason.article) == (f"{CHINA}.group-exposure", "Art. 8")
    assert "CNY 2.10 over CNY 10.00 is 21%, against a limit of 20%: breach" in reason.text


def test_5_2_firm_and_potential_stand_side_by_side(store: Store, tmp_path: Path) -> None:
    example_5(store, dependence="flagged")
    make(store, tmp_path, rules=(CHINA,))
    assert told(store, CHINA)[0] == (
        "connected",
        "breach",
        [("firm", "1.30", "0.13", "within"), ("potential", "2.10", "0.21", "breach")],
    )


def test_5_6_protection_inside_a_group_moves_nothing_out_of_it(store: Store, tmp_path: Path) -> None:
    example_5(store, guaranteed=30)
    make(store, tmp_path, rules=(BASEL,))
    kind, state, tests = told(store, BASEL)[0]
    assert (kind, state, tests) == ("connected", "warning", [("firm", "2.10", "0.21", "warning")])


def test_groups_are_narrowed_and_paged(store: Store, tmp_path: Path) -> None:
    example_5(store)
    make(store, tmp_path)
    view = store.view()
    everything = listed(view, GroupsAsked())
    assert [one.state for one in everything.groups] == [
        "breach",
        "within",
        "within",
        None,
    ]  # A with B owes inside the first
    assert everything.total == 4
    pages = [listed(view, GroupsAsked(), limit=1, offset=at) for at in range(4)]
    assert [page.groups[0].group_id for page in pages] == [one.group_id for one in everything.groups]
    assert pages[0].omitted == ["3 more groups: ask with offset=1"]
    assert pages[3].omitted == []
    assert [one.kind for one in listed(view, GroupsAsked(state="breach")).groups] == ["connected"]
    assert [one.state for one in listed(view, GroupsAsked(state="warning", rules=BASEL)).groups] == ["warning"]
    assert listed(view, GroupsAsked(state="breach", rules=BASEL)).groups == []
    assert [one.kind for one in listed(view, GroupsAsked(min_exposure="1.40")).groups] == ["connected", "declared"]
    assert [one.kind for one in listed(view, GroupsAsked(min_exposure="1.41")).groups] == ["connected"]


def test_a_group_is_written_again_only_where_it_changed(store: Store, tmp_path: Path) -> None:
    example_5(store)
    make(store, tmp_path)
    assert make(store, tmp_path).counts["groups_changed"] == 0
    more = Bank()
    more.node("Facility", "FMORE", limit_amount=70, drawn_amount=70, currency="CNY", matures_on=21_000)
    more.link("BORROWS", "P-X", "FMORE", role="borrower")
    more.load(store, "more")
    report = make(store, tmp_path)
    assert report.counts["groups_changed"] == 2  # X's own, and the declared one
    versions = ask(store, "MATCH (v:Version {of_label: 'Group'}) RETURN v.values AS values, v.seq_out AS by")
    assert len([one for one in versions if one["by"] == report.number]) == 2
    declared = ask(store, "MATCH (g:Group {kind: 'declared'}) RETURN g.run_id AS run, g.state AS state")
    assert declared == [{"run": None, "state": "breach"}]  # it stays its source's, and is exported as such
    assert told(store, CHINA)[1:] == [
        ("declared", "breach", [("declared", "2.10", "0.21", "breach")]),
        ("control", "warning", [("firm", "1.60", "0.16", "warning")]),
    ]


def test_a_run_over_the_past_and_a_failed_one_write_no_figures(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example_5(store)
    make(store, tmp_path, rules=(CHINA,))
    before = told(store, CHINA)
    figures = ask(store, "MATCH (g:Group) RETURN properties(g) AS p ORDER BY g.group_id")
    ask(store, "MATCH (f:Facility {facility_id: 'FP-A'}) SET f.drawn_amount = 5")

    def broken(*_: object) -> int:
        raise RuntimeError("stopped")

    monkeypatch.setattr("api.services.run._publish", broken)
    with pytest.raises(RuntimeError, match="stopped"):
        make(store, tmp_path, rules=(CHINA,))
    assert told(store, CHINA) == before
    assert ask(store, "MATCH (g:Group) RETURN properties(g) AS p ORDER BY g.group_id") == figures


@pytest.mark.parametrize(
    ("asked", "field", "hint"),
    [
        (GroupsAsked(state="bad"), "state", "within, undecided, warning, breach"),
        (GroupsAsked(rules="hkma"), "rules", "give cn-large-exposure, basel-lex"),
        (GroupsAsked(kind="family"), "kind", "control, connected, declared"),
        (GroupsAsked(min_exposure="-1"), "min_exposure", "0 or more in CNY"),
        (GroupsAsked(min_exposure="much"), "min_exposure", "1000000.00"),
        (GroupsAsked(min_exposure="NaN"), "min_exposure", "0 or more"),
    ],
)
def test_what_cannot_be_asked_of_groups(
    store: Store, tmp_path: Path, asked: GroupsAsked, field: str, hint: str
) -> None:
    example_5(store)
    make(store, tmp_path)
    with pytest.raises(BadInput, match=hint) as error:
        listed(store.view(), asked)
    assert error.value.field == field


def test_days_without_a_run_name_the_nearest(store: Store, tmp_path: Path) -> None:
    example_5(store)
    assert listed(store.view(), GroupsAsked()).omitted == ["no analysis run has been made yet; `guanxi run` makes one"]
    report = make(store, tmp_path)
    past = times.today(store.zone) - timedelta(days=30)
    with pytest.raises(NotFound, match=f"no run for {past}; the nearest is {report.run_id}"):
        listed(store.view(as_of=past), GroupsAsked())
    with pytest.raises(BadInput, match="future"):
        listed(store.view(as_of=times.today(store.zone) + timedelta(days=1)), GroupsAsked())


def test_only_groups_with_a_member_in_scope_are_told(store: Store, tmp_path: Path) -> None:
    example_5(store)
    make(store, tmp_path)
    ask(store, "MATCH (p:Party {party_id: 'P-X'}) SET p.scope = p.scope + 'branch:1'")
    found = listed(store.view(scope=Scope(frozenset({"branch:1"}))), GroupsAsked()).groups
    assert {(one.kind, one.name) for one in found} == {("control", "公司X"), ("declared", "五家集团")}


def test_a_past_day_is_told_as_the_run_of_that_day_found_it(store: Store, tmp_path: Path) -> None:
    example_5(store)
    now = make(store, tmp_path, rules=(CHINA,))
    past = times.today(store.zone) - timedelta(days=10)
    then = run(store, tmp_path, read_parameters(as_of=past, rules=(CHINA, BASEL)), user="tester")
    view = store.view(as_of=past)
    answer = groups(view, GroupsAsked(), tmp_path)
    assert answer.run_id == then.run_id
    current = groups(store.view(), GroupsAsked(rules=CHINA), tmp_path)
    assert current.run_id == now.run_id
    by_china = groups(view, GroupsAsked(rules=CHINA), tmp_path)
    same = [[(test.status, test.amount, test.nearness, test.state) for test in one.tests] for one in by_china.groups]
    assert same == [
        [(test.status, test.amount, test.nearness, test.state) for test in one.tests] for one in current.groups
    ]
    assert [(one.kind, one.name, one.size) for one in by_china.groups] == [
        (one.kind, one.name, one.size) for one in current.groups
    ]
    assert [one.state for one in groups(view, GroupsAsked(state="warning", rules=BASEL), tmp_path).groups] == [
        "warning"
    ]
    assert groups(view, GroupsAsked(kind="declared", min_exposure="1.41"), tmp_path).groups == []
    connected = next(one for one in answer.groups if one.kind == "connected")
    told_then, told_now = (one_group(one, connected.group_id, tmp_path) for one in (view, store.view()))
    assert (told_then.run_id, told_then.name, told_then.total) == (then.run_id, told_now.name, told_now.total)
    assert [(one.party, one.role, one.status, one.reasons, one.link) for one in told_then.members] == [
        (one.party, one.role, one.status, one.reasons, None) for one in told_now.members
    ]
    owed_then, owed_now = (exposure(one, connected.group_id, tmp_path) for one in (view, store.view()))
    assert owed_then.run_id == then.run_id
    assert [one for one in owed_then.members if one.rules == CHINA] == owed_now.members != []
    assert [one for one in owed_then.tests if one.rules == CHINA] == owed_now.tests != []
    assert group_guarantees(view, connected.group_id, tmp_path).run_id == then.run_id
    with pytest.raises(NotFound, match=f"`guanxi export control --run {then.run_id}`"):
        structure(view, connected.group_id)
    declared = next(one for one in answer.groups if one.kind == "declared")
    assert structure(view, declared.group_id).total == 3
    with pytest.raises(NotFound, match="see every party"):
        one_group(store.view(as_of=past, scope=Scope(frozenset({"branch:1"}))), connected.group_id, tmp_path)
    with pytest.raises(NotFound, match="not in the archive"):
        exposure(view, connected.group_id, tmp_path / "elsewhere")
    with pytest.raises(NotFound, match="No group has the id 'G-NONE'"):
        exposure(view, "G-NONE", tmp_path)
    with pytest.raises(NotFound, match="archive"):
        listed(view, GroupsAsked())
    with pytest.raises(NotFound, match="see every party"):
        groups(store.view(as_of=past, scope=Scope(frozenset({"branch:1"}))), GroupsAsked(), tmp_path)


def test_an_earlier_run_is_told_as_it_was_known_then(store: Store, tmp_path: Path) -> None:
    example_5(store)
    first = make(store, tmp_path, rules=(CHINA,))
    group_id = groups(store.view(), GroupsAsked(kind="connected"), tmp_path).groups[0].group_id
    yesterday = times.now_ms() - 86_400_000
    ask(store, "MATCH (n:Published) SET n.at = $at", at=yesterday)
    ask(store, "MATCH (n:AnalysisRun) SET n.as_of = n.as_of - 1")
    ask(store, "MATCH ()-[r:MEMBER_OF]->() SET r.valid_from = 0")
    ask(store, "MATCH (f:Facility {facility_id: 'FP-A'}) SET f.drawn_amount = 5, f.limit_amount = 5")
    make(store, tmp_path, rules=(CHINA,))
    assert told(store, CHINA)[0][1] == "within"
    view = store.view(known_on=times.today(store.zone) - timedelta(days=1))
    answer = exposure(view, group_id, tmp_path)
    assert (answer.run_id, answer.state) == (first.run_id, "breach")
    assert [test.amount and test.amount.amount for test in answer.tests] == ["2.10"]
    assert sorted(member.owed.after.amount for member in answer.members) == ["0.20", "0.50", "0.60", "0.80"]
