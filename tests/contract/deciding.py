"""Two persons who decide about links in tests."""

from __future__ import annotations

from api.services.decide import approve, propose
from graph.store import Store

FIRST, SECOND = "officer", "head of risk"


def decide(store: Store, link_id: str, decision: str, reason: str = "looked into") -> str:
    """A decision that counts: proposed by one person, approved by another. Returns its id."""
    return approve(store, propose(store, link_id, decision, reason, FIRST), SECOND)
