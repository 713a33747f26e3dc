"""What keeps two parties out of one group, in words: near misses, links that do not count, what was not assessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from algorithms.connected import ConnectedGroups
from algorithms.dependence import CRITERIA as CRITERION_NAMES
from algorithms.near_dependence import Near, assessment
from algorithms.threshold import PPB, Threshold
from algorithms.votes import Stakes
from algorithms.why_not import Miss
from api.services.answers import Evidence, Model, PartyRef
from api.services.why_figures import Arithmetic, money_text, ratio, sign, votes_text
from api.services.why_not_pair import Pair
from api.services.why_not_phrases import BASES, PHRASES
from api.services.why_phrases import CRITERIA, filled, listed, say, word
from api.services.why_words import Teller

MOST_NEAR = 5
"""So many flows that are too small to be dependence are told, the largest of each criterion first."""


class WhyNotReason(Model):
    """One thing that is nearly there, or that keeps two parties apart."""

    kind: str = Field(
        description="votes, band, one_way, flagged_only, sovereign, bank_rule, dependence_off, reporting_bank, "
        "separate_groups, rebutted, dependence (too small), no_figure, not_assessed, no_capital, nothing"
    )
    parties: list[PartyRef] = Field(description="those that it is about and the asker may see")
    article: str
    arithmetic: list[Arithmetic] = Field(default_factory=list)
    links: list[Evidence] = Field(default_factory=list)
    text: str


@dataclass(frozen=True)
class PairTeller:
    """Tells what keeps a pair apart."""

    teller: Teller
    stakes: Stakes
    pair: Pair

    def verdict(self) -> str:
        """Whether they are in one group."""
        pair, heads = self.pair, self.teller.under.connected.firm
        names = {"a": self._called(pair.a), "b": self._called(pair.b)}
        if pair.together.size:
            return self._say("together", heads=self._heads(heads, int(pair.together[0])), **names)
        return self._say("apart", **names)

    def reasons(self) -> list[WhyNotReason]:
        """All that is near or keeps them apart; that nothing is, where so."""
        if self.pair.together.size:
            return []
        told = [
            *(self._miss(miss) for miss in self.pair.misses if not self._is_of_one_head(miss)),
            *(self._reason("band", self._ends(row), self._band(row)) for row in self.pair.bands),
            *(self._rebutted(*one) for one in self.pair.rebutted),
            *self._near(),
        ]
        return [*(told or [self._reason("nothing", [], self._say("nothing"))]), *self._assessments()]

    def _miss(self, miss: Miss) -> WhyNotReason:
        told = getattr(self, f"_of_{miss.kind}")(miss)
        article = self._article(miss.kind in ("votes",))
        links = [link for ends in self._pairs_of(miss) for link in self.teller.links.get(ends, ())]
        arithmetic = [self._votes_of(miss)] if miss.gap is not None else []
        return self._reason(miss.kind, miss.parties, told, article, arithmetic, links)

    def _is_of_one_head(self, miss: Miss) -> bool:
        """Whether two groups are those of one sovereign with one entity each: that is told of the sovereign."""
        firm = self.teller.under.connected.firm
        heads = [set(firm.heads(group).tolist()) for group in miss.groups] if miss.kind == "separate_groups" else []
        return bool(heads) and heads[0] == heads[1]

    def _pairs_of(self, miss: Miss) -> list[tuple[int, int]]:
        """The pairs of parties whose links a miss speaks of."""
        links = self.teller.under.depends.links
        pairs = [(int(links.dependent[row]), int(links.provider[row])) for row in miss.dependence]
        return [*pairs, (miss.parties[0], miss.parties[1])] if miss.kind == "votes" else pairs

    def _of_votes(self, miss: Miss) -> str:
        holder, company = miss.parties
        gap, sense = miss.gap, self.teller.control.rule.threshold.sense
        assert gap is not None
        short = "short_at_edge" if gap.short <= 0 else f"short_{sense}"
        told = self._say(
            "votes",
            holder=self._called(holder),
            company=self._called(company),
            votes=say(self.teller.lang, "of_votes", percent=votes_text(gap.votes)),
            needed=self._needed(self.teller.control.rule.threshold),
            short=self._say(short, percent=votes_text(max(gap.short, 0))),
        )
        if gap.closes:
            more = self._say(sense, percent=votes_text(gap.short)) if gap.short > 0 else self._say("any")
            undisclosed = votes_text(gap.undisclosed)
            told += self._say("undisclosed", undisclosed=undisclosed, company=self._called(company), more=more)
        return told

    def _votes_of(self, miss: Miss) -> Arithmetic:
        gap, test = miss.gap, self.teller.control.rule.threshold
        assert gap is not None
        return Arithmetic(
            measure="votes",
            unit="ppb",
            part=gap.votes,
            whole=PPB,
            threshold_ppb=test.ppb,
            sense=test.sense,
            text=f"{votes_text(gap.votes)} {sign(test, gap.votes, PPB)} {votes_text(test.ppb)}",
        )

    def _of_one_way(self, miss: Miss) -> str:
        controller, dependent = (self._called(one) for one in miss.parties)
        return self._say("one_way", controller=controller, dependent=dependent, provider=self._providers(miss))

    def _of_flagged_only(self, miss: Miss) -> str:
        (group,) = miss.groups
        steps = self.pair.why_flagged[group]
        comma = "；" if self.teller.lang == "zh" else "; "
        clauses = comma.join(self.teller.clause(step) + self.teller.cited(step, set()) for step in steps)
        heads = self._heads(self.teller.under.connected.potential, group)
        return self._say("flagged_only", heads=heads, clauses=clauses)

    def _of_sovereign(self, miss: Miss) -> str:
        (sovereign,) = miss.parties
        name = self._called(sovereign)
        if sovereign in (self.pair.a, self.pair.b):
            other = self.pair.b if sovereign == self.pair.a else self.pair.a
            return self._say("sovereign_itself", sovereign=name, other=self._called(other))
        apart = self.teller.under.rule.sovereign == "alternative"
        return self._say("sovereign_apart" if apart else "sovereign_above", sovereign=name)

    def _of_bank_rule(self, miss: Miss) -> str:
        return self._depends("bank_rule", miss)

    def _of_dependence_off(self, miss: Miss) -> str:
        return self._depends("dependence_off", miss)

    def _of_reporting_bank(self, miss: Miss) -> str:
        return self._say("reporting_bank", bank=self._called(miss.parties[0]))

    def _of_separate_groups(self, miss: Miss) -> str:
        one, other = (self._heads(self.teller.under.connected.firm, group) for group in miss.groups)
        shared = [self._called(party) for party in miss.parties[:MOST_NEAR]]
        more = len(miss.parties) - len(shared)
        names = [*shared, *([say(self.teller.lang, "parties", count=f"{more:,}")] if more else [])]
        return self._say("separate_groups", one=one, other=other, shared=listed(self.teller.lang, names))

    def _depends(self, phrase: str, miss: Miss) -> str:
        dependent = int(self.teller.under.depends.links.dependent[miss.dependence[0]])
        return self._say(phrase, dependent=self._called(dependent), provider=self._providers(miss))

    def _providers(self, miss: Miss) -> str:
        links = self.teller.under.depends.links
        providers = dict.fromkeys(int(links.provider[row]) for row in miss.dependence)
        return listed(self.teller.lang, [self._called(one) for one in providers])

    def _band(self, row: int) -> str:
        low, high = int(self.stakes.lower()[row]), int(self.stakes.upper()[row])
        holder, company = (self._called(one) for one in self._ends(row))
        return self._say("band", holder=holder, company=company, low=votes_text(max(low, 0)), high=votes_text(high))

    def _ends(self, row: int) -> list[int]:
        return [int(self.stakes.owner[row]), int(self.stakes.owned[row])]

    def _rebutted(self, dependent: int, provider: int, criterion: str) -> WhyNotReason:
        told = self._say(
            "rebutted",
            dependent=self._called(dependent),
            provider=self._called(provider),
            criterion=word(self.teller.lang, CRITERIA, criterion),
        )
        links = [link for link in self.teller.links.get((dependent, provider), ()) if link.type == "DEPENDS_ON"]
        return self._reason("rebutted", [dependent, provider], told, links=links)

    def _near(self) -> Iterator[WhyNotReason]:
        for near in self.pair.near[:MOST_NEAR]:
            kind = {"no_figure": "no_figure", "short": "dependence"}.get(near.shortfall, near.shortfall)
            arithmetic = [self._ratio(near)] if near.whole is not None and near.whole > 0 else []
            yield self._reason(kind, [near.dependent, near.provider], self._flow(near), arithmetic=arithmetic)
        if len(self.pair.near) > MOST_NEAR:
            yield self._reason("dependence", [], self._say("more", count=len(self.pair.near) - MOST_NEAR))

    def _flow(self, near: Near) -> str:
        dependent, provider = self._called(near.dependent), self._called(near.provider)
        criterion = CRITERION_NAMES[near.criterion]
        if near.whole is None:
            return self._say(
                "no_figure",
                dependent=dependent,
                provider=provider,
                criterion=word(self.teller.lang, CRITERIA, criterion),
                part=money_text(near.part, self.teller.basis.currency),
            )
        finding = self.teller.finding(criterion, provider, near.dependent, near.part, near.whole)
        if near.shortfall == "short":
            needed = self._needed(near.threshold)
            return self._say("short", dependent=dependent, provider=provider, finding=finding, needed=needed)
        return self._say("unassessed_flow", dependent=dependent, finding=finding)

    def _ratio(self, near: Near) -> Arithmetic:
        assert near.whole is not None
        criterion, currency = CRITERION_NAMES[near.criterion], self.teller.basis.currency
        return ratio(criterion, near.part, near.whole, near.threshold, currency)

    def _assessments(self) -> Iterator[WhyNotReason]:
        """That a party was not assessed for dependence; never that it is independent."""
        flows, asked = self.pair.flows, self._assessed_above()
        for party in (self.pair.a, self.pair.b) if flows is not None else ():
            found = assessment(flows, party)  # type: ignore[arg-type]
            base = word(self.teller.lang, BASES, asked[0])
            if found == "no_capital":
                told = self._say("no_capital", party=self._called(party), base=base)
                yield self._reason("no_capital", [party], told, asked[2])
            elif found == "not_assessed" and flows is not None and flows.tier1_minor is not None:
                currency = self.teller.basis.currency
                told = self._say(
                    "not_assessed",
                    party=self._called(party),
                    exposure=money_text(int(flows.figures.exposure_minor[party]), currency),
                    ratio=votes_text(asked[1]),
                    base=base,
                    amount=money_text(flows.tier1_minor, currency),
                )
                yield self._reason("not_assessed", [party], told, asked[2])

    def _assessed_above(self) -> tuple[str, int, str]:
        """The base of the test of what is assessed, its ratio, and the article."""
        connection = self.teller.under.rules.connection
        asked = connection.assessed_above if connection else None
        if asked is None:
            return "tier_1", PPB // 20, self._article(False)
        return asked.base, asked.ratio, asked.article

    def _article(self, of_control: bool) -> str:
        connection = self.teller.under.rules.connection
        return self.teller.article_of_control if of_control or connection is None else connection.article

    def _reason(
        self,
        kind: str,
        parties: Any,
        text: str,
        article: str | None = None,
        arithmetic: list[Arithmetic] | None = None,
        links: list[Evidence] | None = None,
    ) -> WhyNotReason:
        refs = [self.teller.cast.ref(one) for one in parties]
        return WhyNotReason(
            kind=kind,
            parties=[one for one in refs if one],
            article=article or self._article(kind == "band"),
            arithmetic=arithmetic or [],
            links=list({link.id: link for link in links or ()}.values()),
            text=text,
        )

    def _needed(self, test: Threshold) -> str:
        return self._say(test.sense, percent=votes_text(test.ppb))

    def _heads(self, groups: ConnectedGroups, group: int) -> str:
        return listed(self.teller.lang, [self._called(one) for one in groups.heads(group).tolist()])

    def _called(self, party: int) -> str:
        return self.teller.cast.called(party)

    def _say(self, name: str, **values: Any) -> str:
        return filled(self.teller.lang, PHRASES[name], **values)
