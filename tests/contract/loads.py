"""What a loading test asks the store: everything there is, and what is seen at a number."""

from __future__ import annotations

from typing import Any

from graph import model
from graph.errors import BadInput
from graph.store import Store
from loaders.canonical import Batch
from loaders.engine import GivenBatches, load_reading
from loaders.report import LoadOptions, LoadReport


def load(store: Store, *batches: Batch, **options: Any) -> LoadReport:
    """Load hand-made batches as the user `tester`."""
    return load_reading(store, GivenBatches(batches), LoadOptions(user="tester", **options))


def ask(store: Store, cypher: str, **params: Any) -> list[dict[str, Any]]:
    records, _, _ = store.driver.execute_query(cypher, params, database_=store.connection.database)
    return [dict(r) for r in records]


def contents(store: Store, *, numbers: bool = True) -> dict[str, list[Any]]:
    """All nodes and links that loads make, bookkeeping left out. numbers: with the numbers that made and closed them."""
    kept = [n.label for n in model.versioned_nodes()]
    left = set() if numbers else {"seq_in", "seq_out", "absent"}
    nodes = ask(
        store,
        "MATCH (n) WHERE any(l IN labels(n) WHERE l IN $kept) RETURN labels(n) AS l, properties(n) AS p",
        kept=kept,
    )
    links = ask(
        store,
        "MATCH (a)-[r]->(b) RETURN type(r) AS t, properties(r) AS p,"
        " coalesce(a.party_id, a.record_id, a.account_id) AS a, coalesce(b.party_id, b.branch_id, b.account_id) AS b",
    )
    plain = [(sorted(n["l"]), _values(n["p"], left)) for n in nodes]
    return {
        "nodes": sorted(plain, key=repr),
        "links": sorted(((r["t"], r["a"], r["b"], _values(r["p"], left)) for r in links), key=repr),
    }


def _values(properties: dict[str, Any], left: set[str]) -> list[tuple[str, Any]]:
    return sorted((k, v) for k, v in properties.items() if k not in left)


def seen(store: Store, **at: Any) -> list[tuple[Any, ...]]:
    """Every link of a view, whatever its day and status: type, id, ends, share and amount. Exactly what is known."""
    view = store.view(**at)
    rows = ask(
        store,
        "MATCH (a)-[r]->(b) WHERE r.seq_in <= $seq AND NOT r.seq_in IN $pending"
        " AND (r.seq_out > $seq OR r.seq_out IN $pending)"
        " RETURN type(r) AS t, r.id AS id, r.from_key AS f, r.to_key AS g, r.share AS s, r.status AS st,"
        " coalesce(a.party_id, a.record_id) AS a, coalesce(b.party_id, b.branch_id) AS b",
        seq=view.seq,
        pending=list(view.pending),
    )
    return sorted((tuple(r.values()) for r in rows), key=repr)


def numbers(store: Store) -> list[int]:
    """Every number that was published."""
    return [r["seq"] for r in ask(store, "MATCH (p:Published) RETURN p.seq AS seq ORDER BY seq")]


def history(store: Store) -> dict[int, list[tuple[Any, ...]]]:
    """What is seen at each published number."""
    return {number: seen(store, seq=number) for number in numbers(store)}


def shares(store: Store, **at: Any) -> dict[tuple[str, str], float | None]:
    """Holdings of a view by the source keys of their ends."""
    return {(r[2], r[3]): r[4] for r in seen(store, **at) if r[0] == "OWNS"}


def party_of(store: Store, record_id: str) -> str | None:
    """The party that a record identifies now."""
    rows = ask(
        store,
        "MATCH (:SourceRecord {record_id: $id})-[r:IDENTIFIES]->(p:Party) WHERE r.seq_out = 9007199254740991"
        " RETURN p.party_id AS party",
        id=record_id,
    )
    return rows[0]["party"] if rows else None


def party(store: Store, party_id: str) -> dict[str, Any]:
    """A party's properties, with its labels under `labels`."""
    rows = ask(store, "MATCH (p:Party {party_id: $id}) RETURN properties(p) AS p, labels(p) AS l", id=party_id)
    if not rows:
        raise BadInput(f"no party {party_id}")
    return {**rows[0]["p"], "labels": sorted(set(rows[0]["l"]) - {"Party"})}
