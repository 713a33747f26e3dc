"""Which parties benches ask for: most of them at random by a fixed seed, a tenth of them in the hardest places."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from api.services.network import network
from api.services.resolve import exact
from bench.bank import Bank
from graph.store import View

SEED = 7
HARD_SHARE = 10
"""One question in ten."""
HOLDERS = 20


@dataclass(frozen=True)
class Sample:
    """Party ids. hard: who is registered at the crowded address, and the largest holders."""

    usual: list[str]
    hard: list[str]

    def questions(self, count: int) -> tuple[list[str], list[str]]:
        """(party ids, `usual` or `hard` for each): a tenth hard, evenly spread."""
        ids, kinds = [], []
        for i in range(count):
            hard = i % HARD_SHARE == HARD_SHARE - 1
            pool = self.hard if hard else self.usual
            ids.append(pool[(i // HARD_SHARE if hard else i) % len(pool)])
            kinds.append("hard" if hard else "usual")
        return ids, kinds


def sample(bank: Bank, view: View, usual: int) -> Sample:
    """So many parties at random, and the hard ones."""
    columns = view.for_run().snapshot("snapshot/parties")
    ids = np.sort(columns["party_id"])
    chosen = random.Random(SEED).sample(range(len(ids)), min(usual, len(ids)))
    return Sample(
        [str(ids[i]) for i in chosen], _hard(bank, view, dict(zip(columns["node"], columns["party_id"], strict=True)))
    )


def _hard(bank: Bank, view: View, party_of: dict[int, str]) -> list[str]:
    keys = [key for crowd in bank.manifest().crowds for key in crowd.examples]
    registered = [matches[0].party_id for matches in exact(view, dict.fromkeys(keys)).values() if matches]
    near = [
        node.id
        for party in registered
        for node in network(view, party, depth=2, kinds=["HAS_IDENTIFIER"]).nodes
        if node.kind in ("person", "company")
    ]
    nodes, counts = np.unique(view.for_run().snapshot("snapshot/stakes")["owner"], return_counts=True)
    holders = [
        party_of[int(node)] for node in nodes[np.argsort(-counts, kind="stable")[:HOLDERS]] if int(node) in party_of
    ]
    return list(dict.fromkeys([*registered, *near, *holders]))
