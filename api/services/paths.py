"""Warm paths: the strongest routes from one party to another over people who may be asked, each tie with evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pydantic import Field

from algorithms.threshold import PPB
from algorithms.warm_paths import PathRule, WarmPath, warm_paths
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.known import parties_seen
from api.services.managers import ManagerRef, ManagerTold, find_manager, manager_ref
from api.services.party import JoinedAway, missing
from api.services.path_search import TieLink, Ties, read_ties
from api.services.tie_words import VEILED, tie_sentence
from api.services.ties import TieRules, tie_rules
from graph.errors import BadInput, NotFound
from graph.store import View

DEFAULT, MOST = 3, 10
MOST_TIES = 4


class Stop(Model):
    """Who stands on a route. Of a party outside the asker's scope nothing is told but that it is there."""

    party: PartyRef | None = Field(default=None, description="null for a manager, and outside your scope")
    manager: ManagerRef | None = Field(default=None, description="at the beginning of a route from a manager")
    called: str = Field(description="a name; of somebody outside your scope `a colleague's customer`")


class TieEvidence(Model):
    """A link that a tie rests on."""

    kind: str = Field(description="type of the link")
    status: str
    link: str | None = Field(description="its id; null where somebody outside your scope is at an end of it")
    text: str = Field(description="the link in words")
    because: str = Field(description="why it counts")


class Tie(Model):
    """One step of a route."""

    strength: str = Field(description="0 to 1, nine digits")
    evidence: list[TieEvidence] = Field(description="what it rests on, the strongest first")


class Path(Model):
    """A route: its strength is the product over its ties."""

    strength: str = Field(description="0 to 1, nine digits, rounded down")
    stops: list[Stop] = Field(description="from the beginning to the end")
    ties: list[Tie] = Field(description="between the first and the second stop, the second and the third ...")


class PathsAnswer(Answer):
    """The strongest routes first; those of the same strength by fewer ties, then by id."""

    start: Stop
    end: Stop
    paths: list[Path]
    empty: str | None = Field(description="why there are none")


def paths(view: View, start: str, end: str, most: int = DEFAULT) -> PathsAnswer:
    """At most `most` routes of at most four ties among at most 200 candidates; caps are told in `omitted`.

    start: a party's id, or a manager's id or staff number. Whoever is outside the asker's scope may be walked over and
    is veiled; who asked not to be approached introduces nobody. Raises NotFound, JoinedAway, BadInput for a party with
    itself, for what is no number of routes, and for a staff number of several managers.
    """
    if not 1 <= most <= MOST:
        raise BadInput(f"max is {most}; give 1 to {MOST}.", field="max", value=most)
    if start == end:
        raise BadInput(f"from and to are both {start}; a path goes to another party.", field="to", value=end)
    ends = parties_seen(view, [start, end])
    if end not in ends:
        raise missing(view, end)
    manager = None if start in ends else _manager(view, start)
    first = manager.manager_id if manager else start
    rules = tie_rules()
    ties = read_ties(view, rules, first, end, manager is not None)
    found, capped = _strongest(ties, rules, first, end, most)
    met = {party for _, parties in found for party in parties}
    told = _Told(ties, rules, manager, {**ends, **parties_seen(view, met - {first, *ends})})
    routes = [told.path(strength, parties) for strength, parties in found]
    shy = [
        Because(rule="paths.opt_out", text=f"{told.stop(one).called} asked not to be approached")
        for one in ties.shy_ends
    ]
    links = [one.link for route in routes for tie in route.ties for one in tie.evidence if one.link]
    return PathsAnswer(
        **stamp(view, [*ties.omitted, *(["the search ended at its cap: there may be more routes"] if capped else [])]),
        because=[*([Because(rule="paths.ties", links=list(dict.fromkeys(links)), text=_RULE)] if routes else []), *shy],
        start=told.stop(first),
        end=told.stop(end),
        paths=routes,
        empty=None if routes else f"no route of at most {MOST_TIES} ties was found",
    )


_RULE = (
    "a tie's strength is that of its kind times a factor for how long ago it began, raised where the two have several; "
    "a route's is the product over its ties"
)


def _manager(view: View, asked: str) -> ManagerTold:
    """The manager a path begins with. Raises NotFound, JoinedAway for a party that was joined away, BadInput."""
    try:
        return find_manager(view, asked, "from", by_name=False)
    except NotFound:
        gone = missing(view, asked)
    if isinstance(gone, JoinedAway):
        raise gone
    raise NotFound(
        f"No party has the id {asked[:80]!r}, and no relationship manager that id or staff number. Search by name; the "
        "section `managers` of a customer's 360 tells who looks after it.",
        field="from",
        value=asked[:80],
    )


def _strongest(
    ties: Ties, rules: TieRules, start: str, end: str, most: int
) -> tuple[list[tuple[str, list[str]]], bool]:
    """Strength and ids of each route, and whether the search was capped."""
    met = Counter(one for pair in ties.between for one in pair) + Counter([start, start, end, end])
    through = sorted(pair for pair in ties.between if met[pair[0]] > 1 < met[pair[1]])  # the others lead nowhere
    ids = sorted({one for pair in through for one in pair} | {start, end})
    place = {one: number for number, one in enumerate(ids)}
    rows = [
        (place[first], place[second], rules.together(link.strength for link in ties.between[first, second].values()))
        for first, second in through
    ]
    one, other, strength = np.asarray(rows, dtype=np.int64).reshape(-1, 3).T
    found = warm_paths(one, other, strength, place[start], place[end], len(ids), PathRule(MOST_TIES, most))
    return [(_rounded(path), [ids[party] for party in path.parties]) for path in found.paths], found.capped


def _rounded(path: WarmPath) -> str:
    """The strength of a route with nine digits, rounded down."""
    return _told(path.strength // PPB ** (len(path.ties) - 1))


def _told(strength: int) -> str:
    """Parts per billion with nine digits."""
    return f"{strength // PPB}.{strength % PPB:09d}"


@dataclass(frozen=True)
class _Told:
    """Routes as the asker may be told them. seen: the parties within the asker's scope; of others nothing is told."""

    ties: Ties
    rules: TieRules
    manager: ManagerTold | None
    seen: Mapping[str, PartyRef]

    def path(self, strength: str, ids: list[str]) -> Path:
        """A route."""
        return Path(
            strength=strength,
            stops=[self.stop(one) for one in ids],
            ties=[self.tie(one, other) for one, other in pairwise(ids)],
        )

    def stop(self, id: str) -> Stop:
        """Somebody on it."""
        if self.manager and id == self.manager.manager_id:
            return Stop(manager=manager_ref(self.manager.model_dump()), called=self.manager.called)
        party = self.seen.get(id)
        return Stop(party=party, called=party.called if party else VEILED)

    def tie(self, one: str, other: str) -> Tie:
        """What two of them have with each other."""
        first, second = sorted((one, other))
        links = sorted(self.ties.between[first, second].values(), key=lambda link: (-link.strength, link.id))
        strength = self.rules.together(link.strength for link in links)
        return Tie(strength=_told(strength), evidence=[self._evidence(link) for link in links])

    def _evidence(self, link: TieLink) -> TieEvidence:
        """Neither id nor detail of a link to somebody veiled: a spouse, or who compares ids, would know who it is."""
        start, end = self.stop(link.start), self.stop(link.end)
        open_ = all(stop.party or stop.manager for stop in (start, end))
        return TieEvidence(
            kind=link.kind,
            status=link.status,
            link=link.id if open_ else None,
            text=tie_sentence(link.kind, start.called, end.called, link.detail if open_ else None),
            because=self.rules.kinds[link.kind].because,
        )
