"""Openings beside other answers: the section of a 360, and the next ones of a manager's book."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from api.services.book_answer import BookAnswer, NextOpenings
from api.services.known import parties_seen
from api.services.opening_answer import OpeningTold
from api.services.openings import KeptOpenings, party_openings
from api.services.party_answer import PartyAnswer, Section
from graph.errors import NotFound
from graph.store import View

MOST_NEXT = 20
"""Openings told of a book."""


def with_openings(view: View, archive: Path, answer: PartyAnswer) -> PartyAnswer:
    """A 360 with its openings, or why there are none."""
    try:
        found = party_openings(view, archive, answer.party_id)
    except NotFound as error:
        section = Section[OpeningTold](items=[], total=0, sources=[], empty=str(error))
    else:
        items = found.openings
        section = Section(items=items, total=len(items), sources=[], empty=found.empty)
        answer.because += found.because if items else []
    answer.sections.openings = section
    return answer


def with_next(view: View, archive: Path, answer: BookAnswer) -> BookAnswer:
    """A book with the best openings of all its customers, or why there are none."""
    ids = [row["party_id"] for row in view.read("openings/book", manager_id=answer.manager.manager_id)[0]["found"]]
    try:
        kept = KeptOpenings(view, archive)
        rows = kept.rows("openings", pl.col("party_id").is_in(ids))
    except NotFound as error:
        answer.next_openings = NextOpenings(total=0, items=[], empty=str(error))
        return answer
    found = kept.told(rows[: 2 * MOST_NEXT], [], parties_seen(view, [row["party_id"] for row in rows[: 2 * MOST_NEXT]]))
    empty = None if rows else f"{kept.run_id} found nothing to offer these customers"
    answer.next_openings = NextOpenings(total=len(rows), items=found.offered[:MOST_NEXT], empty=empty)
    return answer
