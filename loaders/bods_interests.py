"""Interests of BODS relationship statements as links with periods.

shareholding and votingRights become OWNS (a direct pair of both, one link); board seats and officers EXECUTIVE_OF;
every other declared interest CONTROLS with its type as basis; an interest without a type an OWNS of unknown share.
An indirect share, or a right to profits or assets, would count twice beside the direct one: such links have the status
`flagged` and say so in `holding_kind` and `flags`.

A record's later statements change its interests: each state is a link of its own, keyed by the statement that began
it, and ends where the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from loaders.bods_statements import Json, Statement, day, figure

_SHARES = {"shareholding", "votingRights"}
_RIGHTS = {"rightsToSurplusAssetsOnDissolution", "rightsToProfitOrIncome", "enjoymentAndUseOfAssets"}
_OFFICES = {"boardMember", "boardChair", "seniorManagingOfficial"}
_BASES = {
    "appointmentOfBoard": "board_majority",
    "otherInfluenceOrControl": "influence",
    "influenceOrControl": "influence",
    "rightsGrantedByContract": "agreement",
    "conditionalRightsGrantedByContract": "agreement",
    "beneficiaryOfLegalArrangement": "beneficiary",
}
_OLD_NAMES = {
    "senior-managing-official": "seniorManagingOfficial",
    "influence-or-control": "otherInfluenceOrControl",
    "settlor-of-trust": "settlor",
    "trustee-of-trust": "trustee",
    "protector-of-trust": "protector",
    "beneficiary-of-trust": "beneficiaryOfLegalArrangement",
    "other-influence-or-control-of-trust": "otherInfluenceOrControl",
    "rights-to-surplus-assets": "rightsToSurplusAssetsOnDissolution",
}


@dataclass(frozen=True)
class Share:
    """A share as fractions: exact, or a band."""

    exact: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Interest:
    """One link to be: its type and properties, the days it holds, the statement that began it."""

    type: str
    basis: str
    share: Share = Share()
    votes: Share = Share()
    status: str = "confirmed"
    flags: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None
    began: str = ""
    ordinal: int = field(default=0, compare=False)
    published_on: str = field(default="", compare=False)

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, without when."""
        return self.type, self.basis, self.share, self.votes, self.status


def interests_of(history: list[Statement]) -> Iterator[Interest]:
    """The links of one relationship record, from its statements in order."""
    current: dict[tuple[str, str, int], Interest] = {}
    for statement in history:
        stated = _stated(statement)
        for key, old in list(current.items()):
            new = stated.get(key)
            if new is not None and new.said == old.said and not statement.closed and new.ends == old.ends:
                stated[key] = old  # said again, nothing changed
                continue
            yield replace(old, ends=_end(old, new, statement))
        if statement.closed:
            current = {}
            continue
        changed = {key: new for key, new in stated.items() if current.get(key) is not new}
        current = stated | {key: _begun(new, current.get(key), statement) for key, new in changed.items()}
    yield from current.values()


def _end(old: Interest, new: Interest | None, statement: Statement) -> date | None:
    """The day an interest's state ended: as stated, else where the next began, else the day of the statement."""
    if new and new.ends and new.said == old.said:
        return new.ends
    if old.ends:
        return old.ends
    if new and new.starts and (old.starts is None or new.starts > old.starts):
        return new.starts
    return day(statement.said_on)


def _begun(new: Interest, old: Interest | None, statement: Statement) -> Interest:
    """A changed interest that keeps its first start date holds from the day of the statement that changed it."""
    if old is None or (new.starts and old.starts and new.starts > old.starts):
        return new
    return replace(new, starts=day(statement.said_on))


def _stated(statement: Statement) -> dict[tuple[str, str, int], Interest]:
    """The interests of one statement, by type, basis and ordinal among equals."""
    found: dict[tuple[str, str, int], Interest] = {}
    for interest in _joined([_interest(raw, statement) for raw in statement.body.get("interests") or [{}]]):
        ordinal = sum(1 for kind, basis, _ in found if (kind, basis) == (interest.type, interest.basis))
        found[interest.type, interest.basis, ordinal] = interest
    return found


def _interest(raw: Json, statement: Statement) -> Interest:
    name = _name(raw.get("type"))
    indirect = (raw.get("directOrIndirect") or raw.get("interestLevel")) == "indirect"
    share = _share(raw.get("share") or {})
    common: dict[str, Any] = {
        "starts": day(raw.get("startDate")),
        "ends": day(raw.get("endDate")),
        "began": statement.id,
        "ordinal": statement.ordinal,
        "published_on": statement.published_on,
    }
    if name in _OFFICES:
        return Interest("EXECUTIVE_OF", name, **common)
    if not name or name in _SHARES or name in _RIGHTS:
        doubts = ("indirect",) if indirect else (("not_capital",) if name in _RIGHTS else ())
        kind = f"{'indirect ' if indirect else ''}{_words(name) if name else 'unspecified'}"
        status = "flagged" if doubts else "confirmed"
        votes = share if name == "votingRights" else Share()
        share = Share() if name == "votingRights" else share
        return Interest("OWNS", kind, share, votes, status, doubts, **common)
    declared = raw.get("beneficialOwnershipOrControl") is not False
    basis = _BASES.get(name, _words(name).replace(" ", "_"))
    return Interest("CONTROLS", basis, status="confirmed" if declared else "flagged", **common)


def _joined(interests: list[Interest]) -> list[Interest]:
    """Shares and votes of one holding told as two interests become one link."""
    votes = [i for i in interests if i.basis.endswith("voting rights")]
    shares = [i for i in interests if i.basis.endswith("shareholding")]
    if len(votes) != 1 or len(shares) != 1:
        return interests
    vote, share = votes[0], shares[0]
    same = (vote.starts, vote.ends, vote.status) == (share.starts, share.ends, share.status)
    if not same or vote.votes.exact is None:
        return interests
    return [replace(share, votes=vote.votes) if i is share else i for i in interests if i is not vote]


def _name(text: Any) -> str:
    """The interest's type as 0.3 and 0.4 write it."""
    if not text:
        return ""
    if text in _OLD_NAMES:
        return _OLD_NAMES[text]
    first, *rest = str(text).split("-")
    return first + "".join(part.capitalize() for part in rest)


def _words(name: str) -> str:
    return re.sub(r"([A-Z])", r" \1", name).lower().strip()


def _share(raw: Json) -> Share:
    """Percents as fractions. 0.4 writes `exclusiveMinimum: 25`; before it was a yes or no beside `minimum`."""

    def bound(plain: str, exclusive: str) -> float | None:
        number = figure(raw.get(plain))
        number = figure(raw.get(exclusive)) if number is None else number
        return None if number is None else round(number / 100, 12)

    exact = bound("exact", "exact")
    low, high = bound("minimum", "exclusiveMinimum"), bound("maximum", "exclusiveMaximum")
    if exact is None and low is not None and low == high:
        exact = low
    return Share(exact, None, None) if exact is not None else Share(None, low, high)
