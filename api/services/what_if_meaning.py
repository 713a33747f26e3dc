"""What the texts of a what-if's change mean: parties, contracts, shares, amounts, currencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NoReturn

from algorithms.currency import MOST
from algorithms.threshold import PPB
from api.services.joined import follow
from api.services.register_values import WORDS
from api.services.resolve import exact
from api.services.run_world import World
from api.services.what_if_question import Changing
from graph.errors import BadInput, NotFound
from graph.store import View
from loaders.currencies import CURRENCIES, minor_digits


@dataclass
class Meant:
    """What the fields of the change at `place` mean; what cannot be is told with the field, by its place.

    Parties are ordinals of the world, contracts rows of its `facilities`; shares are parts per billion, amounts minor
    units. All raise BadInput, or NotFound for what nobody knows.
    """

    view: View
    world: World
    asked: Sequence[Changing]
    place: int = 0

    def party(self, name: str, text: str | None) -> int:
        """A party, by any id of it."""
        if not text or not text.strip():
            self.refuse(name, "give a party, by any id that `resolve` knows")
        found = self._parties.get(text.strip(), [])
        if len(found) > 1:
            self.refuse(
                name, f"{text[:80]!r} means several parties: {', '.join(found[:10])}. Give one of the ids", text
            )
        if not found:
            self.missing(name, f"nobody is known by {text[:80]!r}", text)
        return self.ordinal(name, found[0], text)

    def ordinal(self, name: str, party_id: str, text: str) -> int:
        """A party of the world, by its id."""
        at = self.world.ordinal(party_id)
        if at is None:
            self.missing(
                name, f"{self.world.run_id} knows no party {party_id}: it was loaded since; make a new run", text
            )
        return at

    @cached_property
    def _parties(self) -> dict[str, list[str]]:
        """The parties that each text means, all read at once."""
        texts = [text for one in self.asked for text in (one.start, one.end, *one.borrowers) if text and text.strip()]
        wanted = list(dict.fromkeys(text.strip() for text in texts))
        found = {id: [match.party_id for match in matches] for id, matches in exact(self.view, wanted).items()}
        joined = follow(self.view, [id for id in wanted if id not in found])
        return found | {id: [into] for id, into in joined.items()}

    def facility(self, text: str | None) -> int:
        """A contract, by its id or number."""
        if not text or not text.strip():
            self.refuse("facility", "give a contract, by its id or number")
        id = text.strip()
        if id in self.facility_rows:
            return self.facility_rows[id]
        found = [row["facility_id"] for row in self.view.read("what_if/contracts", ids=[id])]
        known = [one for one in found if one in self.facility_rows]
        if len(known) > 1:
            self.refuse("facility", f"{id[:80]!r} is the number of several contracts: {', '.join(known[:10])}", text)
        if not known:
            self.missing("facility", f"{self.world.run_id} knows no contract {id[:80]!r}", text)
        return self.facility_rows[known[0]]

    @property
    def facility_rows(self) -> Mapping[str, int]:
        """The rows of contracts, by id."""
        return self.world.facility_rows

    def share(self, share: Decimal | None) -> int:
        """A share that is held."""
        if share is None:
            self.refuse("share", "say which share is held, as a fraction")
        ppb = share * PPB
        if not 0 < share <= 1:
            self.refuse("share", f"a share is a fraction above 0 and up to 1; {share} is {share * 100:f}%", share)
        if ppb != int(ppb):
            self.refuse("share", f"a share has at most nine decimals, not {share}", share)
        return int(ppb)

    def criterion(self, text: str | None) -> str:
        """A criterion of dependence, as links that persons register have it; receipts where none is given."""
        known = WORDS["DEPENDS_ON"]
        word = known[0] if text is None else text.strip()
        if word not in known:
            told = f"{word[:50]!r} is no criterion of dependence; give one of {', '.join(known)}"
            self.refuse("criterion", told, text)
        return word

    def currency(self, code: str | None) -> str:
        """A currency that the run has a rate for; the reporting one where none is given."""
        basis = self.world.found.basis
        code = code or basis.currency
        if code not in CURRENCIES:
            self.refuse(
                "currency", f"{code[:20]!r} is no currency of ISO 4217; give a code such as {basis.currency}", code
            )
        if code != basis.currency and code not in {one.currency for one in basis.used}:
            known = ", ".join([basis.currency, *(one.currency for one in basis.used)])
            self.refuse("currency", f"{self.world.run_id} has no rate for {code}; it has: {known}", code)
        return code

    def money(self, name: str, amount: Decimal | None, currency: str) -> int:
        """An amount of 0 or more."""
        if amount is None:
            self.refuse(name, "give an amount, in major units")
        if not amount.is_finite() or amount < 0:
            self.refuse(name, f"an amount is 0 or more, not {amount}", amount)
        minor = amount.scaleb(minor_digits(currency)) if amount < MOST else Decimal(MOST)
        if minor >= MOST // 1_000_000:
            self.refuse(name, f"{amount} {currency} is more than can be owed", amount)
        if minor != int(minor):
            self.refuse(name, f"{currency} has {minor_digits(currency)} decimals, and {amount} has more", amount)
        return int(minor)

    def refuse(self, name: str, told: str, value: object = None) -> NoReturn:
        """Raise BadInput for a field of the change."""
        place = f"changes[{self.place}].{name}"
        raise BadInput(f"{place}: {told}.", field=place, value=value)

    def missing(self, name: str, told: str, value: object = None) -> NoReturn:
        """Raise NotFound for a field of the change."""
        place = f"changes[{self.place}].{name}"
        raise NotFound(f"{place}: {told}.", field=place, value=value)
