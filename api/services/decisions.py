"""Decisions as they are told: all of them by state, and those at parties that no run has read yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from api.services.answers import PartyRef, moment, party_ref, stamp
from api.services.decision_answer import ApprovalItem, DecisionAnswer, DecisionItem, DecisionsAnswer, State
from api.services.decision_kept import CLOSE, REGISTER, REOPEN, Kept, figures_of, figures_text, read_kept
from api.services.known import known
from api.services.words import sentence
from graph import model
from graph.errors import BadInput, NotFound
from graph.store import Row, Store, View

MOST = 500
MOST_KEPT = 20_000
"""Decisions looked through, the latest ones."""


class _Told(NamedTuple):
    state: State
    note: str
    in_run: bool


def decisions(view: View, state: str | None = None, limit: int = 100) -> DecisionsAnswer:
    """Decisions in a state (all of them, if none is named), the latest first. Raises BadInput for an unknown state."""
    if state is not None and state not in get_args(State):
        known_states = ", ".join(get_args(State))
        raise BadInput(f"state is {state[:50]!r}; give one of {known_states}.", field="state", value=state)
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give a number from 1 to {MOST}.", field="limit", value=limit)
    rows = view.read("decisions/all", most=MOST_KEPT)
    found = [one for one in told(view, [row["decision"] for row in rows]) if state in (None, one.state)]
    omitted = [f"decisions capped at {limit:,} of {len(found):,}"] if len(found) > limit else []
    if len(rows) == MOST_KEPT:
        omitted.append(f"only the latest {MOST_KEPT:,} decisions were looked through")
    return DecisionsAnswer(**stamp(view, omitted), decisions=found[:limit], total=len(found))


def decision(view: View, decision_id: str) -> DecisionAnswer:
    """One decision. Raises NotFound."""
    rows = view.read("decisions/by_id", decision_id=decision_id)
    found = told(view, [row["decision"] for row in rows])
    if not found:
        raise NotFound(f"There is no decision {decision_id[:80]!r}.", field="id", value=decision_id[:80])
    return DecisionAnswer(**stamp(view), decision=found[0])


def registrations(view: View) -> list[DecisionItem]:
    """What persons have registered, corrected or closed and a second person has not seen to yet, the latest first."""
    return told(view, [row["decision"] for row in view.read("decisions/registrations", most=MOST)])


def not_yet_read(view: View, parties: Sequence[str]) -> list[DecisionItem]:
    """Decisions on links at parties that wait, or that count and the view's run has not read."""
    rows = view.read("decisions/of_parties", ids=list(parties)) if parties else []
    return unread(view, [row["decision"] for row in rows])


def not_yet_read_among(view: View, parties: Collection[str]) -> list[DecisionItem]:
    """Those on links between some parties."""
    inside = set(parties)
    found = not_yet_read(view, sorted(inside))
    return [one for one in found if {one.start.party_id, one.end.party_id} <= inside]


def rebutted_since(view: View, parties: Iterable[str]) -> list[str]:
    """Ids of links at parties whose rebuttal counts and which the run has not read: what it found rests on them."""
    rows = [row["decision"] for row in view.read("decisions/of_parties", ids=sorted(set(parties)))]
    links = {kept.id: kept.link_ids for kept in map(read_kept, rows)}
    rebutted = [one for one in unread(view, rows) if one.decision == "rebut" and one.state == "counted"]
    return sorted({id for one in rebutted for id in links[one.decision_id]})


def unread(view: View, kept: Iterable[Row]) -> list[DecisionItem]:
    """Those of some decisions, as kept, that wait, or that count and the view's run has not read."""
    found = told(view, kept)
    return [one for one in found if one.state == "pending" or (one.state == "counted" and not one.in_run)]


def told(view: View, kept: Iterable[Row]) -> list[DecisionItem]:
    """Decisions as kept, told; those on links whose ends the asker may not see are left out."""
    found = [read_kept(row).known_at(view.seq) for row in kept]
    links = _open_links(view, found)
    names = _names(view, found, links)
    items = (_item(view, one, [links[id] for id in one.link_ids if id in links], names) for one in found)
    return [item for item in items if item]


def _open_links(view: View, found: Sequence[Kept]) -> dict[str, Row]:
    """By id the links that are open in the view, whatever their status, with their ends."""
    ids: dict[str, set[str]] = {}
    for one in found:
        if one.link_ids:
            ids.setdefault(one.link_type, set()).update(one.link_ids)
    links: dict[str, Row] = {}
    for kind, wanted in ids.items():
        for row in view.read(f"decisions/links[{kind}]", ids=sorted(wanted)):
            links[row["link"]["id"]] = row
    return links


def _names(view: View, found: Sequence[Kept], links: dict[str, Row]) -> dict[str, PartyRef]:
    """The parties at the ends of closed links."""
    closed = [one for one in found if not any(id in links for id in one.link_ids)]
    asked = sorted({id for one in closed for id in (one.from_id, one.to_id)})
    return {one.party_id: party_ref(one._asdict()) for one in known(view, asked)}


def _item(view: View, kept: Kept, links: Sequence[Row], names: dict[str, PartyRef]) -> DecisionItem | None:
    link = links[0] if links else None
    if kept.is_of_party:
        one = party_ref(link["end"]) if link else names.get(kept.to_id)
        if one is None and not view.scope.everything:
            return None
        start = end = one or _registered(kept)
    elif link:
        start, end = party_ref(link["start"]), party_ref(link["end"])
    elif view.scope.everything or {kept.from_id, kept.to_id} <= names.keys():
        start, end = (names.get(id) or PartyRef(party_id=id) for id in (kept.from_id, kept.to_id))
    else:
        return None
    own = link["link"] if link else {}
    now = figures_of(kept.link_type, own) if link else None
    state = _state(view, kept, links, now)
    basis = model.link_type(kept.link_type).basis
    as_decided = {**({basis: kept.basis} if basis else {}), **json.loads(kept.figures[-1])}
    done = kept.withdrawal
    return DecisionItem(
        decision_id=kept.id,
        decision=kept.decision,
        state=state.state,
        note=state.note,
        in_run=state.in_run,
        reason=kept.reason,
        asked=kept.asked.get("told") if kept.is_registration else None,
        link_id=own.get("id") or next(iter(kept.link_ids), None),
        link_version=own.get("seq_in"),
        link_type=kept.link_type,
        status=own.get("status"),
        start=start,
        end=end,
        text=_text(kept, as_decided, start.called, end.called),
        figures=figures_text(kept.link_type, kept.basis, kept.figures[-1]),
        figures_now=figures_text(kept.link_type, kept.basis, now) if now else None,
        proposed_by=kept.proposed_by,
        proposed_at=moment(kept.proposed_at) or "",
        proposed_seq=kept.proposed_seq,
        approvals=[ApprovalItem(by=one.by, at=moment(one.at) or "", seq=one.seq) for one in kept.approvals],
        withdrawn_by=done.by if done else None,
        withdrawn_at=moment(done.at) if done else None,
        withdrawn_reason=done.reason if done else None,
        superseded_by=kept.superseded_by,
    )


_OF_HOMES = {
    "together": "{a} and {b} live as one household",
    "apart": "{a} and {b} do not live as one household",
    REOPEN: "whether {a} and {b} live as one household",
}


def _registered(kept: Kept) -> PartyRef:
    """A party that a person registered and nobody has approved yet."""
    told = kept.asked["told"]
    return PartyRef(
        party_id=kept.to_id, name=told.get("name"), name_en=told.get("name_en"), kind=kept.asked["properties"]["kind"]
    )


def _text(kept: Kept, link: Row, start: str, end: str) -> str:
    if kept.is_of_party:
        return _of_party(kept, end)
    if kept.is_of_home:
        return _OF_HOMES[kept.decision].format(a=start, b=end)
    return sentence(kept.link_type, link, start, end)


def _of_party(kept: Kept, called: str) -> str:
    asked = kept.asked
    if kept.decision == REGISTER:
        return f"there is a {asked['properties']['kind']} {called}"
    was = asked["properties"]["was"]
    changes = (f"{name} {_listed(value)} in place of {_listed(was[name])}" for name, value in asked["told"].items())
    return f"{called}: {'; '.join(changes)}"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value or "none")


def _state(view: View, kept: Kept, links: Sequence[Row], now: str | None) -> _Told:
    if kept.withdrawal:
        return _Told("withdrawn", f"withdrawn by {kept.withdrawal.by}", in_run=False)
    if kept.superseded_by:
        return _Told("superseded", f"{kept.superseded_by} took its place", in_run=False)
    if not kept.approvals:
        return _Told("pending", "waits for a second person; until then nothing changes", in_run=False)
    done = kept.decision in (REOPEN, CLOSE) or kept.is_of_home or kept.is_of_party
    if done or (kept.is_registration and links) or any(row["link"].get("decided") == kept.id for row in links):
        read = _input_of(view.store, view.run_id) if view.run_id else -1
        if read >= kept.approvals[-1].seq:
            return _Told("counted", f"decided, counted by {view.run_id}", in_run=True)
        return _Told("counted", "decided, counts from the next run", in_run=False)
    if not links:
        return _Told("closed", "its link is closed; it holds again when the same comes back", in_run=False)
    was = figures_text(kept.link_type, kept.basis, kept.figures[-1])
    told_now = figures_text(kept.link_type, kept.basis, now or "{}")
    text = f"approved for {was}, but the link says {told_now} now: waits for a second person again"
    return _Told("pending", text, in_run=False)


@lru_cache(maxsize=64)
def _input_of(store: Store, run_id: str) -> int:
    """The publication that a run read; kept, for it never changes."""
    return int(store.read("catalogue/run", {}, run_id=run_id)[0]["run"].get("input_seq") or -1)
