"""A run made again from its frozen input: equal whatever has happened since, or the first difference."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from api.services.replay import replay
from api.services.run_archive import Archive
from api.services.run_frozen import COLUMNS
from api.services.run_parameters import RunParameters, parameters_kept, read_parameters
from graph import ids
from graph.connect import Connection
from graph.errors import NotFound
from graph.store import Store
from loaders.canonical import Batch
from tests.contract.answering import fill, make
from tests.contract.loads import ask, load
from tests.handmade import Bank
from tests.loaders.given import key, links, records

pytestmark = pytest.mark.contract


@pytest.fixture
def store(connection: Connection) -> Iterator[Store]:
    with fill(connection) as store:
        yield store


def delivered(name: str, **more: str) -> list[Batch]:
    """Three companies: 1 holds 2, and 2 holds 3; 4 is another record, of the same company as 2 once both have a code."""
    two = {"key": "2", "kind": "company", "name": name, **more}
    four = {"key": "4", "kind": "company", "name": "Two again", "uscc": "U2"}
    companies = [{"key": k, "kind": "company", "name": f"Company {k}"} for k in ("1", "3")]
    held = [
        {"start": key(a), "end": key(b), "share": share, "row": f"{a}{b}"}
        for a, b, share in (("1", "2", 0.6), ("2", "3", 0.7), ("1", "4", 0.2))
    ]
    return [records(*companies, two, four), links("OWNS", *held)]


def test_a_run_is_equal_after_more_loads_a_merge_and_an_erasure(store: Store, tmp_path: Path) -> None:
    load(store, *delivered("Two"))
    make(store, tmp_path)
    report = make(store, tmp_path, "control.threshold=0.55")
    more = Bank()
    more.party("P-NEW", "新来有限公司")
    more.link("OWNS", "P-NEW", "P-TRADE", share=0.9)
    more.load(store, "more")
    assert load(store, *delivered("Two", uscc="U2")).joined_parties == 1
    ask(store, "MATCH (p:Party {party_id: $id}) DETACH DELETE p", id=ids.party_id(key("3")))
    after = make(store, tmp_path, "control.threshold=0.55")
    assert after.input_digest != report.input_digest
    for one in (report, after):
        again = replay(store, tmp_path, one.run_id)
        assert (again.equal, again.difference) == (True, None)
        assert again.rows["control"] == one.counts["control_pairs"]
        assert again.rows["groups"] == one.counts["memberships"]
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".replay")) == []


def test_bases_couples_and_kept_ids_are_replayed(store: Store, tmp_path: Path) -> None:
    bank = Bank()
    for k in ("P-1", "P-2"):
        bank.party(k, k)
    bank.link("CONTROLS", "P-1", "P-2", basis="agreement")
    bank.load(store, "declared")
    make(store, tmp_path)
    make(store, tmp_path, "control.threshold=0.99")  # its groups are dissolved: their ids are never given again
    report = make(store, tmp_path, "control.threshold=0.7", "control.family_as_one=true")
    assert report.counts["control_pairs"] == 2
    assert replay(store, tmp_path, report.run_id).equal


def change(table: str, edit: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Archive], None]:
    def apply(tables: Archive) -> None:
        path = tables.table(table)
        edit(pl.read_parquet(path)).write_parquet(path)

    return apply


@pytest.mark.parametrize(
    ("tamper", "where", "row"),
    [
        (change("control", lambda t: t.with_columns(votes=pl.col("votes") + 1)), "control", 1),
        (change("control", lambda t: t.head(t.height - 1)), "control", 5),
        (change("groups", lambda t: pl.concat([t, t.tail(1)])), "groups", 5),
        (change("changes", lambda t: t.clear()), "changes", 1),
        (change("stakes", lambda t: t.with_columns(votes=pl.col("votes") - 1)), "input digest", None),
    ],
)
def test_the_first_difference_is_told(
    store: Store, tmp_path: Path, tamper: Callable[[Archive], None], where: str, row: int | None
) -> None:
    report = make(store, tmp_path)
    tamper(Archive(tmp_path, report.run_id))
    again = replay(store, tmp_path, report.run_id)
    assert not again.equal
    assert again.difference is not None
    assert (again.difference.table, again.difference.row) == (where, row)
    assert again.difference.kept != again.difference.replayed


@pytest.mark.parametrize(("table", "column"), [("given_facilities", "item_kind"), ("exposures", "nearness")])
def test_a_run_of_an_older_guanxi_is_told_with_what_it_lacks(
    store: Store, tmp_path: Path, table: str, column: str
) -> None:
    report = make(store, tmp_path)
    change(table, lambda t: t.drop(column))(Archive(tmp_path, report.run_id))
    with pytest.raises(NotFound, match=f"{report.run_id} lacks {column} in the table {table}.*`guanxi run`"):
        replay(store, tmp_path, report.run_id)


def test_what_a_run_freezes_is_known_with_all_its_columns(store: Store, tmp_path: Path) -> None:
    tables = Archive(tmp_path, make(store, tmp_path).run_id)
    kept = {name: set(pl.read_parquet_schema(tables.table(name))) for name in COLUMNS}
    assert kept == {name: set(columns) for name, columns in COLUMNS.items()}


def test_a_result_digest_that_differs_is_told(store: Store, tmp_path: Path) -> None:
    report = make(store, tmp_path)
    ask(store, "MATCH (w:AnalysisRun {run_id: $id}) SET w.result_digest = 'another'", id=report.run_id)
    again = replay(store, tmp_path, report.run_id)
    assert again.difference is not None
    assert (again.difference.table, again.difference.kept) == ("result digest", "another")


def test_what_cannot_be_replayed(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="guanxi run"):
        replay(store, tmp_path)
    report = make(store, tmp_path)
    assert replay(store, tmp_path).run_id == report.run_id
    with pytest.raises(NotFound, match="no finished run 'run-none'"):
        replay(store, tmp_path, "run-none")
    with pytest.raises(NotFound, match="archive"):
        replay(store, tmp_path / "elsewhere", report.run_id)


def test_parameters_come_back_as_they_were_kept() -> None:
    asked = read_parameters(["control.threshold=0.333", "control.sense=at_least", "control.family_as_one=yes"])
    told = {**asked.told(), "guanxi": "0.1.0"}
    assert parameters_kept(told) == asked
    assert {f.name for f in dataclasses.fields(RunParameters)} == set(asked.told())
