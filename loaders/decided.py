"""What persons decided about links that a load opens: those that come back, and new rows that say the same.

A decision binds to type, ends and basis of a link, and holds where shares and amounts are those that it was made on.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from graph import model
from loaders.stored import Stored

_NEW = {"id": pl.String, "status_decided": pl.String, "decided": pl.String}


def as_decided(stored: Stored, link_type: str, fresh: pl.DataFrame, carried: list[dict[str, str]]) -> pl.DataFrame:
    """Links to open, with the status that persons gave them. carried: told of links that a decision on another holds
    for."""
    decisions = stored.decisions(link_type) if link_type in model.DECIDED_ON and fresh.height else []
    if not decisions:
        return fresh
    link = model.link_type(link_type)
    asked = _asked(link, fresh, decisions)
    found = {row["id"]: row for row in stored.rows(f"plan/decided_links[{link_type}]", sorted(set(asked.values())))}
    rows = []
    for row in fresh.filter(pl.col("id").is_in(list(asked))).iter_rows(named=True):
        before = found.get(asked[row["id"]])
        if before is None or before["figures"] != [row.get(name) for name in link.figures]:
            continue
        rows.append((row["id"], before["status"], before["decided"]))
        if asked[row["id"]] != row["id"]:
            carried.append({"decision_id": before["decided"], "link_id": row["id"]})
    told = fresh.join(pl.DataFrame(rows, _NEW, orient="row"), on="id", how="left", maintain_order="left")
    was = pl.when(pl.col("decided").is_not_null()).then("status")
    return told.with_columns(stated=was, status=pl.coalesce("status_decided", "status")).drop("status_decided")


def _asked(link: model.LinkType, fresh: pl.DataFrame, decisions: list[dict[str, Any]]) -> dict[str, str]:
    """By link to open the link that may carry a decision on it: itself, or one with the same ends and basis."""
    is_told = link.basis is not None and link.basis in fresh.columns
    basis = pl.col(link.basis or "").fill_null("") if is_told else pl.lit("")
    keyed = fresh.select("id", "from_key", "to_key", basis=basis)
    bound = [(d["from_key"], d["to_key"], d["basis"], id) for d in decisions for id in d["link_ids"]]
    columns = dict.fromkeys(("from_key", "to_key", "basis", "decided_id"), pl.String)
    same = keyed.join(pl.DataFrame(bound, columns, orient="row"), on=["from_key", "to_key", "basis"])
    asked = dict(same.sort("id", "decided_id").select("id", "decided_id").iter_rows())
    itself = {id for *_, id in bound}
    return asked | {id: id for id in keyed["id"].to_list() if id in itself}
