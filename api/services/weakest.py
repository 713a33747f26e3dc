"""The weakest links of a group: the smallest sets of links whose rebuttal would split it, or clear its breach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.columns import IntArray
from algorithms.connected import ConnectedGroups
from algorithms.dependence import CRITERIA
from algorithms.exposure import Members
from algorithms.limit_tests import Exposures
from algorithms.limits import BREACH, STATES, Limit, LimitResult, apply_limit, known, ratio_ppb
from algorithms.local_groups import LocalProblem
from algorithms.threshold import PPB, UNKNOWN
from algorithms.weakest import weakest_links
from api.services.answers import Answer, Because, Model, Money, PartyRef, money, stamp
from api.services.known import parties_seen
from api.services.run_change import Change
from api.services.run_exposure import FIRMLY, POTENTIALLY
from api.services.run_region import Region, TooWide, region
from api.services.run_world import World, Worlds
from api.services.what_if import fraction
from graph.errors import BadInput
from graph.store import View

MOST_LINKS = 3
"""Links in one set at most."""
MOST_EVALUATIONS = 400
"""How often the groups are worked out anew for one question."""
MOST_SETS = 50
"""Sets told of one question."""
_RULE, _ARTICLE = "weakest_links", "Reiter 1987 (minimal hitting sets)"

Among = Literal["dependence", "all"]


class WeakLink(Model):
    """A link to be rebutted."""

    type: str = Field(description="OWNS, CONTROLS or DEPENDS_ON")
    start: PartyRef = Field(description="who holds, controls or depends")
    end: PartyRef = Field(description="whom it holds or controls, or on whom it depends")
    told: str = Field(description="the share, basis or criterion")
    status: str = Field(description="confirmed or flagged")
    link_ids: list[str] = Field(
        description="as decisions and what-ifs take them; empty where the view sees none any more"
    )
    sources: list[str] = Field(
        default_factory=list,
        description="of a holding that several sources tell, these: all of `link_ids` are to be rebutted together, for "
        "where the first source tells it no more the next one counts",
    )


class LeftOver(Model):
    """A group that there is once the links of a set are rebutted, of those that hold a member of the group."""

    heads: list[PartyRef]
    size: int
    amount: Money | None = Field(description="null where no limit is asked about, or it is unknown")
    ratio: str | None = Field(description="of the capital; null as the amount is, or where that is not above zero")
    state: str | None = Field(description="of the limit asked about; null where the group is to be split")


class WeakSet(Model):
    """Links that are enough together, and none of which can be left out."""

    links: list[WeakLink]
    left: list[LeftOver]


class WeakQuestion(Model):
    """One question with all its smallest sets."""

    ask: Literal["clear", "split"] = Field(description="clear a breach, or split the group")
    test: str | None = Field(description="the limit that is breached")
    status: str = Field(description="firm: confirmed links alone hold the group; potential: flagged ones too")
    among: Among = Field(description="which links may be rebutted")
    sets: list[WeakSet] = Field(description="the smaller first; empty where no set of the size asked for is enough")
    stopped: str | None = Field(description="why the search ended early, if it did")


class WeakestAnswer(Answer):
    """What a group, or its breach, hangs by."""

    group_id: str
    rules: str
    questions: list[WeakQuestion]


def weakest(view: View, worlds: Worlds, group_id: str, rules: str | None = None, most_links: int = 2) -> WeakestAnswer:
    """The smallest sets of links that hold a group, and each of its breaches, under one rule set: if none is named,
    that of its worst breach, else the first that finds the group.

    Raises NotFound for an unknown group, BadInput for a rule set that the run did not use, a number out of range, and a
    group with so many around it that its links cannot be tried one by one.
    """
    if not 1 <= most_links <= MOST_LINKS:
        raise BadInput(f"links is {most_links}; give 1 to {MOST_LINKS}.", field="links", value=most_links)
    world = worlds.of(view)
    place = world.place(group_id)
    breached = _breached(world, place)
    chosen = _rules_of(world, place, rules, breached)
    try:
        found = region(world, Change(), touched=world.book.groups[place].party)
    except TooWide as error:
        message = f"{group_id} is too wide for its links to be tried one by one: {error}."
        raise BadInput(message, field="group_id", value=group_id) from error
    asked = _Asked(world, found, place, chosen)
    questions = [one for each in asked.questions() for one in asked.answer(*each, most_links)]
    teller = _Teller(view, asked, questions)
    capped = [f"sets capped at {MOST_SETS} of {len(one.sets)}" for one in questions if len(one.sets) > MOST_SETS]
    if others := [name for name in breached if name != chosen]:
        capped.append(f"not looked at: the group's breaches under {', '.join(others)}; ask for one of them by `rules`")
    told = f"{chosen}: each set was found by working the groups out anew without it; nothing is stored"
    return WeakestAnswer(
        **{**stamp(view, capped), "run_id": world.run_id},
        because=[Because(rule=_RULE, article=_ARTICLE, text=told)],
        group_id=group_id,
        rules=chosen,
        questions=[teller.question(one) for one in questions],
    )


def _breached(world: World, place: int) -> list[str]:
    """The rule sets of whose limits a group breaches one, what is farthest beyond its limit first."""
    rows = world.found.exposures.filter((pl.col("subject") == place) & (pl.col("state") == STATES[BREACH]))
    worst = rows.group_by("rules").agg(pl.col("nearness").max()).sort("nearness", "rules", descending=[True, False])
    return [name for name in worst["rules"] if name in world.found.by_rules]


def _rules_of(world: World, place: int, rules: str | None, breached: Sequence[str]) -> str:
    """The rule set under which the group is looked at: the one named, or that of its worst breach, or the first that
    finds it, or just the first."""
    if rules is not None:
        world.under(rules)
        return rules
    if breached:
        return breached[0]
    every = list(world.found.by_rules)
    if not every:
        raise BadInput(f"{world.run_id} used no rule set that speaks of groups; make a run with one.", field="rules")
    finding = [name for name in every if place in world.found.by_rules[name].potential]
    return (finding or every)[0]


@dataclass(frozen=True)
class _Found:
    """The sets of one question, as numbers of links, and what is left after each."""

    ask: Literal["clear", "split"]
    limit: Limit | None
    potential: bool
    among: Among
    sets: tuple[tuple[int, ...], ...]
    stopped: str


class _Left(NamedTuple):
    """A group that is left. amount: minor units; ratio: parts per billion of the base. None: not known, not tested."""

    heads: IntArray
    size: int
    amount: int | None
    ratio: int | None
    state: str | None


class _Asked:
    """A group with its region as a small problem."""

    def __init__(self, world: World, found: Region, place: int, rules: str) -> None:
        side = found.before
        self.region, self.world = found, world
        self.under = side.found.by_rules[rules].under
        self._basis, self._place, self._rules = side.found.basis, place, rules
        group = world.book.groups[place]
        self._is_firm = group.is_firm
        self.members = np.searchsorted(side.part.ordinals, group.party)
        self._inside = np.zeros(side.control.n_parties, dtype=np.bool_)
        self._inside[self.members] = True
        self.problem = LocalProblem(
            stakes=side.part.given.stakes,
            dependence=self.under.depends.links,
            parties=self.under.parties,
            rule=self.under.rule,
            control_rule=side.control.rule,
            bases=side.part.given.bases,
            families=side.part.given.couples,
            kin=self.under.kin,
        )

    def questions(self) -> list[tuple[Literal["clear", "split"], Limit | None, bool]]:
        """What is asked: each breach of a limit, and the group itself."""
        rows = self.world.found.exposures.filter(
            (pl.col("subject") == self._place) & (pl.col("rules") == self._rules) & (pl.col("state") == STATES[BREACH])
        )
        limits = {one.id: one for one in self.under.rules.limits_on(self.world.as_of)}
        tests = rows.select("test", "status").sort("test", "status").iter_rows()
        breaches = [("clear", limits[test], status == POTENTIALLY) for test, status in tests]
        return [*breaches, ("split", None, not self._is_firm)]  # type: ignore[list-item]

    def answer(
        self, ask: Literal["clear", "split"], limit: Limit | None, potential: bool, most_links: int
    ) -> Iterable[_Found]:
        """Among links of dependence, where there are any in the group, then among all."""
        stands = self._breach_stands(limit, potential) if limit else self._group_stands(potential)
        links = self._links()
        needed = [link for link in links if link in self.problem.dependence_links]
        for among, chosen in (("dependence", needed), ("all", links)):
            if chosen:
                got = weakest_links(chosen, stands, most_links, MOST_EVALUATIONS)
                yield _Found(ask, limit, potential, among, got.sets, got.stopped)  # type: ignore[arg-type]

    def _links(self) -> list[int]:
        """The numbers of the links into members: no others hold the group together."""
        stakes, bases, needed = self.problem.stakes, self.problem.bases, self.problem.dependence
        into = np.concatenate(
            (
                self._inside[stakes.owned] & (stakes.votes != 0),
                self._inside[bases.controlled],
                self._inside[needed.dependent] & self._inside[needed.provider],
            )
        )
        return [int(link) for link in np.flatnonzero(into)]

    def _breach_stands(self, limit: Limit, potential: bool) -> Callable[[frozenset[int]], bool]:
        def stands(without: frozenset[int]) -> bool:
            groups = self.problem.solve(without, potential)
            breached = np.flatnonzero(self.tested(groups, limit).state == BREACH)
            return any(bool(self._inside[groups.members(k)].all()) for k in breached.tolist())

        return stands

    def _group_stands(self, potential: bool) -> Callable[[frozenset[int]], bool]:
        size = self.members.size

        def stands(without: frozenset[int]) -> bool:
            groups = self.problem.solve(without, potential)
            number = np.repeat(np.arange(len(groups)), np.diff(groups.first))
            inside = np.bincount(number[self._inside[groups.party]], minlength=len(groups))
            return bool((inside == size).any())

        return stands

    def tested(self, groups: ConnectedGroups, limit: Limit) -> LimitResult:
        """A limit, for groups."""
        exposures = Exposures(
            self.under.claims, self.under.counterparties, {FIRMLY: Members(groups.first, groups.party)}
        )
        warning = self.under.rules.warning.fraction if self.under.rules.warning else PPB
        applies = exposures.applies(FIRMLY, limit.counterparties)
        figures = exposures.of(FIRMLY, limit.counterparties)
        return apply_limit(limit, FIRMLY, figures, applies, self._basis.capital, warning, self._basis.rates)

    def ends(self, link: int) -> tuple[str, int, int, str]:
        """Type, start, end of a link by its number, and what it says."""
        stakes, bases, needed = self.problem.stakes, self.problem.bases, self.problem.dependence
        if link < stakes.owner.size:
            votes = int(stakes.votes[link])
            told = "share unknown" if votes == UNKNOWN else fraction(votes)
            return "OWNS", int(stakes.owner[link]), int(stakes.owned[link]), told
        link -= stakes.owner.size
        if link < bases.controller.size:
            basis = bases.names[int(bases.basis[link])]
            return "CONTROLS", int(bases.controller[link]), int(bases.controlled[link]), basis
        link -= bases.controller.size
        criterion = self.under.depends.criteria[link]
        return "DEPENDS_ON", int(needed.dependent[link]), int(needed.provider[link]), criterion or CRITERIA[0]

    def is_firm(self, link: int) -> bool:
        """Whether a person has confirmed it, or a source tells it without doubt."""
        at = link - self.problem.dependence_links.start
        return at < 0 or bool(self.problem.dependence.firm[at])

    def left(self, one: _Found, links: Sequence[int]) -> list[_Left]:
        """The groups with a member of the group, once links are rebutted."""
        groups = self.problem.solve(frozenset(links), one.potential)
        result = None if one.limit is None else self.tested(groups, one.limit)
        out: list[_Left] = []
        for k in range(len(groups)):
            if self._inside[groups.members(k)].any() and self.region.touches(groups.members(k)):
                size = int(groups.members(k).size)
                if result is None:
                    out.append(_Left(groups.heads(k), size, None, None, None))
                else:
                    amount, unknown = int(result.amount[k]), int(result.unknown[k])
                    ratio = ratio_ppb(amount, unknown, result.base)
                    out.append(_Left(groups.heads(k), size, known(amount, unknown), ratio, result.state_of(k)))
        return sorted(out, key=lambda each: (-(each.amount or 0), -each.size))


class _Teller:
    """Sets in the words of the answer, with the names of parties and the ids of links as the view knows them."""

    def __init__(self, view: View, asked: _Asked, questions: Sequence[_Found]) -> None:
        self._asked = asked
        self._currency = asked.world.found.basis.currency
        shown = [(one, links) for one in questions for links in one.sets[:MOST_SETS]]
        self._left = {(id(one), links): asked.left(one, links) for one, links in shown}
        ends = [asked.ends(link) for _, links in shown for link in links]
        parties = {party for _, start, end, _ in ends for party in (start, end)}
        parties |= {int(head) for rows in self._left.values() for row in rows for head in row.heads.tolist()}
        self._names = parties_seen(view, (self._id(party) for party in parties))
        pairs = sorted({(self._id(start), self._id(end)) for _, start, end, _ in ends})
        self._links: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        self._sources: dict[tuple[str, str, str], set[str]] = {}
        from_ids, to_ids = [one for one, _ in pairs], [other for _, other in pairs]
        for row in view.read("what_if/between", from_ids=from_ids, to_ids=to_ids) if pairs else ():
            told = row["criterion"] or ""
            key = (row["type"], row["from_id"], row["to_id"])
            self._links.setdefault(key, []).append((row["link_id"], told))
            if row["type"] == "OWNS" and row["status"] == "confirmed":
                self._sources.setdefault(key, set()).add(row["source"])

    def _id(self, party: int) -> str:
        return self._asked.region.party_ids[party]

    def _party(self, party: int) -> PartyRef:
        return self._names.get(self._id(party)) or PartyRef(party_id=self._id(party))

    def question(self, one: _Found) -> WeakQuestion:
        return WeakQuestion(
            ask=one.ask,
            test=one.limit.id if one.limit else None,
            status=POTENTIALLY if one.potential else FIRMLY,
            among=one.among,
            sets=[self._set(one, links) for links in one.sets[:MOST_SETS]],
            stopped=one.stopped or None,
        )

    def _set(self, one: _Found, links: tuple[int, ...]) -> WeakSet:
        left = [
            LeftOver(
                heads=[self._party(head) for head in group.heads.tolist()],
                size=group.size,
                amount=money(group.amount, self._currency),
                ratio=None if group.ratio is None else fraction(group.ratio),
                state=group.state,
            )
            for group in self._left[id(one), links]
        ]
        return WeakSet(links=[self._link(link) for link in links], left=left)

    def _link(self, link: int) -> WeakLink:
        type_, start, end, told = self._asked.ends(link)
        key = (type_, self._id(start), self._id(end))
        found, sources = self._links.get(key, []), self._sources.get(key, set())
        ids = [id for id, criterion in found if type_ != "DEPENDS_ON" or criterion == told]
        return WeakLink(
            type=type_,
            start=self._party(start),
            end=self._party(end),
            told=told,
            status="confirmed" if self._asked.is_firm(link) else "flagged",
            link_ids=sorted(ids),
            sources=sorted(sources) if len(sources) > 1 else [],
        )
