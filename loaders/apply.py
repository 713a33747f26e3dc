"""Writing a plan over Bolt under a number: nodes, links, moves, closings, and last the attributes of known nodes.

Several transactions are on their way at once, so that the server works while the next rows are packed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any

import polars as pl

from graph import model, times
from graph.nodes import as_changes, came_back
from graph.publishing import Work
from graph.scopes import LINKED, linked
from graph.store import Row, Tx
from loaders.canonical import LinkTarget
from loaders.link_ids import link_ids
from loaders.plan import LinkPlan, NodePlan, Plan, changed_row, scope_of_new
from loaders.stored import Stored

BATCH = 5_000
AT_ONCE = 2
DERIVED = frozenset(link.type for link in model.LINKS if link.origin is model.Origin.DERIVED)
FOUND = "DEPENDS_ON"
"""Loaded links that runs find too; those name their ends by party ids, and a person may have decided on them."""
Advance = Callable[[int], None]


class Writer:
    """Sends batches, a few transactions at once; `drain` waits for them. Any failure is raised there or earlier."""

    def __init__(self, work: Work, advance: Advance | None = None) -> None:
        self.store = work.store
        self._work, self._advance = work, advance
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="writer")
        self._under_way: set[Future[None]] = set()
        self.returned: dict[str, list[dict[str, Any]]] = {}
        """By label the rows of nodes that came back: their attributes are changed last."""

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=kind is not None)

    @property
    def number(self) -> int:
        """The number that is written under."""
        return self._work.number

    def send(self, name: str, rows: Sequence[dict[str, Any]], touches: str) -> None:
        """Have one batch written."""
        if len(self._under_way) > AT_ONCE:
            self._settle(wait(self._under_way, return_when=FIRST_COMPLETED).done)
        self._under_way.add(self._pool.submit(self._write, name, rows, touches))

    def send_all(self, name: str, rows: Sequence[dict[str, Any]], touches: str, alone: bool = False) -> None:
        """Have rows written in batches. alone: one after the other, where several would wait for each other's nodes."""
        for start in range(0, len(rows), BATCH):
            self.send(name, rows[start : start + BATCH], touches)
            if alone:
                self.drain()

    def drain(self) -> None:
        """Wait until all is written."""
        self._settle(wait(self._under_way).done)

    def _settle(self, done: set[Future[None]]) -> None:
        self._under_way -= done
        for one in done:
            one.result()

    def _write(self, name: str, rows: Sequence[dict[str, Any]], touches: str) -> None:
        if not rows:
            return
        answer = self._work.transact(lambda tx: tx.run(name, rows=rows)[0], [touches])
        assert answer["done"] == len(rows) or not name.startswith(("write/create_", "write/make_")), (
            f"{name}: {answer['done']} of {len(rows)}"
        )
        if answer.get("back"):
            self.returned.setdefault(touches, []).extend(came_back(rows, answer["back"]))
        if self._advance:
            self._advance(len(rows))


def rows_of(frame: pl.DataFrame, plain: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """Batches of rows: the columns of `plain` as they are, all others as one map `properties`."""
    empty = [n for n, kind in frame.schema.items() if isinstance(kind, pl.List) and n not in plain]
    frame = frame.with_columns(pl.when(pl.col(n).list.len() > 0).then(pl.col(n)) for n in empty)
    own = [n for n in frame.columns if n not in plain]
    shaped = frame.select(*plain, properties=pl.struct(own) if own else pl.lit({}))
    for part in shaped.iter_slices(BATCH):
        yield part.to_dicts()


def apply(plan: Plan, work: Work, stored: Stored, advance: Advance | None = None) -> None:
    """Write all of a plan; the caller publishes. Raises Conflict where the number was swept meanwhile."""
    with Writer(work, advance) as writer:
        _make_nodes(plan, writer)
        writer.drain()
        _identify(plan, writer)
        _write_links(plan, writer)
        writer.drain()
        _move(plan, writer, stored)
        _close_links(plan.links, writer)
        _close_nodes(plan, writer, stored)
        writer.drain()
        _set_attributes(plan, writer, stored)
        writer.drain()


def _make_nodes(plan: Plan, writer: Writer) -> None:
    _make("SourceRecord", plan.records, writer)
    for label, nodes in plan.nodes.items():
        _make(label, nodes, writer)
    fresh = plan.parties.create
    if fresh.is_empty():
        return
    scope = scope_of_new(plan, times.to_day(times.today(writer.store.zone)))
    frame = fresh.drop("roles").join(scope, on="party_id", how="left", maintain_order="left")
    frame = frame.rename({"party_id": "key"}).with_columns(joined_into=pl.lit(None, pl.String))
    for rows in rows_of(frame, ["key", "labels"]):
        writer.send("write/create_nodes[Party]", rows, "Party")


def _make(label: str, nodes: NodePlan, writer: Writer) -> None:
    if nodes.create.is_empty():
        return
    key = model.node_type(label).key  # a property may be called `key` too: the node's own goes by another name first
    frame = nodes.create.drop("implied", strict=False).rename({key: "__key"})
    for rows in rows_of(frame, ["__key"]):
        shaped = [{"key": row["__key"], "properties": row["properties"]} for row in rows]
        writer.send(f"write/make_nodes[{label}]", shaped, label)


def _identify(plan: Plan, writer: Writer) -> None:
    found = plan.identifies.join(plan.records.create.select("record_id", "source", "data_day"), on="record_id")
    for rows in rows_of(identifying(found), ["from", "to"]):
        writer.send("write/create_links[IDENTIFIES:SourceRecord:Party]", rows, "IDENTIFIES")


def identifying(found: pl.DataFrame) -> pl.DataFrame:
    """The links of new records to their parties, from `record_id`, `party_id`, `by`, `source`, `data_day`."""
    none = pl.lit("")
    keys = found.select(from_key="record_id", to_key="record_id", row_key=none)
    return found.select(
        pl.col("record_id").alias("from"),
        pl.col("party_id").alias("to"),
        link_ids("IDENTIFIES", keys, None),
        from_key="record_id",
        to_key="record_id",
        row_key=none,
        source="source",
        data_day="data_day",
        by="by",
        valid_from=pl.lit(times.SINCE_EVER, pl.Int64),
        valid_to=pl.lit(times.UNTIL_FURTHER, pl.Int64),
        status=pl.lit("confirmed"),
    )


def _write_links(plan: Plan, writer: Writer) -> None:
    writer.send_all("plan/carry_decisions", plan.links.carried, "Decision")
    for what, by_target in (("replace_links", plan.links.replace), ("create_links", plan.links.create)):
        for target, frame in by_target.items():
            if frame.is_empty():
                continue
            ends = with_ends(frame, target, plan.assigned)
            for rows in rows_of(ends, ["from", "to"]):
                name = f"write/{what}[{target.type}:{target.from_label}:{target.to_label}]"
                writer.send(name, rows, target.type)


def with_ends(frame: pl.DataFrame, target: LinkTarget, assigned: pl.DataFrame) -> pl.DataFrame:
    """A frame of links with `from` and `to`, the keys of the nodes their source keys stand for."""
    for end, label in (("from", target.from_label), ("to", target.to_label)):
        if label == "Party":
            keys = assigned.select(pl.col("record_id").alias(f"{end}_key"), pl.col("party_id").alias(end))
            frame = frame.join(keys, on=f"{end}_key", how="left", maintain_order="left")
        else:
            frame = frame.with_columns(pl.col(f"{end}_key").alias(end))
    assert not any(frame[end].has_nulls() for end in ("from", "to")), f"{target} names unknown ends"
    return frame


def _move(plan: Plan, writer: Writer, stored: Stored) -> None:
    """Links that name a moved record, and the derived ones of a party joined into another, go where it went."""
    if plan.moved.is_empty():
        return
    went = dict(plan.moved.select("record_id", "party_id").iter_rows())
    into = dict(plan.joined.select("party_id", "into").iter_rows())
    old = plan.moved["current_party"].unique().to_list()
    new = plan.moved["party_id"].unique().to_list()
    element = {row["party_id"]: row["element"] for row in stored.rows("plan/elements", [*old, *new])}
    party_of = {e: p for p, e in element.items()}
    have = {(r["type"], r["party_id"], r["outgoing"], r["other"]) for r in stored.rows("plan/links_to_move", new)}
    moves: dict[str, dict[str, dict[str, Any]]] = {}
    close: dict[str, set[str]] = {}
    for row in stored.rows("plan/links_to_move", old):
        kind, one = row["type"], row["element"]
        ends = [row["from_element"], row["to_element"]]
        by_run = kind == FOUND and row["from_key" if row["outgoing"] else "to_key"] == row["party_id"]
        if kind in DERIVED or by_run:
            goes = into.get(row["party_id"])
            if goes is None:
                continue
            if not by_run and (kind, goes, row["outgoing"], row["other"]) in have:
                close.setdefault(kind, set()).add(one)
                continue
            now = moves.get(kind, {}).get(one, {"from": ends[0], "to": ends[1]})
            now["from" if row["outgoing"] else "to"] = element[goes]
            moves.setdefault(kind, {})[one] = {"element": one, **now}
            continue
        starts = went.get(row["from_key"]) if kind != "IDENTIFIES" and ends[0] in party_of else None
        stops = went.get(row["to_key"]) if ends[1] in party_of else None
        now = {"from": element.get(starts or "", ends[0]), "to": element.get(stops or "", ends[1])}
        if [now["from"], now["to"]] != ends:
            moves.setdefault(kind, {})[one] = {"element": one, **now}
    for kind, found in moves.items():
        writer.send_all(f"write/move_links[{kind}]", list(found.values()), kind, alone=True)
        plan.changes.setdefault(kind, type(plan.changes["Party"])()).moved += len(found)
    for kind, elements in close.items():
        writer.send_all(f"write/close_elements[{kind}]", [{"element": e} for e in sorted(elements)], kind, alone=True)
    writer.drain()


def move_late(plan: Plan, tx: Tx) -> None:
    """What persons have linked to parties since these were joined into others goes to the others, too.

    tx: that which publishes the load. Small writes wait until it has ended, so nothing comes later.
    """
    into = dict(plan.joined.select("party_id", "into").iter_rows())
    if not into:
        return
    tx.run("publishing/next_number")  # its lock makes small writes wait
    late = tx.run("plan/links_to_move", rows=[{"key": party_id} for party_id in into])
    if not late:
        return
    wanted = {row["party_id"] for row in late} | {into[row["party_id"]] for row in late}
    element = {row["party_id"]: row["element"] for row in tx.run("plan/elements", rows=[{"key": p} for p in wanted])}
    goes = {element[row["party_id"]]: element[into[row["party_id"]]] for row in late}
    moves: dict[str, dict[str, Row]] = {}
    for row in late:
        start, end = row["from_element"], row["to_element"]
        link = {"element": row["element"], "from": goes.get(start, start), "to": goes.get(end, end)}
        moves.setdefault(row["type"], {})[row["element"]] = link
    tx.run("publishing/heartbeat", number=tx.number, touched=sorted(moves))
    for kind, links in moves.items():
        tx.rows(f"write/move_links[{kind}]", list(links.values()))


def _close_links(links: LinkPlan, writer: Writer) -> None:
    for kind, frame in links.close.items():
        if frame.height:
            writer.send_all(f"write/withdraw_links[{kind}]", frame.to_dicts(), kind, alone=True)


def _close_nodes(plan: Plan, writer: Writer, stored: Stored) -> None:
    """Nodes that are gone.

    What a person or run still links to a record or party is closed with it, but what has come since to a party that is
    joined into another goes there (`move_late`). Another node that somebody has linked to meanwhile stays.
    """
    writer.drain()
    joined = set(plan.joined["party_id"])
    gone = {"SourceRecord": plan.records.close, "Party": plan.parties.close}
    for label, keys in gone.items():
        if not keys:
            continue
        left: dict[str, list[dict[str, str]]] = {}
        for row in stored.rows(f"plan/links_at_nodes[{label}]", keys):
            if row["key"] in joined and row["seq_in"] > writer.number:
                continue
            left.setdefault(row["id"].rsplit("-", 1)[0], []).append({"id": row["id"]})
        for kind, rows in left.items():
            writer.send_all(f"write/withdraw_links[{kind}]", rows, kind, alone=True)
        writer.send_all(f"publishing/close_nodes[{label}]", [{"key": k} for k in keys], label, alone=True)
    for label, nodes in plan.nodes.items():
        writer.send_all(f"write/close_unnamed[{label}]", [{"key": k} for k in nodes.close], label, alone=True)


def _set_attributes(plan: Plan, writer: Writer, stored: Stored) -> None:
    """One change a node, also of one that came back: its Version keeps all that this load replaces."""
    planned = {"SourceRecord": plan.records, "Party": plan.parties} | plan.nodes
    for label, nodes in planned.items():
        rows = [*nodes.change, *as_changes(writer.store, label, writer.returned.get(label, []))]
        if label == "Party":
            rows = _with_scope(plan, rows, stored, times.to_day(times.today(writer.store.zone)))
        writer.send_all(f"write/set_attributes[{label}]", rows, label)


def _with_scope(plan: Plan, changes: list[dict[str, Any]], stored: Stored, today: int) -> list[dict[str, Any]]:
    """The changes of parties, with the tokens of those whose branch or manager is another now."""
    by_key = {row["key"]: row for row in changes}
    for row in stored.rows("plan/scope_tokens", plan.rescope, day=today):
        key, before = row["party_id"], row["scope"]
        change = by_key.get(key) or changed_row(key, {}, {})
        is_back = "scope" in change["values"]
        kept = [t for t in before if t.split(":", 1)[0] not in LINKED and not is_back]
        now = sorted({*kept, *linked(row)})
        if is_back or now != sorted(before):
            old = json.loads(change["old"]) | {"scope": before}
            by_key[key] = change | {
                "values": change["values"] | {"scope": now},
                "old": json.dumps(old, ensure_ascii=False),
            }
    return list(by_key.values())
