"""How fast warm paths come under load: at most 100 ms at the 99th percentile, at 10 requests a second.

Half of the questions begin with a manager, half with a party, all end with a party. One in ten is hard: between parties
at the address that thousands share and the largest holders, or from the managers of the largest books to them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import partial
from urllib.parse import urlencode

from api.services.paths import paths
from bench.bank import Bank
from bench.figures import Figure
from bench.sample import HARD_SHARE, SEED, Sample, sample
from bench.under_load import HARD, USUAL, Question, serving
from graph.store import View

DISTINCT = 600
RATE = 10.0
"""Requests a second. A page of a customer asks for no path by itself: a person does, now and then."""
LARGEST_BOOKS = 20
EVERY = 100_000
"""More managers than any bank has."""


def measure(bank: Bank) -> Iterator[Figure]:
    """The service under load, then the bare driver under the same."""
    with serving(bank) as served:
        view = served.store.view()
        managers = [row["manager_id"] for row in view.read("book/largest", most=EVERY)]
        asked = questions(sample(bank, view, DISTINCT), managers)
        yield from served.figures(f"warm paths, {RATE:.0f} requests a second", asked, {99: 100.0}, RATE)


def questions(parties: Sample, managers: Sequence[str]) -> list[Question]:
    """By a fixed seed, a tenth of them hard. managers: those of the largest books first."""
    drawn = random.Random(SEED)
    asked = []
    for i in range(DISTINCT):
        hard = i % HARD_SHARE == HARD_SHARE - 1
        start, end = drawn.sample(parties.hard if hard else parties.usual, 2)
        if drawn.random() < 0.5:
            start = drawn.choice(managers[:LARGEST_BOOKS] if hard else managers)
        address = f"/v1/paths?{urlencode({'from': start, 'to': end})}"
        asked.append(Question(address, partial(_ask, start, end), HARD if hard else USUAL))
    return asked


def _ask(start: str, end: str, view: View) -> object:
    return paths(view, start, end)
