"""Why a party is in a group, as a paragraph: what ties it, step by step up to the head, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from algorithms.connected import CONNECTOR, ConnectedGroups
from algorithms.why import Explainer, Step, Why
from api.services.answers import Because
from api.services.why_figures import WhyStep
from api.services.why_phrases import joined, listed, say
from api.services.why_words import Teller


@dataclass(frozen=True)
class Membership:
    """A membership explained: the lightest route, and others that end in another link.

    flagged_too: how many parties the group has where flagged links count too.
    """

    explainer: Explainer
    groups: ConnectedGroups
    group: int
    party: int
    why: Why
    further: tuple[Why, ...]
    flagged_too: int = 0

    @property
    def steps(self) -> list[Step]:
        """All steps, from the head to the party, then those of further routes."""
        return [*self.why.steps, *(step for one in self.further for step in one.steps)]

    @property
    def heads(self) -> list[int]:
        """The heads of the group."""
        return [int(one) for one in self.groups.heads(self.group)]

    @property
    def size(self) -> int:
        """How many parties the group has."""
        return int(self.groups.members(self.group).size)

    @property
    def parties(self) -> set[int]:
        """The parties that are spoken of."""
        nodes = [self.why.start, *(step.source for step in self.steps)]
        named = {self.party, *self.heads, *(step.target for step in self.steps)}
        named |= {holding.holder for step in self.steps for holding in step.holdings}
        families = self.explainer.control.families
        n = self.explainer.control.n_parties
        return named.union(*(families[node - n] if node >= n else (node,) for node in nodes), self.sovereigns)

    @property
    def sovereigns(self) -> list[int]:
        """The exempt sovereigns that control the head where the route starts, and connect nothing."""
        control = self.explainer.control
        if self.explainer.rule.sovereign == "connects" or self.why.start >= control.n_parties:
            return []
        found = np.flatnonzero(self.explainer.parties.sovereign).tolist()
        return [one for one in found if control.controls(one, self.why.start)]

    @property
    def status(self) -> int:
        """The party's status in the group: firm or potential."""
        return int(self.groups.status[self._row(self.party)])

    def role(self, party: int) -> int:
        """A member's role."""
        return int(self.groups.role[self._row(party)])

    def _row(self, party: int) -> int:
        span = self.groups.span(self.group)
        return int(span.start) + int(np.searchsorted(self.groups.party[span], party))


def explain(explainer: Explainer, groups: ConnectedGroups, group: int, party: int, flagged_too: int = 0) -> Membership:
    """A party's membership with its further routes. Raises ValueError when it is not in the group."""
    why = explainer.why(groups, group, party)
    further = explainer.further(groups, group, party) if why.steps else ()
    return Membership(explainer, groups, group, party, why, further, flagged_too)


@dataclass(frozen=True)
class Told:
    """A membership in words: all of it, each step, and the reasons with their links."""

    text: str
    steps: list[WhyStep]
    because: list[Because]


def told(teller: Teller, of: Membership) -> Told:
    """A membership in words."""
    cited: set[str] = set()
    sentences = [*_opening(teller, of, cited), *_above(teller, of, cited), *_start(teller, of, cited)]
    sentences += _sureness(teller, of)
    for one in of.further:
        clause = "; ".join(teller.clause(step) + teller.cited(step, cited) for step in reversed(one.steps))
        sentences.append(say(teller.lang, "further", clause=clause))
    steps = [teller.step(step) for step in of.why.steps]
    because = [
        Because(rule=one.rule, article=one.article, links=[link.id for link in one.links], text=_with_figures(one))
        for one in reversed(steps)
    ]
    return Told(joined(teller.lang, sentences), steps, because)


def _with_figures(step: WhyStep) -> str:
    figures = "; ".join(one.text for one in step.arithmetic)
    return f"{step.text} [{figures}]" if figures else step.text


def _opening(teller: Teller, of: Membership, cited: set[str]) -> Iterable[str]:
    """What puts the party in the group, or that it is its head."""
    lang, cast = teller.lang, teller.cast
    party = cast.called(of.party)
    others = listed(lang, [cast.called(one) for one in of.heads if one != of.party])
    if of.party in of.heads and others:
        yield say(lang, "head_as_one" if _is_one(of) else "head_of_circle", party=party, others=others)
    elif of.party in of.heads:
        yield _alone(teller, of, cited)
    if of.why.steps:
        last = of.why.steps[-1]
        clause = teller.clause(last, _pronoun(teller, of.party)) + teller.cited(last, cited)
        yield say(lang, "member", party=party, clause=clause)
    if of.role(of.party) == CONNECTOR:
        yield say(lang, "connector", party=party)


def _pronoun(teller: Teller, party: int) -> str | None:
    """`it` for companies; persons, and all in Chinese, keep their name."""
    ref = teller.cast.ref(party)
    return None if teller.lang == "zh" or ref is None or ref.kind == "person" else say(teller.lang, "it")


def _alone(teller: Teller, of: Membership, cited: set[str]) -> str:
    lang, others = teller.lang, of.size - 1
    many = say(lang, "one_party") if others == 1 else say(lang, "parties", count=f"{others:,}")
    more = say(lang, "flagged_too", count=f"{of.flagged_too - 1:,}") if of.flagged_too > of.size else ""
    return _head(teller, of, cited, ("head", "head_below"), others=many, more=more)


def _head(teller: Teller, of: Membership, cited: set[str], phrases: tuple[str, str], **values: str) -> str:
    """A head that nobody controls, or that only exempt sovereigns do."""
    plain, below = phrases
    party = teller.source(of.why.start)
    if not of.sovereigns:
        return say(teller.lang, plain, party=party, **values)
    above = listed(teller.lang, [teller.cast.called(one) for one in of.sovereigns])
    return say(teller.lang, below, party=party, sovereign=above, cited=_article(teller, cited), **values)


def _article(teller: Teller, cited: set[str]) -> str:
    connection = teller.under.rules.connection
    return teller.notes(connection.article, cited) if connection else ""


def _above(teller: Teller, of: Membership, cited: set[str]) -> Iterable[str]:
    """What ties the parties between the head and the party."""
    for step in reversed(of.why.steps[:-1]):
        yield teller.clause(step) + teller.cited(step, cited)


def _start(teller: Teller, of: Membership, cited: set[str]) -> Iterable[str]:
    """The head where the steps start."""
    if not of.why.steps or of.party in of.heads:
        return
    lang, start = teller.lang, of.why.start
    sovereign = start < of.explainer.control.n_parties and bool(of.explainer.parties.sovereign[start])
    if start >= of.explainer.control.n_parties:
        first, *rest = teller.parties_of(start)
        others = listed(lang, [teller.cast.called(one) for one in rest])
        yield say(lang, "head_as_one", party=teller.cast.called(first), others=others)
    elif sovereign and of.explainer.rule.sovereign == "alternative":
        yield say(lang, "start_sovereign", party=teller.cast.called(start), cited=_article(teller, cited))
    elif len(of.heads) > 1:
        others = listed(lang, [teller.cast.called(one) for one in of.heads if one != start])
        phrase = "head_as_one" if _is_one(of) else "head_of_circle"
        yield say(lang, phrase, party=teller.cast.called(start), others=others)
    else:
        yield _head(teller, of, cited, ("start", "start_below"))
    if start < of.explainer.control.n_parties and of.role(start) == CONNECTOR:
        yield say(lang, "connector", party=teller.cast.called(start))


def _is_one(of: Membership) -> bool:
    """Whether the heads count as one controller."""
    return int(of.groups.family[of.group]) >= 0


def _sureness(teller: Teller, of: Membership) -> Iterable[str]:
    """Whether it rests on what is flagged, and whether fewer links would suffice."""
    if not of.why.firm:
        yield say(teller.lang, "potential")
    links = of.why.n_links
    if not of.why.steps:
        return
    if links == 0:
        yield say(teller.lang, "no_link")
    elif of.why.shortest:
        yield say(teller.lang, "one_link" if links == 1 else "fewest", links=links)
    else:
        yield say(teller.lang, "not_fewest", links=links, least=of.why.at_least)
