"""The analysis run: what it writes, what it leaves alone, and what is exported."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from api.services.export import export
from api.services.party import party
from api.services.run import RunReport, run
from api.services.run_parameters import read_parameters
from graph import times
from graph.connect import Connection
from graph.errors import BadInput, NotFound
from graph.publishing import Busy, begin, loads
from graph.rollback import rollback
from graph.store import Store
from tests.contract.answering import fill
from tests.handmade import Bank

pytestmark = pytest.mark.contract


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


def make(store: Store, archive: Path, *settings: str) -> RunReport:
    return run(store, archive, read_parameters(settings), user="tester")


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
    (found,) = answer.sections.groups.items
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
    past = read_parameters(as_of=times.today() - timedelta(days=400))
    report = run(store, tmp_path, past, user="tester")
    assert not report.is_current
    assert report.counts["control_pairs"] == 5
    view = store.view()
    assert view.run_id is None
    assert party(view, "P-LOG").sections.controllers.total == 0
    here = times.today()
    assert party(view, "P-LOG").run_note == f"no run for {here}; the nearest is {report.run_id} of {past.as_of}"
    out = io.StringIO()
    assert export(view, "control", out, archive=tmp_path, run_id=report.run_id) == 5


def test_another_day_than_the_runs_names_the_nearest_run(store: Store, tmp_path: Path) -> None:
    here = times.today()
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
    yesterday = times.today() - timedelta(days=1)
    sections = party(store.view(as_of=yesterday), "P-ZHANG").sections
    told = f"; no run for {yesterday}; the nearest is {report.run_id} of {times.today()}"
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


def test_of_two_sources_the_preferred_one_counts(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    bank.node("SourceRecord", "other:x:1", table="x", key="1", priority=9, **{"source": "other"})
    bank.link("OWNS", "P-LIN", "P-HOLD", share=0.9, source="other")
    bank.load(store, "other")
    report = make(store, tmp_path)
    assert report.counts["holdings_of_other_sources"] == 1
    assert "P-CHEN,P-HOLD,0.51,direct,1" in table(store, "control", tmp_path)


def test_a_failed_run_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("stopped")

    monkeypatch.setattr("api.services.run._publish", broken)
    with pytest.raises(RuntimeError, match="stopped"):
        make(store, tmp_path)
    assert list(tmp_path.iterdir()) == []
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
        run(store, tmp_path, read_parameters(known_on=times.today() + timedelta(days=2)), user="tester")
