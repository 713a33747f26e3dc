"""Changing one link by a person's write: the open version is closed and a new one opened, never overwritten."""

from __future__ import annotations

from typing import Any

from graph import model, times
from graph.errors import Conflict, NotFound
from graph.store import Row, Tx


def find_link(tx: Tx, link_id: str) -> Row:
    """The latest version of a link, locked: `seq_in`, `seq_out`, `unpublished`, `properties`, `from_id`, `to_id`.

    Raises NotFound for an unknown id.
    """
    kind = type_of(link_id)
    rows = tx.run(f"write/latest_version[{kind}]", id=link_id) if kind else []
    if not rows:
        raise NotFound(f"There is no link {link_id[:80]!r}.", field="id", value=link_id[:80])
    return rows[0]


def type_of(link_id: str) -> str | None:
    """The type that a link's id begins with, or None where the model has none of that name."""
    kind = link_id.rsplit("-", 1)[0]
    return kind if any(link.type == kind for link in model.LINKS) else None


def change_link(tx: Tx, link_id: str, changes: dict[str, Any] | None) -> None:
    """Close the open version of a link under the writing number and open one with `changes`; None only closes it.

    Raises NotFound for an unknown id, Conflict where a load that is still going on has closed or replaced the link, or
    where nothing of it is open any more.
    """
    link = find_link(tx, link_id)
    if link["unpublished"]:
        raise being_changed(link_id)
    kind = type_of(link_id)
    is_open = link["seq_out"] == times.OPEN_SEQ
    if not is_open or tx.rows(f"write/close_links[{kind}]", [{"id": link_id, "seq_in": link["seq_in"]}]) != 1:
        raise _unchanged(link_id, "it is closed")
    if changes is not None:
        tx.rows(f"write/continue_links[{kind}]", [{"id": link_id, "seq_in": link["seq_in"], "changes": changes}])


def being_changed(link_id: str) -> Conflict:
    """That an unpublished number has closed or opened the link."""
    return _unchanged(link_id, "a load or run that is not yet published is changing it")


def _unchanged(link_id: str, reason: str) -> Conflict:
    return Conflict(f"The link {link_id} cannot be changed: {reason}. Read it again later.")
