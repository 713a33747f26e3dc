"""How fast one answer comes under load: the 360 and the network of depth 2, at 50 requests a second.

One question in ten is hard: a party at the address that thousands share, or one of the largest holders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from api.services.network import network
from api.services.party import party
from bench.bank import Bank
from bench.figures import Figure
from bench.sample import sample
from bench.under_load import Question, serving
from graph.store import View

DISTINCT = 600
QUESTIONS: dict[str, tuple[str, Callable[[View, str], object]]] = {
    "360": ("/v1/parties/{id}", party),
    "network, depth 2": ("/v1/parties/{id}/network?depth=2", lambda view, id: network(view, id, depth=2)),
}
LIMITS = {"360": {50: 10.0, 99: 50.0}, "network, depth 2": {99: 100.0}}


def measure(bank: Bank) -> Iterator[Figure]:
    """Each question: the service under load, then the bare driver under the same."""
    with serving(bank) as served:
        ids, kinds = sample(bank, served.store.view(), DISTINCT).questions(DISTINCT)
        for name, (path, ask) in QUESTIONS.items():
            asked = [
                Question(path.format(id=id), partial(_ask, ask, id), kind) for id, kind in zip(ids, kinds, strict=True)
            ]
            yield from served.figures(name, asked, LIMITS[name])


def _ask(ask: Callable[[View, str], object], id: str, view: View) -> object:
    return ask(view, id)
