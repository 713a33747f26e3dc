"""A what-if's changes, read into rows that go and rows that come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from algorithms.threshold import UNKNOWN
from api.services.dependence_basis import CONFIRMED, REBUTTED
from api.services.run_change import Change
from api.services.run_world import World
from api.services.source_order import source_order
from api.services.what_if_holdings import Figures, Holding, PairHoldings, called, figures_of, whole
from api.services.what_if_meaning import Meant
from api.services.what_if_question import TYPES, Changing, WhatIfQuestion
from api.services.why_figures import money_text
from api.services.words import sentence
from graph import times
from graph.store import View

_TAKES: Mapping[str, frozenset[str]] = {
    "add_link": frozenset({"type", "from", "to", "share", "basis", "criterion", "facility", "amount", "currency"}),
    "remove_link": frozenset({"link"}),
    "change_link": frozenset({"link", "share", "amount", "currency"}),
    "rebut": frozenset({"link"}),
    "confirm": frozenset({"link"}),
    "add_facility": frozenset({"borrowers", "amount", "drawn", "currency"}),
    "change_facility": frozenset({"facility", "amount", "drawn", "currency"}),
    "repay_facility": frozenset({"facility"}),
}
_OF_TYPE: Mapping[str, frozenset[str]] = {
    "OWNS": frozenset({"share"}),
    "CONTROLS": frozenset({"basis"}),
    "DEPENDS_ON": frozenset({"criterion"}),
    "GUARANTEES": frozenset({"facility", "amount", "currency"}),
}


def read_changes(view: View, world: World, question: WhatIfQuestion) -> Change:
    """The rows that go and that come. Raises BadInput, or NotFound, naming the field by its place."""
    reader = _Reader(Meant(view, world, question.changes))
    for place, one in enumerate(question.changes):
        reader.take(place, one)
    return reader.change()


@dataclass(frozen=True)
class _Link:
    """A link as the view knows it, and the rows of the world that it is."""

    type: str
    start: int
    end: int
    properties: Mapping[str, Any]


@dataclass
class _Reader:
    meant: Meant
    removed: dict[str, set[int]] = field(default_factory=dict)
    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    restated: dict[int, dict[str, Any]] = field(default_factory=dict)
    spoken_of: set[str] = field(default_factory=set)
    pairs: dict[tuple[int, int], PairHoldings] = field(default_factory=dict)
    doubted: list[str] = field(default_factory=list)
    thought_up: dict[tuple[int, int], int] = field(default_factory=dict)
    """Holdings to add: by pair the place of the change."""
    taken_away: set[str] = field(default_factory=set)

    @property
    def view(self) -> View:
        return self.meant.view

    @property
    def world(self) -> World:
        return self.meant.world

    def take(self, place: int, one: Changing) -> None:
        self.meant.place = place
        given = {("from" if n == "start" else "to" if n == "end" else n) for n in one.model_fields_set} - {"do"}
        if useless := sorted(given - _TAKES[one.do]):
            self.meant.refuse(
                useless[0], f"{one.do} takes no `{useless[0]}`; it takes {', '.join(sorted(_TAKES[one.do]))}"
            )
        takers: dict[str, Callable[[Changing], None]] = {
            "add_link": self._add_link,
            "add_facility": self._add_facility,
            "change_facility": self._change_facility,
            "repay_facility": self._change_facility,
        }
        takers.get(one.do, self._change_link)(one)

    def change(self) -> Change:
        for (owner, owned), pair in self.pairs.items():
            for place, why in pair.idle():
                self.meant.place = place
                self.meant.refuse("link", why, self.meant.asked[place].link)
            for one in pair.counted():
                self._add("stakes", owner=owner, owned=owned, **one.figures)
        for (owner, owned), place in self.thought_up.items():
            self.meant.place = place
            self._check_not_held(owner, owned)
        told = tuple(note for note in (pair.note() for pair in self.pairs.values()) if note)
        removed = {name: np.asarray(sorted(rows), dtype=np.int64) for name, rows in self.removed.items()}
        added = {name: self._frame(name, rows) for name, rows in self.added.items()}
        return Change(removed, added, self.restated, told=told, doubted=tuple(self.doubted))

    # Links

    def _add_link(self, one: Changing) -> None:
        if one.type not in TYPES:
            self.meant.refuse("type", f"a link to add is one of {', '.join(TYPES)}, not {one.type!r}", one.type)
        given = one.model_fields_set & frozenset().union(*_OF_TYPE.values())
        if useless := sorted(given - _OF_TYPE[one.type]):
            self.meant.refuse(useless[0], f"{one.type} takes no `{useless[0]}`")
        start, end = self.meant.party("from", one.start), self.meant.party("to", one.end)
        if start == end:
            self.meant.refuse("to", "a link leads from one party to another, and both ends are the same party", one.end)
        if one.type == "OWNS":
            share = self.meant.share(one.share)
            if (start, end) in self.thought_up:
                self.meant.refuse("to", "an earlier change adds a holding of this pair already: say it in one", one.end)
            self.thought_up[start, end] = self.meant.place
            self._add("stakes", owner=start, owned=end, **whole(share, share))
        elif one.type == "CONTROLS":
            self._add("bases", controller=start, controlled=end, basis=one.basis or "declared")
        elif one.type == "DEPENDS_ON":
            self._add_dependence(start, end, self.meant.criterion(one.criterion), CONFIRMED)
        else:
            code = self.meant.currency(one.currency)
            facility = -1 if one.facility is None else self.meant.facility(one.facility)
            amount = UNKNOWN if one.amount is None else self.meant.money("amount", one.amount, code)
            ends = {"guarantor": start, "debtor": end, "facility": facility, "amount": amount}
            # Protection is spent in the order of ids: what is thought up comes last.
            held = {"link": f"~what-if:{self.meant.place:03}", "day": times.to_day(self.world.as_of)}
            self._add("guarantees", **ends, currency=code, until=times.UNTIL_FURTHER, **held)

    def _check_not_held(self, owner: int, owned: int) -> None:
        """Refuse a second holding of a pair, as registering one does: it would be added to the other by a run of one
        source, and count for nothing beside that of another."""
        ids = self.world.party_id(owner), self.world.party_id(owned)
        for row in self.view.read("what_if/owns", from_id=ids[0], to_id=ids[1]):
            link = row["link"]
            if link["id"] in self.taken_away or not self._holds(link):
                continue
            told = sentence("OWNS", link, *ids)
            ways = "change that one (change_link), or take it away (remove_link) and add this one"
            if link["status"] != "confirmed":
                ways = "confirm that one (confirm), or give its share (change_link)"
            to = self.meant.asked[self.meant.place].end
            source = called(link.get("source") or "")
            self.meant.refuse("to", f"{told}: {link['id']} of {source} says so already; {ways}", to)

    def _change_link(self, one: Changing) -> None:
        link = self._known(one.link)
        if one.do == "change_link":
            self._with_other_figures(link, one)
        elif one.do == "confirm":
            self._confirm(link)
        else:
            self._take_away(link, one)

    def _take_away(self, link: _Link, one: Changing) -> None:
        self.taken_away.add(link.properties["id"])
        if link.type == "DEPENDS_ON":
            self._check_counted(link, one)
            # A rebutted link also keeps out what the data show of the same pair and criterion.
            self._take_out(link)
            self._add_dependence(link.start, link.end, self._criterion(link), REBUTTED)
        elif not (link.type == "OWNS" and self._restate(link, None)) and not self._take_out(link):
            self.meant.refuse(
                "link", f"{self.world.run_id} did not count {one.link}: taking it away changes nothing", one.link
            )

    def _check_counted(self, link: _Link, one: Changing) -> None:
        """Refuse to take away a dependence that the run did not count, because it was rebutted then, above all."""
        criterion = self._criterion(link)
        rows = self._rows_of("dependence", "dependent", "provider", link)
        table = self.world.table("dependence")[rows].filter(pl.col("criterion") == criterion)
        own = pl.col("link") == link.properties["id"]
        rebutted = table.filter(own & (pl.col("status") == REBUTTED)).height > 0
        others = table.filter(~own & (pl.col("status") != REBUTTED)).height > 0
        if self._counts_dependence(link, criterion) and not (rebutted and others):
            return
        why = "is rebutted already" if rebutted else f"was not counted by {self.world.run_id}"
        self.meant.refuse(
            "link", f"{one.link} {why}: taking it away changes nothing; `confirm` lets it count", one.link
        )

    def _counts_dependence(self, link: _Link, criterion: str) -> bool:
        """Whether the run counts the pair by this criterion under any rule set, told by a source or found."""
        for one in self.world.found.by_rules.values():
            links, criteria = one.under.depends.links, one.under.depends.criteria
            same = np.flatnonzero((links.dependent == link.start) & (links.provider == link.end))
            if any(criteria[row] == criterion for row in same.tolist()):
                return True
        return False

    def _with_other_figures(self, link: _Link, one: Changing) -> None:
        given = one.model_fields_set & {"share", "amount", "currency"}
        if useless := sorted(given - _OF_TYPE[link.type]):
            self.meant.refuse(useless[0], f"{link.type} takes no `{useless[0]}`")
        if link.type == "OWNS":
            share = self.meant.share(one.share)
            if not self._restate(link, whole(share, share)):
                self._take_out(link)
                self._add("stakes", owner=link.start, owned=link.end, **whole(share, share))
        elif link.type == "GUARANTEES":
            code = self.meant.currency(one.currency or link.properties.get("currency"))
            amount = self.meant.money("amount", one.amount, code)
            rows = self._take_out(link)
            held = self.world.table("guarantees").row(rows[0], named=True) if rows else self._guarantee(link)
            self._add("guarantees", **{**held, "amount": amount, "currency": code})
        else:
            self.meant.refuse("link", f"{link.type} has no share or amount to change: add or remove it", one.link)

    def _confirm(self, link: _Link) -> None:
        values = link.properties
        if link.type == "OWNS" and self._restate(link, figures_of(values)):
            return
        rows = self._take_out(link)
        if link.type == "DEPENDS_ON":
            self._add_dependence(link.start, link.end, self._criterion(link), CONFIRMED)
        elif rows:
            self.meant.refuse(
                "link", "this link is confirmed, and counts, already", self.meant.asked[self.meant.place].link
            )
        elif link.type == "OWNS":
            self._add("stakes", owner=link.start, owned=link.end, **figures_of(values))
        elif link.type == "CONTROLS":
            self._add("bases", controller=link.start, controlled=link.end, basis=values.get("basis") or "declared")
        else:
            self._add("guarantees", **self._guarantee(link))

    def _guarantee(self, link: _Link) -> dict[str, Any]:
        """A guarantee as a run would read it from its link."""
        values = link.properties
        ends = {"guarantor": link.start, "debtor": link.end}
        facility = self.meant.facility_rows.get(values.get("facility_id") or "", -1)
        amount = values["amount"] if values.get("amount") is not None else UNKNOWN
        held = {"link": values["id"], "day": values["valid_from"], "until": values["valid_to"]}
        return {**ends, **held, "facility": facility, "amount": amount, "currency": values.get("currency") or ""}

    def _restate(self, link: _Link, figures: Figures | None) -> bool:
        """State a holding anew, or take it away, where several sources tell its pair; False where one alone does."""
        pair = self.pairs.get((link.start, link.end)) or self._told_by_several(link)
        if pair is None:
            return False
        id = link.properties["id"]
        if self.meant.asked[self.meant.place].do == "confirm" and id in pair.now and pair.counts(id):
            self.meant.refuse("link", "this link is confirmed, and counts, already", id)
        pair.set(self.meant.place, id, link.properties.get("source") or "", figures)
        self.pairs[link.start, link.end] = pair
        self.removed.setdefault("stakes", set()).update(self._rows_of("stakes", "owner", "owned", link))
        return True

    def _told_by_several(self, link: _Link) -> PairHoldings | None:
        rows = self._rows_of("stakes", "owner", "owned", link)
        ends = {"from_id": self.world.party_id(link.start), "to_id": self.world.party_id(link.end)}
        told = self.view.read("what_if/holdings", **ends) if rows else []
        if len({link.properties.get("source") or "", *(row["source"] for row in told)}) < 2:
            return None
        held = {row["link_id"]: Holding(row["link_id"], row["source"], figures_of(row["link"])) for row in told}
        return PairHoldings(source_order(self.view.store, self.view.seq), held)

    def _known(self, link_id: str | None) -> _Link:
        """A link that holds on the day of the view."""
        if not link_id:
            self.meant.refuse("link", "give the id of the link, as answers tell it under `link`")
        type_ = link_id.rpartition("-")[0]
        if type_ not in TYPES:
            known = ", ".join(TYPES)
            self.meant.refuse(
                "link", f"{link_id[:80]!r} is no id of a link that can be changed here ({known})", link_id
            )
        rows = self.view.read(f"what_if/link[{type_}]", id=link_id)
        if not rows:
            self.meant.missing(
                "link", f"no link {link_id[:80]!r} is known: either it never was, or it was withdrawn", link_id
            )
        holding = [row for row in rows if self._holds(row["link"])]
        if not holding:
            until = times.from_day(rows[0]["link"]["valid_to"])
            self.meant.refuse(
                "link", f"{link_id} is retired: it does not hold on {self.view.as_of} (it ends {until})", link_id
            )
        if link_id in self.spoken_of:
            self.meant.refuse("link", f"an earlier change speaks of {link_id} already: say all of it in one", link_id)
        self.spoken_of.add(link_id)
        row = holding[0]
        start, end = (self.meant.ordinal("link", row[name], link_id) for name in ("from_id", "to_id"))
        return _Link(type_, start, end, {**row["link"], "id": link_id})

    def _holds(self, link: Mapping[str, Any]) -> bool:
        day = times.to_day(self.view.as_of)
        return bool(link["valid_from"] <= day < link["valid_to"])

    def _take_out(self, link: _Link) -> list[int]:
        """Take the rows of a link away; those that a run counted."""
        table, start, end = {
            "OWNS": ("stakes", "owner", "owned"),
            "CONTROLS": ("bases", "controller", "controlled"),
            "DEPENDS_ON": ("dependence", "dependent", "provider"),
            "GUARANTEES": ("guarantees", "guarantor", "debtor"),
        }[link.type]
        kept = [row for row in self._rows_of(table, start, end, link) if self._is(link, table, row)]
        if link.type == "OWNS":
            kept = kept[:1]  # two rows of one pair with equal votes are alike
        self.removed.setdefault(table, set()).update(kept)
        return kept

    def _rows_of(self, table: str, start: str, end: str, link: _Link) -> list[int]:
        """The rows of the ends of a link."""
        rows = self.world.rows(table, start, np.asarray([link.start]))
        return [int(row) for row in rows[self.world.column(table, end)[rows] == link.end]]

    def _is(self, link: _Link, table: str, row: int) -> bool:
        frame, values = self.world.table(table), link.properties
        if row in self.removed.get(table, ()):
            return False
        if link.type == "GUARANTEES":
            return bool(frame["link"][row] == values["id"])
        if link.type == "DEPENDS_ON":
            return bool(frame["criterion"][row] == self._criterion(link))
        if link.type == "CONTROLS":
            return bool(frame["basis"][row] == (values.get("basis") or "declared"))
        figures = figures_of(values)
        return all(int(frame[name][row]) == figures[name] for name in ("votes", "low", "high"))

    @staticmethod
    def _criterion(link: _Link) -> str:
        return str(link.properties.get("criterion") or "")

    def _add_dependence(self, dependent: int, provider: int, criterion: str, status: int) -> None:
        self._add("dependence", dependent=dependent, provider=provider, criterion=criterion, status=status)

    # Contracts

    def _add_facility(self, one: Changing) -> None:
        if not one.borrowers:
            self.meant.refuse("borrowers", "say who owes the new contract")
        code = self.meant.currency(one.currency)
        limit = self.meant.money("amount", one.amount, code)
        drawn = limit if one.drawn is None else self.meant.money("drawn", one.drawn, code)
        self._doubt_drawn(limit, drawn, code)
        row = self.world.table("facilities").height + len(self.added.get("facilities", ()))
        id = f"what-if:{self.meant.place:03}"
        self._add("facilities", facility_id=id, limit_amount=limit, drawn_amount=drawn, currency=code, item_kind="loan")
        parties = [self.meant.party(f"borrowers[{k}]", text) for k, text in enumerate(one.borrowers)]
        for party in dict.fromkeys(parties):
            self._add("borrowers", facility=row, party=party)

    def _change_facility(self, one: Changing) -> None:
        row = self.meant.facility(one.facility)
        if row in self.restated:
            self.meant.refuse(
                "facility", "an earlier change speaks of this contract already: say all of it in one", one.facility
            )
        if one.do == "change_facility" and one.amount is None and one.drawn is None:
            self.meant.refuse("amount", "say what changes: the limit (`amount`), what is drawn (`drawn`), or both")
        old = self.world.table("facilities").row(row, named=True)
        code = self.meant.currency(one.currency or old["currency"])
        if one.currency and one.currency != old["currency"] and (one.amount is None or one.drawn is None):
            self.meant.refuse("currency", "in another currency, give both `amount` and `drawn`", one.currency)
        repaid = one.do == "repay_facility"
        limit = (
            0 if repaid else old["limit_amount"] if one.amount is None else self.meant.money("amount", one.amount, code)
        )
        under = self.world.rows("drawdowns", "facility", np.asarray([row]))
        drawn, matures = old["drawn_amount"], old["matures"]
        if repaid or one.drawn is not None:
            drawn = 0 if repaid else self.meant.money("drawn", one.drawn, code)
            self.removed.setdefault("drawdowns", set()).update(under.tolist())
            # The drawdowns go, but the debt lasts as long as it did.
            matures = max([matures, *self.world.column("drawdowns", "matures")[under].tolist()])
        if repaid or one.drawn is not None or not under.size:
            self._doubt_drawn(limit, drawn, code)
        told = {"limit_amount": limit, "drawn_amount": drawn, "currency": code, "matures": matures}
        self.restated[row] = {**old, **told}

    def _doubt_drawn(self, limit: int, drawn: int, code: str) -> None:
        """Say that more is drawn than granted: a load takes it, and a run counts what is drawn."""
        if drawn > limit != UNKNOWN:
            of = f"drawn {money_text(drawn, code)} is more than the limit, {money_text(limit, code)}"
            self.doubted.append(f"changes[{self.meant.place}].drawn: {of}; what is drawn counts, as in a run")

    # Rows

    def _add(self, table: str, **values: Any) -> None:
        self.added.setdefault(table, []).append(values)

    def _frame(self, table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
        """Rows with all columns of the table, empty or unknown where nothing is said."""
        schema = self.world.table(table).schema
        missing = {name: "" if kind == pl.String else UNKNOWN for name, kind in schema.items()}
        return pl.DataFrame([{**missing, **row} for row in rows], schema=schema)
