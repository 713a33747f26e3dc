"""The flagged links that wait for a person, those with the most at stake first, and what persons have registered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Evidence, Model, Money, PartyRef, evidence, money, party_ref, stamp
from api.services.decision_answer import DecisionItem
from api.services.decision_kept import basis_of, figures_of, figures_text
from api.services.decisions import not_yet_read, registrations
from api.services.run_archive import Archive
from api.services.words import sentence
from graph import model
from graph.errors import BadInput, NotFound
from graph.store import Row, View

MOST = 500
MEASURE = (
    "the largest amount that the run tests for a group which holds both ends of the link, flagged links counted; where "
    "no group holds both, the largest that it tests for the party alone that would fall with the other"
)
_START_FALLS = ("DEPENDS_ON", "GUARANTEES")
"""Links whose start falls with the end; with the others it is the end that falls."""


class QueueItem(Model):
    """A flagged link with what is at stake."""

    link_id: str
    link_version: int = Field(description="to be given back with the decision")
    link_type: str
    text: str = Field(description="the link as a sentence")
    figures: str = Field(description="its shares and amounts")
    start: PartyRef
    end: PartyRef
    at_stake: Money | None = Field(description="by the measure of the answer; null where the run tests no exposure")
    is_lower_bound: bool = Field(description="whether unknown amounts stand behind it, so that it may be more")
    groups: list[str] = Field(description="ids of the groups that hold both ends")
    decisions: list[str] = Field(description="ids of decisions on it that wait for a second person")
    link: Evidence


class QueueAnswer(Answer):
    """Flagged links, those with the most at stake first, those where it is not known last."""

    measure: str = Field(description="what `at_stake` means")
    links: list[QueueItem]
    total: int
    registrations: list[DecisionItem] = Field(
        default_factory=list,
        description="what persons registered, corrected or closed and waits for a second person, the latest first",
    )


class _Flagged(NamedTuple):
    type: str
    link: str
    start: str
    end: str


@dataclass(frozen=True)
class _Exposures:
    """What a run tested. tested: by group or party the largest amount, with whether amounts behind it are unknown.
    groups: by party the groups that it is in."""

    currency: str | None = None
    tested: Mapping[str, tuple[int, bool]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def shared(self, link: _Flagged) -> list[str]:
        """Groups that hold both ends."""
        none: frozenset[str] = frozenset()
        return sorted(self.groups.get(link.start, none) & self.groups.get(link.end, none))

    def of(self, link: _Flagged) -> tuple[int, bool] | None:
        """What is at stake by `MEASURE`, None where nothing is tested."""
        fall = [link.start if link.type in _START_FALLS else link.end]
        found = [self.tested[one] for one in self.shared(link) or fall if one in self.tested]
        return max(found, default=None)


def queue(view: View, archive: Path, limit: int = 50) -> QueueAnswer:
    """Flagged links that a person may decide on. archive: where the current run keeps what it tested."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST}.", field="limit", value=limit)
    flagged = _flagged(view)
    exposures, omitted = _exposures(view, archive, flagged)

    def rank(link: _Flagged) -> tuple[int, str]:
        at_stake = exposures.of(link)
        return (-at_stake[0] if at_stake else 1), link.link

    first = sorted(flagged, key=rank)[:limit]
    if len(flagged) > len(first):
        omitted.append(f"links capped at {len(first):,} of {len(flagged):,}")
    return QueueAnswer(
        **stamp(view, omitted),
        measure=MEASURE,
        links=_items(view, first, exposures),
        total=len(flagged),
        registrations=registrations(view),
    )


@lru_cache(maxsize=4)
def _flagged(view: View) -> tuple[_Flagged, ...]:
    """All flagged links of the view; kept, for it takes a scan, and a view never changes."""
    found: list[_Flagged] = []
    for kind in model.DECIDED_ON:
        columns = view.snapshot(f"decisions/flagged[{kind}]")
        rows = zip(*(columns[name].tolist() for name in ("link", "start", "end")), strict=True)
        found += [_Flagged(kind, *row) for row in rows]
    return tuple(found)


def _exposures(view: View, archive: Path, flagged: Sequence[_Flagged]) -> tuple[_Exposures, list[str]]:
    """What the view's run tested, and why nothing is known of it where that is so."""
    if view.run_id is None:
        return _Exposures(), ["what is at stake: no analysis run has been made yet; `guanxi run` makes one"]
    tables = Archive(archive, view.run_id)
    try:
        exposures = pl.read_parquet(tables.table("exposures"))
        members = [pl.read_parquet(tables.table(name)) for name in ("groups", "connected")]
    except NotFound as error:
        return _Exposures(), [f"what is at stake: {error}"]
    parties = pl.Series(sorted({id for link in flagged for id in (link.start, link.end)}), dtype=pl.String)
    ends = pl.concat([one.select("group_id", "party_id") for one in members])
    ends = ends.filter(pl.col("party_id").is_in(parties.implode()))
    groups = {party: frozenset(ids) for party, ids in ends.group_by("party_id").agg("group_id").iter_rows()}
    most = exposures.sort("amount_minor").group_by("group_id").agg(pl.col("amount_minor", "unknown").last())
    tested = {subject: (amount, unknown > 0) for subject, amount, unknown in most.iter_rows()}
    currency = str(exposures["currency"][0]) if exposures.height else None
    return _Exposures(currency, tested, groups), []


def _items(view: View, links: Sequence[_Flagged], exposures: _Exposures) -> list[QueueItem]:
    rows = _rows(view, links)
    waiting: dict[str, list[str]] = {}
    for one in not_yet_read(view, sorted({id for link in links for id in (link.start, link.end)})):
        if one.state == "pending" and one.link_id:
            waiting.setdefault(one.link_id, []).append(one.decision_id)
    return [_item(link, rows[link.link], exposures, waiting.get(link.link, [])) for link in links if link.link in rows]


def _rows(view: View, links: Iterable[_Flagged]) -> dict[str, Row]:
    ids: dict[str, list[str]] = {}
    for link in links:
        ids.setdefault(link.type, []).append(link.link)
    return {
        row["link"]["id"]: row for kind, some in ids.items() for row in view.read(f"decisions/links[{kind}]", ids=some)
    }


def _item(link: _Flagged, row: Row, exposures: _Exposures, waiting: list[str]) -> QueueItem:
    own, start, end = row["link"], party_ref(row["start"]), party_ref(row["end"])
    at_stake = exposures.of(link)
    return QueueItem(
        link_id=link.link,
        link_version=own["seq_in"],
        link_type=link.type,
        text=sentence(link.type, {**own, "status": "confirmed"}, start.called, end.called),
        figures=figures_text(link.type, basis_of(link.type, own), figures_of(link.type, own)),
        start=start,
        end=end,
        at_stake=money(at_stake[0], exposures.currency) if at_stake else None,
        is_lower_bound=bool(at_stake and at_stake[1]),
        groups=exposures.shared(link),
        decisions=waiting,
        link=evidence(own, link.type),
    )
