"""What the feed of changes tells where runs did not test the same, or had other settings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.services.changes import ChangesAnswer, RunChanges, changes
from api.services.group_history import history
from api.services.groups import group
from api.services.party import party
from graph import times
from graph.connect import Connection
from graph.errors import NotFound
from graph.schema import apply_schema
from graph.store import Scope, Store
from tests.contract.answering import make
from tests.contract.conftest import empty
from tests.contract.lending import example_5
from tests.handmade import Bank

pytestmark = pytest.mark.contract

CHINA, BASEL = "cn-large-exposure", "basel-lex"


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with Store(connection) as store:
        empty(store)
        apply_schema(store)
        example_5(store)
        yield store


def borrow(store: Store, key: str, amount: int) -> None:
    """X owes more."""
    bank = Bank()
    bank.node("Facility", key, limit_amount=amount, drawn_amount=amount, currency="CNY", matures_on=21_000)
    bank.link("BORROWS", "P-X", key, role="borrower")
    bank.load(store, key)


def told(store: Store, archive: Path) -> ChangesAnswer:
    return changes(store.view(), times.today(store.zone), archive)


def states(run: RunChanges) -> dict[tuple[str, str, str], tuple[str | None, str | None, str | None]]:
    return {(one.subject.id, one.rules, one.test): (one.before, one.after, one.against) for one in run.exposures}


def test_a_test_is_compared_with_the_last_run_that_made_it(store: Store, tmp_path: Path) -> None:
    first = make(store, tmp_path, rules=(CHINA,))
    second = make(store, tmp_path, rules=(BASEL,))
    borrow(store, "F-MORE", 140)
    third = make(store, tmp_path, rules=(CHINA, BASEL))
    answer = told(store, tmp_path)
    last, middle, _ = answer.runs
    assert middle.exposures == [], (
        "what is tested for the first time has not changed, what is not tested no more neither"
    )
    found = states(last)
    assert found["hand:group:GR", CHINA, "group-exposure"] == ("within", "breach", first.run_id)
    assert {against for (_, rules, _), (*_, against) in found.items() if rules == BASEL} == {second.run_id}
    assert {one for one in answer.omitted if "test" in one or "compared" in one} == {
        f"{second.run_id} did not test {CHINA}, which {first.run_id}, the run before, did: nothing is told of it",
        f"{second.run_id} tests {BASEL}, which no run since the one before that day did: nothing is told of it",
        f"{third.run_id} is compared with {first.run_id} on {CHINA}, which no run between them tested",
    }


def test_other_settings_are_said_to_make_a_difference(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path, rules=(CHINA,))
    other = make(store, tmp_path, "control.threshold=0.7", "control.sense=at_least", rules=(CHINA, "cn-related-party"))
    answer = told(store, tmp_path)
    assert {one.change for one in answer.runs[0].groups} >= {"dissolved"}
    (gone,) = {one.group.id for one in answer.runs[0].groups if one.change == "dissolved" and one.group.name == "公司X"}
    view = store.view()
    now = f"G-.* was dissolved by {other.run_id}; of the 3 members it had last"
    with pytest.raises(NotFound, match=f"{now}, .*none is in such a group now. Its history tells who was in it"):
        group(view, gone)
    told_history = history(view, gone)
    assert {member.party.party_id for member in told_history.entries[0].left} == {"P-X", "P-D", "P-E"}
    assert [one.rule for one in told_history.because] == ["groups.ended"]
    assert [(one.size, one.is_run) for one in told_history.entries] == [(None, True), (3, True)]
    narrow = store.view(scope=Scope(frozenset({"branch:none"})))
    for ask in (group, history):
        with pytest.raises(NotFound, match=f"^No group has the id .{gone}"):
            ask(narrow, gone)
    settings = "control.threshold 0.7 for 0.5, control.sense at_least for more_than"
    assert (
        f"{other.run_id} was made with other settings than the run before ({settings}): groups may differ for that reason"
    ) in answer.omitted


def test_a_group_that_went_into_another_tells_which(store: Store, tmp_path: Path) -> None:
    def found() -> set[str]:
        items = [one for key in ("P-A", "P-X") for one in party(store.view(), key).sections.groups.items]
        return {one.group_id for one in items if one.kind == "control"}

    make(store, tmp_path, rules=(CHINA,))
    before = found()
    more = Bank()
    more.link("OWNS", "P-A", "P-X", share=0.9)
    more.load(store, "bought")
    second = make(store, tmp_path, rules=(CHINA,))
    (gone,), (into,) = before - found(), found()
    with pytest.raises(NotFound, match=f"{gone} was dissolved by {second.run_id}; of the 2 members .* now 2 in {into}"):
        group(store.view(), gone)


def test_other_rule_sets_are_said_to_find_other_groups(store: Store, tmp_path: Path) -> None:
    make(store, tmp_path, rules=(CHINA, BASEL))
    other = make(store, tmp_path, rules=(BASEL,))
    same = make(store, tmp_path, rules=(BASEL,))
    omitted = told(store, tmp_path).omitted
    by = f"found connected clients by {BASEL}, the run before by {BASEL}, {CHINA}: groups may differ for that reason"
    assert f"{other.run_id} {by}" in omitted
    assert not any(same.run_id in one for one in omitted), "runs that test the same compare without a word"
