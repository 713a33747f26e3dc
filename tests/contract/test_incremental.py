"""An incremental run reads again what was written since, and finds what a full run finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.services.opening_tables import TABLES as OPENINGS
from api.services.run import SNAPSHOT, RunReport, run
from api.services.run_figures import TABLES as FIGURES
from api.services.run_figures import find_figures
from api.services.run_openings import find_openings
from api.services.run_parameters import read_parameters
from graph import times
from graph.connect import Connection
from graph.links import change_link
from graph.publishing import begin, loads, small_write
from graph.rollback import rollback
from graph.store import Store
from tests.contract.answering import fill
from tests.contract.loads import ask, load
from tests.handmade import Bank
from tests.loaders.given import key, links, records

pytestmark = pytest.mark.contract

PARTIES = [f"P-{n}" for n in range(6)]


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


@pytest.fixture
def compare(store: Store, tmp_path: Path) -> Callable[[], RunReport]:
    """Both runs over what is known now; the full one keeps its columns elsewhere, so that it mends nothing."""

    def both() -> RunReport:
        parameters = read_parameters(())
        mine = run(store, tmp_path / "mine", parameters, user="tester", incremental=True)
        whole = run(store, tmp_path / "whole", parameters, user="tester")
        assert (mine.input_digest, mine.result_digest) == (whole.input_digest, whole.result_digest)
        return mine

    return both


def company(*names: str, share: float = 0.6, until: int = times.UNTIL_FURTHER) -> Bank:
    """Companies, each holding the next."""
    bank = Bank()
    for name in names:
        bank.party(name, f"{name} Ltd")
    for one, other in pairwise(names):
        bank.link("OWNS", one, other, share=share, valid_to=until)
    return bank


def test_what_nobody_wrote_is_not_read_again(store: Store, compare: Callable[[], RunReport]) -> None:
    assert compare().counts["snapshots_kept"] == 0
    compare()  # nothing of what the run before wrote is written again
    again = compare().counts
    company("P-A", "P-B").load(store, "more")
    after = compare().counts
    assert again["snapshots_kept"] > after["snapshots_kept"] > 10
    assert (again["tables_taken_over"], after["tables_taken_over"]) == (24, 1)


def test_a_first_incremental_run_says_that_it_read_everything(store: Store, compare: Callable[[], RunReport]) -> None:
    assert any("read everything again" in one for one in compare().warnings)
    assert not any("read everything again" in one for one in compare().warnings)


def test_loads_joins_and_rollbacks_are_noticed(store: Store, compare: Callable[[], RunReport]) -> None:
    def deliver(share: float, uscc: str) -> None:
        companies = [{"key": k, "kind": "company", "name": f"Company {k}", "uscc": uscc + k} for k in ("1", "2")]
        twin = {"key": "3", "kind": "company", "name": "Two again", "uscc": "U2"}
        held = {"start": key("1"), "end": key("2"), "share": share, "row": "12"}
        less = {"start": key("1"), "end": key("3"), "share": 0.2, "row": "13"}
        load(store, records(*companies, twin), links("OWNS", held, less))

    found = [compare().input_digest]
    for share, uscc in ((0.4, "V"), (0.6, "V"), (0.6, "U")):
        deliver(share, uscc)
        found.append(compare().input_digest)
    rollback(store, next(row["load_id"] for row in loads(store) if row["kind"] == "load"), "tester")
    found.append(compare().input_digest)
    assert len(set(found)) == len(found) - 1
    assert found[-1] == found[-3]


@pytest.mark.parametrize("held", ["2", "3"])
def test_the_groups_of_a_joined_party_are_those_of_whom_it_was_joined_into(
    store: Store, compare: Callable[[], RunReport], held: str
) -> None:
    """One of the two held is joined into the one that is in no group: which of them goes on, ids decide."""
    for same in ("3", "2"):
        companies = [{"key": k, "kind": "company", "name": f"Company {k}", "uscc": f"U{k}"} for k in ("1", "2")]
        twin = {"key": "3", "kind": "company", "name": "Two again", "uscc": f"U{same}"}
        owned = {"start": key("1"), "end": key(held), "share": 0.6, "row": "12"}
        load(store, records(*companies, twin), links("OWNS", owned))
        compare()
        tokens_are_those_of_the_groups(store)


def test_a_group_goes_by_the_name_that_its_head_has_now(store: Store, compare: Callable[[], RunReport]) -> None:
    for name in ("One", "One more"):
        companies = [{"key": k, "kind": "company", "name": told} for k, told in (("1", name), ("2", "Two"))]
        load(store, records(*companies), links("OWNS", {"start": key("1"), "end": key("2"), "share": 0.6, "row": "12"}))
        compare()
        names = ask(store, "MATCH (g:Group {kind: 'control'}) RETURN g.name AS name")
        assert [row["name"] for row in names if row["name"].startswith("One")] == [name]


def test_a_persons_write_is_noticed(store: Store, compare: Callable[[], RunReport]) -> None:
    company("P-A", "P-B").load(store, "more")
    before = compare()
    (link,) = ask(store, "MATCH ({party_id: 'P-A'})-[r:OWNS]->() RETURN r.id AS id")
    rebut = partial(change_link, link_id=link["id"], changes={"status": "rebutted"})
    small_write(store, "officer", rebut, "decision")
    after = compare()
    assert after.input_digest != before.input_digest
    assert after.counts["snapshots_kept"] > 0


def test_a_run_over_the_past_in_between_takes_nothing_away(
    store: Store, compare: Callable[[], RunReport], tmp_path: Path
) -> None:
    compare()
    taken = [compare().counts["tables_taken_over"] for _ in range(2)][-1]
    yesterday = times.today(store.zone) - timedelta(days=1)
    run(store, tmp_path / "mine", read_parameters((), as_of=yesterday), user="tester")
    assert taken > 0
    assert compare().counts["tables_taken_over"] == taken


def test_a_full_run_puts_tokens_right(store: Store, tmp_path: Path) -> None:
    run(store, tmp_path, read_parameters(()), user="tester")
    ask(store, "MATCH (p:Party) WHERE EXISTS { (p)-[:MEMBER_OF]->(:Group) } SET p.scope = ['branch:B']")
    run(store, tmp_path, read_parameters(()), user="tester")
    tokens_are_those_of_the_groups(store)


def test_after_a_write_that_does_not_tell_what_it_wrote_everything_is_read(
    store: Store, compare: Callable[[], RunReport]
) -> None:
    compare()
    small_write(store, "officer", lambda _tx: None, "a note")
    ask(store, "MATCH (w:LoadRun {kind: 'write'}) REMOVE w.touched")
    assert compare().counts["snapshots_kept"] == 0


def test_a_load_that_ends_after_the_run_is_noticed(store: Store, compare: Callable[[], RunReport]) -> None:
    before = compare()
    with begin(store, "load", user="tester", properties={"mapping": "late"}) as work:
        work.write_many(
            "write/create_nodes[Party]",
            [{"key": "P-LATE", "labels": ["Company"], "properties": {"name": "Late"}}],
            touches="Party",
        )
        work.publish()
    assert compare().counts["parties"] == before.counts["parties"] + 1


def test_a_link_that_ends_by_itself_is_noticed(
    store: Store, compare: Callable[[], RunReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = times.today(store.zone) + timedelta(days=1)
    company("P-A", "P-B", until=times.to_day(tomorrow)).load(store, "more")
    before = compare()
    on(monkeypatch, tomorrow)
    after = compare()
    assert after.counts["control_pairs"] == before.counts["control_pairs"] - 1
    on(monkeypatch, tomorrow + timedelta(days=1))
    assert compare().counts["snapshots_kept"] > after.counts["snapshots_kept"]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Let the bank's today be another day."""
    monkeypatch.setattr(times, "today", lambda _zone: day)


@pytest.mark.parametrize("damage", ["no index", "index", "columns"])
def test_damaged_columns_are_read_again(
    store: Store, compare: Callable[[], RunReport], tmp_path: Path, damage: str
) -> None:
    kept = [compare().counts["snapshots_kept"] for _ in range(3)][-1]
    folder = tmp_path / "mine" / SNAPSHOT
    if damage == "no index":
        (folder / "index.json").unlink()
    elif damage == "index":
        (folder / "index.json").write_text('{"a": 3')
    else:
        for path in folder.glob("*.parquet"):
            path.write_bytes(path.read_bytes()[:100])
    assert compare().counts["snapshots_kept"] < kept
    assert compare().counts["snapshots_kept"] == kept


def test_columns_of_another_store_are_not_used(store: Store, compare: Callable[[], RunReport]) -> None:
    compare()
    ask(store, "MATCH (p:Published) SET p.at = p.at + 1")
    assert compare().counts["snapshots_kept"] == 0


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["OWNS", "GUARANTEES", "KIN_OF", "DEPENDS_ON", "CONTROLS"]),
            st.sampled_from(PARTIES),
            st.sampled_from(PARTIES),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_change_is_noticed(
    store: Store, compare: Callable[[], RunReport], changes: list[tuple[str, str, str]]
) -> None:
    own: dict[str, dict[str, Any]] = {
        "OWNS": {"share": 0.3},
        "GUARANTEES": {"amount": 5, "currency": "CNY"},
        "KIN_OF": {"relation": "spouse"},
        "DEPENDS_ON": {"criterion": "receipts"},
        "CONTROLS": {"basis": "agreement"},
    }
    for kind, one, other in changes:
        bank = company(*PARTIES, share=0.01)
        bank.link(kind, one, other, **own[kind])
        bank.load(store, kind)
        compare()
        tokens_are_those_of_the_groups(store)


def tokens_are_those_of_the_groups(store: Store) -> None:
    rows = ask(
        store,
        "MATCH (p:Party) WHERE p.joined_into IS NULL "
        "RETURN p.party_id AS party_id, [token IN coalesce(p.scope, []) WHERE token STARTS WITH 'group:'] AS held, "
        "COLLECT { MATCH (p)-[r:MEMBER_OF {seq_out: $open}]->(g:Group) WHERE g.kind IN ['control', 'connected'] "
        "RETURN DISTINCT 'group:' + g.group_id } AS due",
        open=times.OPEN_SEQ,
    )
    assert [row for row in rows if sorted(row["held"]) != sorted(row["due"])] == []
    assert any(row["due"] for row in rows)


def test_openings_and_figures_are_taken_over_until_something_they_follow_from_differs(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, made, added = tmp_path / "mine", list[int](), list[int]()
    monkeypatch.setattr("api.services.run_compute.find_openings", partial(_counted, find_openings, made))
    monkeypatch.setattr("api.services.run_compute.find_figures", partial(_counted, find_figures, added))

    def again() -> tuple[int, int]:
        """How often openings were found, and figures added up, for an incremental run that is as a full one."""
        made.clear()
        added.clear()
        parameters = read_parameters(())
        mine = run(store, folder, parameters, user="tester", incremental=True)
        often = len(made), len(added)
        whole = run(store, tmp_path / "whole", parameters, user="tester")
        assert mine.result_digest == whole.result_digest
        for name in (*OPENINGS, *FIGURES):
            one, other = (
                pl.read_parquet(at / f"{name}.parquet")
                for at in (folder / mine.run_id, tmp_path / "whole" / whole.run_id)
            )
            assert one.equals(other), name
        return often

    assert again() == (1, 1)
    assert pl.read_parquet(max(folder.glob("*/openings.parquet"))).height
    assert again() == (0, 0)
    company("P-A", "P-B", share=0.03).load(store, "little")  # no group comes of it, but two parties more
    assert again() == (1, 1)
    held = ask(store, "MATCH (p:Party)-[r:HOLDS]->() RETURN r.id AS id ORDER BY id")[0]["id"]
    small_write(store, "officer", partial(change_link, link_id=held, changes={"status": "rebutted"}), "decision")
    assert again() == (1, 1)
    assert again() == (0, 0)
    bank = Bank()
    bank.link("OWNS", "P-B", "P-A", share=0.03)
    bank.load(store, "held")
    assert again() == (0, 0)
    bank.link("OWNS", "P-B", "P-A", share=0.9)
    bank.load(store, "held more")
    assert again() == (1, 0)
    on(monkeypatch, times.today(store.zone) + timedelta(days=1))
    assert again() == (1, 1)


def _counted(find: Callable[..., Any], calls: list[int], *given: Any, **more: Any) -> Any:
    calls.append(1)
    return find(*given, **more)
