"""Any system's ids to parties: party ids, source keys, credit codes, certificates, LEIs, accounts, contracts."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

import polars as pl
from pydantic import Field

from api.services.answers import Answer, Model, PartyRef, stamp
from api.services.joined import follow
from api.services.known import Known, known
from graph import ids as graph_ids
from graph.errors import BadInput
from graph.store import View
from loaders.identifiers import CERTIFICATE_KINDS, plain_address, plain_email, plain_phone

MOST_IDS = 10_000
LONGEST_ID = 500
CERTIFICATES = (
    *CERTIFICATE_KINDS,
    "passport",
    "hk_macau_permit",
    "organisation_code",
    "business_licence",
    "foreign_registration",
    "stock_code",
    "other",
)
"""Kinds of certificate that a bare number is tried as, those of the shipped mappings among them; a number of any other
kind is asked for with its kind, as `kind:number`."""

Status = Literal["found", "joined", "ambiguous", "not_found"]


class Match(NamedTuple):
    """A party that a number leads to, and what kind of number it is."""

    party_id: str
    by: str
    name: str | None
    name_en: str | None
    kind: str | None
    joined_from: str | None = None


class Resolved(Model):
    """What one id leads to."""

    id: str
    status: Status = Field(description="joined: the party was joined into the one told; ambiguous: several carry it")
    party_id: str | None = Field(default=None, description="the party, where there is exactly one")
    redirected_from: str | None = Field(default=None, description="the party id that was joined away")
    matched_by: str | None = Field(
        default=None, description="the kind of number; several kinds where each means another"
    )
    candidates: list[PartyRef] = Field(default_factory=list, description="all parties it may mean")


class ResolveAnswer(Answer):
    """One entry an id asked for, in the order asked."""

    results: list[Resolved]


def _as_is(id: str) -> Sequence[str]:
    return (id,)


def _code(id: str) -> Sequence[str]:
    return (id.upper().replace(" ", "").replace("-", ""),)


def _certificates(id: str) -> Sequence[str]:
    kind, typed, number = id.partition(":")
    if typed:
        return tuple(dict.fromkeys((id, f"{kind}:{_number(number)}")))
    return tuple(f"{kind}:{_number(id)}" for kind in CERTIFICATES)


def _number(text: str) -> str:
    return text.upper().replace(" ", "")


def _digits(id: str) -> Sequence[str]:
    return (id, id.replace(" ", "").replace("-", "")) if any(c in " -" for c in id) else (id,)


def _contacts(id: str) -> Sequence[str]:
    """The text as loads normalise telephones, e-mails and addresses."""
    text = pl.lit(id)
    forms = pl.select(plain_phone(text).alias("a"), plain_email(text).alias("b"), plain_address(text).alias("c")).row(0)
    return tuple(dict.fromkeys(form for form in (id, *forms) if form))


def _is_source_key(id: str) -> bool:
    return graph_ids.split_source_key(id) is not None


def _has_digit(id: str) -> bool:
    return any(c.isdigit() for c in id)


def _is_code(id: str) -> bool:
    return _has_digit(id) and len(_code(id)[0]) in (18, 20)


@dataclass(frozen=True)
class _Way:
    """One kind of number: its statement, how a text is written for it, and which texts may be one."""

    by: str
    statement: str
    forms: Callable[[str], Sequence[str]] = _as_is
    may_be: Callable[[str], bool] = _has_digit
    carried: str = ""
    """The attribute that holds it, where a person may have corrected it."""


WAYS = (
    (_Way("party id", "resolve/party_ids", may_be=lambda _: True),),
    (_Way("source key", "resolve/source_keys", may_be=_is_source_key),),
    (_Way("unified social credit code", "resolve/by_uscc", _code, _is_code, "uscc"),),
    (_Way("certificate", "resolve/by_certificate", _certificates, carried="certificate"),),
    (_Way("LEI", "resolve/by_lei", _code, _is_code, "lei"),),
    (
        _Way("account number", "resolve/by_account", _digits),
        _Way("customer number", "resolve/bare_keys"),
        _Way("contract number", "resolve/by_contract"),
    ),
)
"""Kinds of number in the order in which they are tried. Kinds that stand together are alike to look at, so one number
may mean a party by each of them."""
MOST_SHARING = 20
"""Parties told of one telephone, address or e-mail; its statement gives one more."""
CONTACT = _Way("phone, address or e-mail", "resolve/by_contact", _contacts, lambda id: _has_digit(id) or "@" in id)


def exact(view: View, wanted: Iterable[str], *, contacts: bool = False) -> dict[str, list[Match]]:
    """Parties by id asked for, one statement a kind of number; an id that one kind knows is not tried as another,
    unless the two are alike.

    contacts: also telephones, addresses and e-mails, which several parties may share.
    """
    found: dict[str, list[Match]] = {}
    replaced = _Replaced(view)
    for alike in (*WAYS, (CONTACT,)) if contacts else WAYS:
        left = [id for id in wanted if id not in found]
        for way in alike:
            forms: dict[str, list[str]] = {}
            for id in filter(way.may_be, left):
                for form in way.forms(id):
                    forms.setdefault(form, []).append(id)
            for one in (*known(view, list(forms), way.statement), *replaced.carrying(way.carried, forms)):
                for id in forms[one.id]:
                    _add(found.setdefault(id, []), one, way.by)
    return found


class _Replaced:
    """Numbers of registered parties that persons have corrected since the view: who carried them then."""

    def __init__(self, view: View) -> None:
        self._view = view

    @cached_property
    def _records(self) -> dict[tuple[str, str], list[str]]:
        """By attribute and number the records that carried it at the view."""
        was: dict[tuple[str, str], str | None] = {}
        for record_id, values in self._view.read("resolve/replaced")[0]["found"]:
            for name, value in json.loads(values).items():
                was.setdefault((record_id, name), value)  # the earliest change after the view replaced what it was then
        records: dict[tuple[str, str], list[str]] = {}
        for (record_id, name), value in was.items():
            if name in _CORRECTED and value:
                records.setdefault((name, value), []).append(record_id)
        return records

    def carrying(self, name: str, numbers: Collection[str]) -> list[Known]:
        """Who carried these numbers."""
        if name not in _CORRECTED or not numbers:
            return []
        of = {record: number for number in numbers for record in self._records.get((name, number), ())}
        return [one._replace(id=of[one.id]) for one in known(self._view, list(of), "resolve/source_keys")]


_CORRECTED = frozenset(way.carried for alike in WAYS for way in alike if way.carried)


def _add(matches: list[Match], one: Known, by: str) -> None:
    if not matches or all(match.party_id != one.party_id for match in matches):
        matches.append(Match(one.party_id, by, one.name, one.name_en, one.kind or None))


def check_ids(wanted: Sequence[str], most: int = MOST_IDS) -> None:
    """Raises BadInput for none, too many, empty or overlong ids, naming the first at fault."""
    if not wanted:
        raise BadInput("Give at least one id.", field="ids")
    if len(wanted) > most:
        raise BadInput(f"{len(wanted):,} ids were given; give at most {most:,} at once.", field="ids")
    for place, id in enumerate(wanted):
        if not id.strip() or len(id) > LONGEST_ID:
            told = "is empty" if not id.strip() else f"has {len(id):,} characters; at most {LONGEST_ID} are taken"
            raise BadInput(f"Id number {place + 1} {told}.", field=f"ids[{place}]", value=id[:40])


def resolve(view: View, wanted: Sequence[str]) -> ResolveAnswer:
    """Each id with its party. Raises BadInput."""
    check_ids(wanted)
    stripped = [id.strip() for id in wanted]
    found = exact(view, dict.fromkeys(stripped))
    joined = follow(view, [id for id in dict.fromkeys(stripped) if id not in found])
    ends = _named(view, joined)
    results = [
        _joined(given, ends[id]) if id in ends else _resolved(given, found.get(id, []))
        for given, id in zip(wanted, stripped, strict=True)
    ]
    return ResolveAnswer(**stamp(view), results=results)


def _named(view: View, joined: Mapping[str, str]) -> dict[str, Known]:
    ends = {one.id: one for one in known(view, sorted(set(joined.values())))}
    return {id: ends[end] for id, end in joined.items() if end in ends}


def _joined(given: str, one: Known) -> Resolved:
    party = PartyRef(party_id=one.party_id, name=one.name, name_en=one.name_en, kind=one.kind or None)
    return Resolved(
        id=given,
        status="joined",
        party_id=party.party_id,
        redirected_from=given.strip(),
        matched_by="party id",
        candidates=[party],
    )


def _resolved(given: str, matches: list[Match]) -> Resolved:
    candidates = [
        PartyRef(party_id=match.party_id, name=match.name, name_en=match.name_en, kind=match.kind) for match in matches
    ]
    status: Status = "not_found" if not matches else "found" if len(matches) == 1 else "ambiguous"
    return Resolved(
        id=given,
        status=status,
        party_id=matches[0].party_id if len(matches) == 1 else None,
        matched_by=" or ".join(dict.fromkeys(match.by for match in matches)) or None,
        candidates=candidates,
    )
