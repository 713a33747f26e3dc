"""What persons did about openings, as kept: read with what it was about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from api.services.answers import moment, money
from api.services.joined import follow, joined_into
from api.services.opening_answer import OutcomeTold
from api.services.opening_tables import opening_id
from graph import times
from graph.store import View

Row = Mapping[str, Any]
CLOSING = frozenset({"refused", "sold"})
"""After these nobody works on it."""


def outcomes_of(view: View, party_ids: Iterable[str]) -> dict[str, list[OutcomeTold]]:
    """What was done up to the view and its day about openings of some parties, by opening, in turn."""
    found: dict[str, list[OutcomeTold]] = defaultdict(list)
    for row in worked_on(view, party_ids):
        found[opening_id(row["party_id"], row["product_id"] or "")] += outcomes(row, view)
    return {id: sorted(steps, key=lambda step: step.seq) for id, steps in found.items()}


def worked_on(view: View, party_ids: Iterable[str]) -> list[Row]:
    """The openings of some parties on which something was done, of those that were joined into them, too."""
    wanted = sorted(set(party_ids))
    into = joined_into(view, wanted)
    rows = view.read("openings/of_parties", ids=[*wanted, *into])[0]["found"]
    return [{**row, "party_id": into.get(row["party_id"], row["party_id"])} for row in rows]


def all_outcomes(view: View, known: Container[str]) -> list[Row]:
    """Every opening on which something was done, of the parties known; what was done with one that was joined away was
    done with the party that it was joined into."""
    rows = view.read("openings/all")
    into = follow(view, sorted({row["party_id"] for row in rows if row["party_id"] not in known}))
    told = ({**row, "party_id": into.get(row["party_id"], row["party_id"])} for row in rows)
    return [row for row in told if row["party_id"] in known]


def outcomes(row: Row, view: View) -> list[OutcomeTold]:
    """What was done about one opening up to a view and its day."""
    until = times.end_of_day_ms(view.as_of, view.store.zone)
    columns = ("outcomes", "outcome_at", "outcome_by", "outcome_notes", "outcome_values", "outcome_currencies")
    steps = zip(*(row[name] for name in columns), row["outcome_seqs"], strict=True)
    return [
        OutcomeTold(
            outcome=outcome,
            at=moment(at) or "",
            day=times.from_day(times.day_of(at, view.store.zone)),
            user=user,
            note=note or None,
            value=money(value, currency or None) if value >= 0 else None,
            seq=number,
        )
        for outcome, at, user, note, value, currency, number in steps
        if number <= view.seq and at <= until
    ]


def state_of(done: Sequence[OutcomeTold]) -> str | None:
    """What was done last."""
    return done[-1].outcome if done else None


def state_since(done: Sequence[OutcomeTold], read_by_run: int) -> str | None:
    """What was done last about an opening that a run offers; None where nothing was, and where the run knew that it was
    refused or sold: it has rested long enough then, and begins anew.

    read_by_run: the publication that the run read.
    """
    state = state_of(done)
    return None if state in CLOSING and done[-1].seq <= read_by_run else state
