"""Contagion: if a party fails, which guarantors are called for how much, and who falls in turn, round by round."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from algorithms.contagion import Contagion
from algorithms.contagion import contagion as follow_failure
from algorithms.threshold import UNKNOWN
from api.services.answers import Answer, Because, Model, Money, PartyRef, money, stamp
from api.services.known import known, parties_seen
from api.services.party import missing
from api.services.run_world import World, Worlds
from graph.errors import NotFound
from graph.store import View

CAP = 500
"""Calls, and parties called, that are told."""
_RULE = "contagion"
_TOLD = (
    "a guarantor is called in full for each of its guarantees of a party that falls; calls add up over the rounds; it "
    "falls when they are more than its equity by its latest statement, and pays up to that in all"
)


class Call(Model):
    """One guarantee that is called."""

    round: int = Field(description="from 1 on; its debtor fell in the round before")
    guarantor: PartyRef
    debtor: PartyRef
    amount: Money | None = Field(description="null where it is not known")
    link_id: str


class CalledParty(Model):
    """A guarantor with all its calls."""

    party: PartyRef
    called: Money = Field(description="its known calls together")
    unknown: int = Field(description="calls of an amount that is not known")
    equity: Money | None = Field(description="null where it is not known")
    pays: Money | None = Field(description="null where its equity is not known; the least, where some call is unknown")
    falls_in: int | None = Field(description="the round whose calls fell it; null where it stands, or is not assessed")
    assessed: bool = Field(description="false where its equity or a call is unknown, so that it may fall or not")


class ContagionAnswer(Answer):
    """What the failure of a party leads to."""

    party: PartyRef
    rounds: int
    calls: list[Call]
    called: list[CalledParty] = Field(description="those that fall first, by round, then by what they are called for")
    fallen: int = Field(description="parties that fall besides the first")
    total_called: Money = Field(description="the known calls together")
    total_paid: Money = Field(description="what is known to be paid")
    not_assessed: int = Field(description="called parties whose equity or calls are not all known")


def contagion(view: View, worlds: Worlds, party_id: str) -> ContagionAnswer:
    """Follow the failure of a party through all guarantees of the run that speaks of the view's day.

    Raises NotFound for an unknown party, one that was loaded since the run, and where there is no run; JoinedAway.
    """
    if not known(view, [party_id]):
        raise missing(view, party_id)
    world = worlds.of(view)
    at = world.ordinal(party_id)
    if at is None:
        message = f"{world.run_id} knows no party {party_id}: it was loaded since; make a new run."
        raise NotFound(message, field="party_id", value=party_id)
    found = follow_failure(world.guarantees, world.equity, np.asarray([at], dtype=np.int64))
    teller = _Teller(view, world, found, party_id)
    currency = world.found.basis.currency
    return ContagionAnswer(
        **{**stamp(view, teller.omitted()), "run_id": world.run_id},
        because=[Because(rule=_RULE, links=[call.link_id for call in teller.calls()], text=_TOLD)],
        party=teller.party(at),
        rounds=found.n_rounds,
        calls=teller.calls(),
        called=teller.called(),
        fallen=int(found.fallen.size) - 1,
        total_called=_amount(found.total_called, currency),
        total_paid=_amount(found.total_paid, currency),
        not_assessed=int(found.not_assessed.size),
    )


def _amount(minor: int, currency: str) -> Money:
    told = money(minor, currency)
    assert told is not None
    return told


def _known_money(minor: int, currency: str) -> Money | None:
    return None if minor == UNKNOWN else money(minor, currency)


class _Teller:
    """What was found, in the words of the answer."""

    def __init__(self, view: View, world: World, found: Contagion, party_id: str) -> None:
        self._world, self._found = world, found
        self._currency = world.found.basis.currency
        self._falls = dict(zip(found.fallen.tolist(), found.fell_in.tolist(), strict=True))
        self._order = sorted(range(found.party.size), key=self._rank)[:CAP]
        self._rows = found.call_row[:CAP].tolist()
        guarantees = world.guarantees
        shown = {int(found.party[k]) for k in self._order}
        shown |= {int(end[row]) for row in self._rows for end in (guarantees.guarantor, guarantees.debtor)}
        self._names = parties_seen(view, {party_id, *(world.party_id(one) for one in shown)})

    def _rank(self, k: int) -> tuple[int, int, int]:
        party = int(self._found.party[k])
        return self._falls.get(party, self._found.n_rounds + 1), -int(self._found.called[k]), party

    def party(self, ordinal: int) -> PartyRef:
        party_id = self._world.party_id(ordinal)
        return self._names.get(party_id) or PartyRef(party_id=party_id)

    def omitted(self) -> list[str]:
        calls, called = self._found.call_row.size, self._found.party.size
        out = [f"calls capped at {CAP} of {calls:,}"] if calls > CAP else []
        return [*out, f"called parties capped at {CAP} of {called:,}"] if called > CAP else out

    def calls(self) -> list[Call]:
        guarantees, links = self._world.guarantees, self._world.risk.tables["guarantees"]["link"]
        return [
            Call(
                round=int(self._found.call_round[k]),
                guarantor=self.party(int(guarantees.guarantor[row])),
                debtor=self.party(int(guarantees.debtor[row])),
                amount=_known_money(int(guarantees.amount[row]), self._currency),
                link_id=links[row],
            )
            for k, row in enumerate(self._rows)
        ]

    def called(self) -> list[CalledParty]:
        found = self._found
        doubtful = set(found.not_assessed.tolist())
        out = []
        for k in self._order:
            party = int(found.party[k])
            out.append(
                CalledParty(
                    party=self.party(party),
                    called=_amount(int(found.called[k]), self._currency),
                    unknown=int(found.called_unknown[k]),
                    equity=_known_money(int(self._world.equity[party]), self._currency),
                    pays=_known_money(int(found.paid[k]), self._currency),
                    falls_in=self._falls.get(party),
                    assessed=party not in doubtful,
                )
            )
        return out
