"""Registering a link that no system knows: one person does, another approves; then `manual` is a source like any other.

Until then it waits as a decision `register` and counts for nothing. Its id is made by the rule of all links without a
row key: type, ends, basis, and an ordinal among equals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

from api.services.acting import acting_user
from api.services.decision_kept import REGISTER, basis_of, figures_of, is_same_person
from api.services.decision_steps import new_decision_id, on_link
from api.services.register_values import INVERSE, Told, check_basis, check_evidence, check_period, properties_told
from api.services.resolve import resolve
from api.services.words import sentence
from graph import ids, model, times
from graph.errors import BadInput, Conflict
from graph.links import being_changed
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Tx, View
from loaders.checks import MUST_BE

TABLE = "link"
END_NAMES = ("from", "to")


@dataclass(frozen=True)
class LinkAsked:
    """A link to register. start, end: any ids of two parties. basis: what tells it from others of the same ends (post,
    relation, basis of control, criterion, contract, kind of holding)."""

    kind: str
    start: str
    end: str
    evidence: str
    basis: str | None = None
    told: Told = field(default_factory=Told)


@dataclass(frozen=True)
class End:
    """A party at an end: its id, name and kind, and the source key that it is best known by."""

    party_id: str
    called: str
    kind: str | None
    key: str


@answered_again
def register_link(view: View, asked: LinkAsked, user: str | None, once: Once | None = None) -> str:
    """Propose that a link is so. Returns the id of the decision, which waits for a second person.

    Raises BadInput naming the field for an unknown type, ends that are unknown, joined away or of the wrong kind, and
    for what cannot be; Conflict where the link is known already, or waits.
    """
    who, evidence = acting_user(user), check_evidence(asked.evidence)
    kind = _type(asked.kind)
    basis = check_basis(kind, asked.basis)
    today = times.today(view.store.zone)
    told = properties_told(kind, asked.told, today)
    if kind == "REFERRED" and asked.told.valid_from is None:
        raise BadInput("A referral needs its day: give valid_from; an undated one earns nothing.", field="valid_from")
    start, end = _ends(view, kind, asked)
    link = _properties(kind, (start, end), basis, told, today)
    check_period(link["valid_from"], link["valid_to"])
    words = {"kind": kind, **({"basis": basis} if basis else {}), **asked.told.given}

    def work(tx: Tx) -> str:
        _check_not_waiting(tx, kind, link, words, evidence, who)
        check_not_known(tx, kind, (start.party_id, end.party_id), link)
        id, row_key = free_id(tx, kind, link)
        decision_id = new_decision_id()
        properties = {
            "decision": REGISTER,
            "reason": evidence,
            "link_type": kind,
            "from_key": start.key,
            "to_key": end.key,
            "basis": basis or "",
            "from_id": start.party_id,
            "to_id": end.party_id,
            "link_ids": [id],
            "figures": [figures_of(kind, link)],
            "asked": asked_text(words, {**link, "id": id, "row_key": row_key}),
            "proposed_by": who,
            "proposed_at": times.now_ms(),
            "proposed_seq": tx.number,
        }
        tx.run("decisions/propose", decision_id=decision_id, properties=properties)
        return decision_id

    return write_once(view.store, who, work, f"register {kind} {start.party_id} {end.party_id}", once)


def asked_text(told: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    """What is asked for, as it is kept."""
    return json.dumps({"told": told, "properties": properties}, ensure_ascii=False, sort_keys=True)


def _type(kind: str) -> str:
    if kind in model.REGISTERED:
        return kind
    hint = " That two parties are one is proposed under /v1/parties/{id}/duplicates." if kind == "POSSIBLY_SAME" else ""
    raise BadInput(
        f"kind is {kind[:50]!r}; a person may register {', '.join(model.REGISTERED)}.{hint}",
        field="kind",
        value=kind[:50],
    )


def _ends(view: View, kind: str, asked: LinkAsked) -> tuple[End, End]:
    """Both ends, of the kinds that the type asks for. Raises BadInput."""
    found = resolve(view, (asked.start, asked.end)).results
    for name, one in zip(END_NAMES, found, strict=True):
        given = one.id[:80]
        if one.status == "joined":
            told = f"{given} was joined into {one.party_id}: register the link with that one."
            raise BadInput(told, field=name, value=given)
        if one.party_id is None:
            means = "nobody" if one.status == "not_found" else "several parties"
            hint = "; register the party first" if one.status == "not_found" else ""
            raise BadInput(f"{given!r} means {means}; give the id of a party{hint}.", field=name, value=given)
    if found[0].party_id == found[1].party_id:
        raise BadInput(f"Both ends are {found[0].party_id}: name two different parties.", field="to", value=asked.end)
    rows = view.read("resolve/told_apart", ids=[one.party_id for one in found])
    keys = {row["party_id"]: row["source_keys"][0] for row in rows}
    start, end = (
        End(id, one.candidates[0].called, one.candidates[0].kind, keys.get(id, id))
        for one in found
        if (id := one.party_id)
    )
    _check_kinds(kind, start, end)
    return start, end


def _check_kinds(kind: str, start: End, end: End) -> None:
    for name, one, other in (("from", start, end), ("to", end, start)):
        must_be = MUST_BE.get((kind, name))
        if must_be and one.kind not in (None, must_be):
            article = "an" if kind[0] in "OE" else "a"
            swapped = " Are the ends swapped?" if other.kind == must_be else ""
            raise BadInput(
                f"{one.called} ({one.party_id}) is a {one.kind}, and `{name}` of {article} {kind} link is a {must_be}."
                f"{swapped}",
                field=name,
                value=one.party_id,
            )


def _properties(
    kind: str, ends: tuple[End, End], basis: str | None, told: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """All that the link will carry, but for its id, its row key and who approved it."""
    named = {name: basis for name in [model.link_type(kind).basis] if name and basis}
    return {
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": model.MANUAL,
        "from_key": ends[0].key,
        "to_key": ends[1].key,
        "data_day": times.to_day(today),
        "flags": [],
        **named,
        **told,
    }


def free_id(tx: Tx, kind: str, link: Row) -> tuple[str, str]:
    """The id and row key of the first among equals that is not open. One that was closed comes back."""
    for ordinal in count(1):
        row_key = f"{TABLE}:#{ordinal}"
        id = ids.link_id(kind, link["from_key"], link["to_key"], row_key, basis_of(kind, link))
        latest = tx.run(f"write/latest_version[{kind}]", id=id)
        if latest and latest[0]["unpublished"]:
            raise being_changed(id)
        if not latest or latest[0]["seq_out"] != times.OPEN_SEQ:
            return id, row_key
    raise AssertionError("ordinals never end")


def _check_not_waiting(tx: Tx, kind: str, link: Row, words: Mapping[str, Any], evidence: str, who: str) -> None:
    """Raises DoneBefore for the same by the same person, Conflict where one of the same ends and basis waits."""
    for other in on_link(tx, kind, link):
        if other.decision == REGISTER and other.is_waiting:
            if (other.asked["told"], other.reason) == (words, evidence) and is_same_person(other.proposed_by, who):
                raise DoneBefore(other.id)
            raise Conflict(
                f"{other.id} (proposed by {other.proposed_by}) registers the same already, and waits: approve or "
                "withdraw it first."
            )


def check_not_known(tx: Tx, kind: str, ends: tuple[str, str], link: Row) -> None:
    """Raises Conflict naming a link that says so already, in the same days, whichever source tells it."""
    known = [(row, False) for row in tx.run(f"registering/between[{kind}]", from_id=ends[0], to_id=ends[1])]
    if kind == "KIN_OF":
        turned = tx.run(f"registering/between[{kind}]", from_id=ends[1], to_id=ends[0])
        known += [(row, True) for row in turned]
    for row, is_turned in known:
        own = row["properties"]
        meets = own["valid_from"] < link["valid_to"] and own["valid_to"] > link["valid_from"]
        if meets and _says_so(kind, own, link, is_turned):
            raise Conflict(_known(kind, ends[::-1] if is_turned else ends, own))


def _says_so(kind: str, own: Row, link: Row, is_turned: bool) -> bool:
    """Whether a link is the one that is to be registered. Holdings of a pair from two sources are never added, so that
    a second one would count for nothing; of two guarantees the contract tells whether they are one."""
    if is_turned:
        return bool(INVERSE.get(own.get("relation") or "") == link["relation"])
    basis = basis_of(kind, link)
    return kind == "OWNS" or not basis or basis_of(kind, own) == basis


def _known(kind: str, ends: tuple[str, str], own: Row) -> str:
    told = f"{sentence(kind, {**own, 'status': 'confirmed'}, *ends)}: {own['id']} of the source {own.get('source')}"
    if own["status"] == "rebutted":
        return f"{told} says so, and {own.get('decided') or 'a decision'} rebutted it: propose to reopen it instead."
    if own.get("source") == model.MANUAL:
        return f"{told} is registered already; propose to correct or close that one."
    ways = "give another `basis` where this is another one, or " if kind in ("GUARANTEES", "EXECUTIVE_OF") else ""
    return f"{told} says so already; {ways}decide on that one (confirm, rebut)."
