"""Steps of an explanation in words that a banker reads, with rule, article and arithmetic beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from algorithms.control import Control
from algorithms.dependence import DependenceRule
from algorithms.threshold import PPB, Threshold
from algorithms.why import Step
from api.services.answers import Evidence, PartyRef
from api.services.control_setting import is_as_asked
from api.services.dependence_basis import stated_shares, year_of_whole
from api.services.exposure_basis import Basis
from api.services.payment_input import MONTHS
from api.services.risk_input import RiskInput
from api.services.run_connected import ConnectedUnder
from api.services.why_figures import (
    SIGN,
    Arithmetic,
    Part,
    WhyStep,
    amount_text,
    money_text,
    ratio,
    share_text,
    votes_text,
)
from api.services.why_phrases import BASES, CRITERIA, MONTHS_EN, Lang, listed, say, word


@dataclass(frozen=True)
class Cast:
    """The parties of an explanation as the asker sees them, by ordinal; those outside the scope are left out."""

    lang: Lang
    seen: Mapping[int, PartyRef]

    def called(self, party: int) -> str:
        """What to call a party."""
        return self.seen[party].called if party in self.seen else say(self.lang, "hidden")

    def ref(self, party: int) -> PartyRef | None:
        """The party, where it may be told."""
        return self.seen.get(party)


@dataclass(frozen=True)
class Teller:
    """Tells the steps of explanations under one rule set.

    links: evidence by (from, to), both ordinals; empty where nobody asked the database.
    """

    lang: Lang
    cast: Cast
    under: ConnectedUnder
    control: Control
    basis: Basis
    risk: RiskInput
    links: Mapping[tuple[int, int], list[Evidence]] = field(default_factory=dict)

    def step(self, step: Step) -> WhyStep:
        """A step with its words and its figures."""
        sources = [self.cast.ref(one) for one in self.parties_of(step.source)]
        return WhyStep(
            kind=step.kind,
            sources=[one for one in sources if one],
            target=self.cast.ref(step.target),
            firm=self.is_confirmed(step),
            rule=self.under.rules.id,
            article=self.article(step),
            arithmetic=list(self.arithmetic(step)),
            links=self._evidence(step),
            text=self.clause(step),
        )

    def clause(self, step: Step, subject: str | None = None) -> str:
        """A step as a clause about its target, which is called `subject`."""
        target, source = subject or self.cast.called(step.target), self.source(step.source)
        if step.kind == "family":
            others = [self.cast.called(one) for one in self.parties_of(step.source) if one != step.target]
            return say(self.lang, "family", target=target, others=listed(self.lang, others))
        if step.kind == "dependence":
            findings = "; " if self.lang == "en" else "；"
            return say(self.lang, "depends", target=target, source=source, finding=findings.join(self._findings(step)))
        if step.basis >= 0:
            name = self.control.bases.names[int(self.control.bases.basis[step.basis])]
            phrase = "kin_basis" if step.kind == "kin" else "basis"
            return say(self.lang, phrase, target=target, source=source, basis=word(self.lang, BASES, name))
        alone = len(step.holdings) == 1 and step.holdings[0].holder == step.source and step.kind == "control"
        parts = " + ".join(
            say(self.lang, "part", votes=votes_text(one.votes), holder=self.cast.called(one.holder))
            for one in step.holdings
        )
        by_kin = "kin" if step.firm else "kin_alone"
        phrase = "votes" if alone else by_kin if step.kind == "kin" else "joint"
        return say(self.lang, phrase, target=target, source=source, votes=self._votes(step), parts=parts)

    def cited(self, step: Step, known: set[str]) -> str:
        """Rule and article in brackets, where they are not among those cited before, and whether it is flagged."""
        return self.notes(self.article(step), known, self._doubt(step))

    def notes(self, article: str, known: set[str], doubt: str = "") -> str:
        """An article in brackets, where it was not cited before, with what is doubtful."""
        told = [] if article in known else [say(self.lang, "rule", rule=self.under.rules.id, article=article)]
        known.add(article)
        told += [doubt] if doubt else []
        return say(self.lang, "cited", notes=say(self.lang, "note_join").join(told)) if told else ""

    def article(self, step: Step) -> str:
        """The article that a step stands on."""
        rules = self.under.rules
        if step.kind in ("dependence", "kin") and rules.connection:
            return rules.connection.article
        return self.article_of_control

    @property
    def article_of_control(self) -> str:
        """The article that control stands on; the setting of the run where the rule set asks for another test."""
        rules = self.under.rules
        return rules.control.article if is_as_asked(rules, self.control.rule) else say(self.lang, "run_setting")

    def is_confirmed(self, step: Step) -> bool:
        """Whether nothing in a step awaits somebody's decision."""
        if step.kind == "dependence":
            return bool(self.under.depends.links.firm[step.dependence])
        return step.firm

    def parties_of(self, node: int) -> tuple[int, ...]:
        """The party of a node, or the members of a family."""
        n = self.control.n_parties
        return self.control.families[node - n] if node >= n else (node,)

    def source(self, node: int) -> str:
        """What to call a node: a party, or a couple."""
        return listed(self.lang, [self.cast.called(one) for one in self.parties_of(node)])

    def arithmetic(self, step: Step) -> Iterator[Arithmetic]:
        """The ratios of a step; none for declared control, families, and what the data state without figures."""
        if step.holdings:
            yield self._arithmetic_of_votes(step)
        for criterion, (part, whole) in self.figures(step.dependence):
            test: Threshold = getattr(DependenceRule(), criterion)
            yield ratio(criterion, part, whole, test, self.basis.currency)

    def _arithmetic_of_votes(self, step: Step) -> Arithmetic:
        votes, whole = sum(one.votes for one in step.holdings), PPB - step.own_votes
        test = self.control.rule.threshold
        terms = " + ".join(votes_text(one.votes) for one in step.holdings)
        total = f" = {votes_text(votes)}" if len(step.holdings) > 1 else ""
        of = f"; {votes_text(votes)} / {votes_text(whole)} = {share_text(votes, whole)}" if votes <= whole < PPB else ""
        return Arithmetic(
            measure="votes",
            unit="ppb",
            part=votes,
            whole=whole,
            threshold_ppb=test.ppb,
            sense=test.sense,
            parts=[Part(party=self.cast.ref(one.holder), amount=one.votes) for one in step.holdings],
            text=f"{terms}{total}{of} {SIGN[test.sense]} {votes_text(test.ppb)}",
        )

    def _votes(self, step: Step) -> str:
        votes, whole = sum(one.votes for one in step.holdings), PPB - step.own_votes
        told = say(self.lang, "of_votes", percent=votes_text(votes))
        if not step.own_votes or votes > whole:  # in a circle what a company holds in its holder is its own, too
            return told
        return told + say(self.lang, "not_own", ratio=share_text(votes, whole), whole=votes_text(whole))

    def figures(self, row: int) -> Iterator[tuple[str, tuple[int, int]]]:
        """Criterion, part and whole of each finding behind a link of dependence, where the data show it."""
        for criterion in self._criteria(row):
            found = self._shown(row, criterion)
            if found is not None:
                yield criterion, found

    def _criteria(self, row: int) -> list[str]:
        """The criteria of all links between the two parties of a link that are as firm as it is."""
        links, criteria = self.under.depends.links, self.under.depends.criteria
        if row < 0:
            return []
        same = (links.dependent == links.dependent[row]) & (links.provider == links.provider[row])
        rows = np.flatnonzero(same & (links.firm == links.firm[row])).tolist()
        return list(dict.fromkeys(criteria[one] for one in rows))

    def _shown(self, row: int, criterion: str) -> tuple[int, int] | None:
        """The part and the whole that the data show for a link."""
        found, links = self.under.dependence, self.under.depends.links
        if found is None:
            return None
        same = (found.dependent == links.dependent[row]) & (found.provider == links.provider[row])
        for one in np.flatnonzero(same).tolist():
            if found.key(one)[2] == criterion:
                return int(found.part[one]), int(found.whole[one])
        return None

    def _findings(self, step: Step) -> Iterator[str]:
        source = self.source(step.source)
        for criterion in self._criteria(step.dependence):
            shown = self._shown(step.dependence, criterion)
            if shown is None:
                yield self._stated(step.dependence, criterion)
            else:
                yield self.finding(criterion, source, step.target, *shown)

    def _stated(self, row: int, criterion: str) -> str:
        """What a source tells of a dependence that the data do not show; in its own currency, so as a share."""
        links, told = self.under.depends.links, stated_shares(self.risk)
        figures = told.get((int(links.dependent[row]), int(links.provider[row]), criterion))
        called = word(self.lang, CRITERIA, criterion)
        if figures is None:
            return say(self.lang, "stated", criterion=called)
        return say(self.lang, "stated_share", criterion=called, share=share_text(*figures))

    def finding(self, criterion: str, source: str, dependent: int, part: int, whole: int) -> str:
        """What part of a party's whole another makes up, by one criterion."""
        currency = self.basis.currency
        if whole <= 0:
            told = {"part": money_text(part, currency), "whole": money_text(whole, currency)}
            return say(self.lang, "guarantee_no_equity", source=source, **told)
        amounts = say(
            self.lang,
            "amounts_against" if criterion == "guarantee" else "amounts",
            currency=currency,
            part=amount_text(part, currency),
            whole=amount_text(whole, currency),
            origin=self._origin(criterion, dependent, whole),
        )
        share, period = share_text(part, whole), self._period()
        return say(self.lang, criterion, source=source, share=share, amounts=amounts, period=period)

    def _origin(self, criterion: str, dependent: int, whole: int) -> str:
        year = year_of_whole(self.risk, self.basis, dependent, criterion, whole)
        if year is not None:
            return say(self.lang, "of_statement", year=year)
        return say(self.lang, f"of_accounts_{criterion}") if criterion in ("receipts", "expenditure") else ""

    def _period(self) -> str:
        months = self.risk.column("payment_months", "month")
        if not months.size:
            return say(self.lang, "period_unknown")
        year, month = divmod(int(months.max()), 100)
        name = MONTHS_EN[month - 1] if self.lang == "en" else month
        return say(self.lang, "period", months=min(months.size, MONTHS), month=name, year=year)

    def _doubt(self, step: Step) -> str:
        if self.is_confirmed(step):
            return ""
        if step.kind == "kin":
            return say(self.lang, "flagged_kin")
        return say(self.lang, "flagged_counts" if step.firm else "flagged")

    def _evidence(self, step: Step) -> list[Evidence]:
        """Links of the kinds that a step is made of, in the database's words."""
        sources = self.parties_of(step.source)
        pairs = {"OWNS": [(one.holder, step.target) for one in step.holdings]}
        if step.basis >= 0:
            pairs["CONTROLS"] = [(int(self.control.bases.controller[step.basis]), step.target)]
        if step.dependence >= 0:
            pairs["DEPENDS_ON"] = [(step.target, one) for one in sources]
        if step.kind == "family":
            pairs["KIN_OF"] = _both_ways(sources, [step.target])
        if step.kind == "kin":
            pairs["KIN_OF"] = _both_ways(sources, [one.holder for one in step.holdings])
        found = {
            link.id: link
            for type_, ends in pairs.items()
            for pair in ends
            for link in self.links.get(pair, ())
            if link.type == type_
        }
        return list(found.values())


def _both_ways(ones: Iterable[int], others: Iterable[int]) -> list[tuple[int, int]]:
    there = [(one, other) for one in ones for other in others if one != other]
    return there + [(other, one) for one, other in there]


def ends_of(teller: Teller, steps: Iterable[Step]) -> set[tuple[int, int]]:
    """The pairs of parties whose links steps are made of, for a look-up."""
    pairs: set[tuple[int, int]] = set()
    for step in steps:
        sources = teller.parties_of(step.source)
        holders = [one.holder for one in step.holdings]
        pairs.update((holder, step.target) for holder in holders)
        pairs.update(_both_ways(sources, [step.target, *(holders if step.kind == "kin" else ())]))
        if step.basis >= 0:
            pairs.add((int(teller.control.bases.controller[step.basis]), step.target))
    return pairs
