"""The first load of an empty embedded store by Neo4j's offline import: the same graph as over Bolt, many times as fast.

It serves only where the store is our own, empty, and used by nobody else. The files hold the load's own record, still
pending, so a process that dies after the import leaves what any dead load leaves, and the next one sweeps it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

import polars as pl

from graph import model, times
from graph.embedded import ImportFiles
from graph.embedded.progress import Progress
from graph.errors import BadInput
from graph.publishing import Work
from graph.schema import apply_schema, guanxi_version
from graph.store import Store
from graph.unfinished import this_host, this_process
from loaders.apply import identifying
from loaders.csv_files import CsvFiles
from loaders.plan import SCOPING, LinkPlan, Plan, scope_of_new
from loaders.planner import Planner
from loaders.report import LoadOptions
from loaders.staging import Staged
from loaders.stored import Stored

WORTH_IT = 200_000
"""Rows from which stopping and starting the server pays."""


def is_fresh(store: Store) -> bool:
    """Whether nothing was ever published: no load, no run, no write. (What dead ones left is swept by then.)"""
    return store.view().seq == 0


class NothingStored(Stored):
    """An empty store, as a planner sees it: a first load asks it nothing."""

    def _columns(
        self,
        name: str,  # noqa: ARG002
        schema: dict[str, type[pl.DataType]],
        total: int,  # noqa: ARG002
        **_: Any,
    ) -> pl.DataFrame:
        return pl.DataFrame(schema=schema)

    def _count(self, name: str, column: str = "nodes") -> int:  # noqa: ARG002
        return 0

    def same(self) -> pl.DataFrame:
        """See `Stored`."""
        return pl.DataFrame(schema=dict.fromkeys(("id", "from_key", "to_key"), pl.String))


class FirstPlanner(Planner):
    """Plans for an empty store: all is new, so links need not be held, only counted."""

    def _links(self) -> LinkPlan:
        plan = LinkPlan()
        for target in self._staged.targets():
            self._change(target.type).created += sum(t.height for t in self._staged.traces if t.target == target)
            if target.type in SCOPING and target.from_label == "Party":
                wanted = ["from_key", "to_key", "valid_to", "status"]
                plan.create[target] = self._staged.links(target).select(wanted).collect()
        return plan

    def _labels(self) -> list[str]:
        return []  # one after the other while they are written

    def other_labels(self) -> list[str]:
        """Labels of nodes other than parties and records."""
        return super()._labels()


def serves(store: Store, staged: Staged, options: LoadOptions) -> bool:
    """Whether the offline import may and should be used. Raises BadInput where it was asked for and cannot serve."""
    if options.bulk == "never":
        return False
    hindrance = _hindrance(store)
    if options.bulk == "always" and hindrance:
        raise BadInput(f"The offline import cannot serve: {hindrance}. Load without it.", field="bulk")
    enough = sum(trace.height for trace in staged.traces) >= WORTH_IT
    if enough and hindrance == _COMMA:
        staged.warnings.append(f"{hindrance[0].upper()}{hindrance[1:]}: this load went over Bolt, which is slower.")
    return hindrance is None and (enough or options.bulk == "always")


_COMMA = "the offline import takes no comma in the path of GUANXI_HOME"


def _hindrance(store: Store) -> str | None:
    server = store.connection.server
    if server is None:
        return "the database is not the embedded one"
    if "," in str(server.home.absolute()):
        return _COMMA
    if not is_fresh(store):
        return "the database is not empty"
    if len(server.status().users) > 1:
        return "another Guanxi process uses the database"
    return None


def import_all(store: Store, work: Work, staged: Staged, planner: FirstPlanner, progress: Progress) -> Plan:
    """Write everything as files, import them, and bring the store up again; the caller publishes.

    All of that while the database is down: it is empty, so there is nothing to ask it, and it would only take memory.
    """
    server = store.connection.server
    assert server is not None
    others = _bookkeeping_nodes(store)
    with tempfile.TemporaryDirectory(prefix="guanxi-import-", dir=server.home) as folder, work.offline():
        plans: list[Plan] = []
        server.import_full(lambda: _files(plans, Path(folder), work, staged, planner, progress), at_most_nodes=others)
        store.reconnect()
    progress.step("Making indexes")
    apply_schema(store, filled=True)
    return plans[0]


def _files(
    plans: list[Plan], folder: Path, work: Work, staged: Staged, planner: FirstPlanner, progress: Progress
) -> ImportFiles:
    """Plan, and write the files."""
    files = CsvFiles(folder, work.number)
    progress.step("Deciding who is who")
    plan = planner.plan()
    plans.append(plan)
    progress.step("Writing import files")
    _write(plan, planner, staged, files, work)
    _forget(plan, staged)
    return ImportFiles(files.nodes, files.links, files.options())


def _forget(plan: Plan, staged: Staged) -> None:
    """Give back the memory of what lies in files now: the import needs it."""
    staged.records = staged.records.clear()
    plan.records.create = plan.records.create.clear()
    plan.identifies, plan.assigned = plan.identifies.clear(), plan.assigned.clear()
    plan.links.create.clear()


def _bookkeeping_nodes(store: Store) -> int:
    return int(store.read("server/node_count", {})[0]["nodes"])


def _write(plan: Plan, planner: FirstPlanner, staged: Staged, files: CsvFiles, work: Work) -> None:
    _write_records(plan, files)
    _write_parties(plan, files, times.to_day(times.today(work.store.zone)))
    for label in planner.other_labels():
        nodes = planner._nodes(label, plan.links)
        plan.nodes[label] = nodes
        files.write_nodes(label, nodes.create)
        nodes.create = nodes.create.select(model.node_type(label).key) if nodes.create.width else nodes.create
    of_party = plan.assigned.join(files.places["Party"].rename({"key": "party_id"}), on="party_id")
    ends = files.places | {"Party": of_party.select("place", key="record_id")}
    _write_identifying(plan, files, ends["Party"])
    for target in staged.targets():
        for frames in staged.link_frames(target):
            files.write_links(target.type, frames, ends[target.from_label], ends[target.to_label])
    _write_bookkeeping(files, work)


def _write_records(plan: Plan, files: CsvFiles) -> None:
    """Nothing but what their links need is kept of records that are written: memory is tightest here."""
    files.write_nodes("SourceRecord", plan.records.create.drop("implied", strict=False))
    plan.records.create = plan.records.create.select("record_id", "source", "data_day")


def _write_parties(plan: Plan, files: CsvFiles, today: int) -> None:
    scope = scope_of_new(plan, today)
    fresh = plan.parties.create.drop("roles").join(scope, on="party_id", how="left", maintain_order="left")
    plan.parties.create = plan.parties.create.clear()
    files.write_nodes("Party", fresh)


def _write_identifying(plan: Plan, files: CsvFiles, parties: pl.DataFrame) -> None:
    found = plan.identifies.join(plan.records.create, on="record_id")
    files.write_links("IDENTIFIES", [identifying(found).drop("from", "to")], files.places["SourceRecord"], parties)


def _write_bookkeeping(files: CsvFiles, work: Work) -> None:
    """The load itself, still pending, and the counter: without them nobody could sweep what a dead process left."""
    now = times.now_ms()
    touched = [node.labels[0] for node in files.nodes] + [link.type for link in files.links]
    files.write_one(
        "LoadRun",
        {
            "load_id": work.id,
            "seq": work.number,
            "kind": work.kind,
            "state": "pending",
            "started_at": now,
            "heartbeat": now,
            "host": this_host(),
            "process": this_process(),
            "touched": sorted(set(touched)),
            **cast("dict[str, Any]", dict(work.properties)),
        },
    )
    meta = {"meta_id": "store", "schema_version": 0, "seq": work.number, "guanxi": guanxi_version()}
    files.write_one("Meta", meta)
