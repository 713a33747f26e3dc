"""What if: changes thought through, with the answers before and after for every group touched. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import Field

from algorithms.limits import known
from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, Money, PartyRef, money, stamp
from api.services.known import parties_seen
from api.services.run_world import World, Worlds
from api.services.what_if_above_one import above_one
from api.services.what_if_changes import read_changes
from api.services.what_if_effects import Effects, Figure, Group, LimitTest, effects
from api.services.what_if_question import WhatIfQuestion
from api.services.why_figures import votes_text
from graph.store import View

CAP = 100
"""Groups, and members that join or leave one, that are told."""
RULE = "what_if"


class FigureTold(Model):
    """One test on one side of the change."""

    amount: Money | None = Field(description="null where nothing of it is known")
    unknown: int = Field(description="amounts that are not known; where there are any, the amount is the least it is")
    base: Money | None = Field(description="the capital it is measured against; null where that is not known")
    ratio: str | None = Field(
        description="amount over base, a fraction, rounded down; null where the base is not known or not above zero, "
        "or nothing of the amount is known",
        examples=["0.16"],
    )
    limit: str = Field(examples=["0.2"])
    allowed: Money | None = Field(description="the limit as an amount")
    state: str = Field(description="within, warning, breach or undecided", examples=["warning"])


class LimitTestTold(Model):
    """One test of one rule set, before and after."""

    rules: str = Field(examples=["cn-large-exposure"])
    test: str = Field(examples=["group-exposure"])
    article: str
    status: str = Field(
        description="firm: by confirmed links alone; potential: by flagged ones too; declared: as a source tells it"
    )
    before: FigureTold | None = Field(description="null where it is not tested so before the change")
    after: FigureTold | None = Field(description="null where it is not tested so after the change")
    differs: bool


class GroupTold(Model):
    """A group that the change touches."""

    group_id: str | None = Field(description="null for a group that there is only after the change")
    kind: str = Field(description="control, connected, or declared by a source")
    heads: list[PartyRef] = Field(description="none of a declared group")
    size_before: int = Field(description="0 for a group that there is only after the change")
    size_after: int = Field(description="0 for a group that there is no more after the change")
    goes_on_as: str | None = Field(description="of a group that ends, the one that then holds most of its parties")
    joining: list[PartyRef]
    leaving: list[PartyRef]
    becoming_firm: list[PartyRef] = Field(description="members by confirmed links alone, only after the change")
    becoming_potential: list[PartyRef] = Field(description="members by confirmed links alone, only before it")
    tests: list[LimitTestTold]
    differs: bool = Field(description="whether the change makes a difference to members or tests")


class PartyTold(Model):
    """A single party whose own tests differ."""

    party: PartyRef
    tests: list[LimitTestTold]


class RelatedTold(Model):
    """Who becomes, and who ceases to be, a related party of the bank under a rule set."""

    rules: str = Field(examples=["cn-related-party"])
    becoming: list[PartyRef]
    ceasing: list[PartyRef]


class WhatIfAnswer(Answer):
    """Before and after, by the rule sets of the run."""

    groups: list[GroupTold] = Field(description="touched by the change; those it makes a difference to come first")
    parties: list[PartyTold] = Field(description="single counterparties whose own tests differ")
    related: list[RelatedTold] = Field(description="whom the change makes, or makes no more, related to the bank")
    together: list[LimitTestTold] = Field(
        description="tests of all related parties of the bank together, where the change makes a difference to them"
    )


def what_if(view: View, worlds: Worlds, question: WhatIfQuestion) -> WhatIfAnswer:
    """Think changes through on the run that speaks of the view's day.

    Raises BadInput and NotFound naming the field by its place (`changes[2].share`), NotFound where there is no run.
    """
    world = worlds.of(view)
    change = read_changes(view, world, question)
    found = effects(world, change)
    shown = found.groups[:CAP]
    omitted = [f"groups capped at {CAP:,} of {len(found.groups):,} touched"] if len(found.groups) > CAP else []
    above = above_one(world, change)
    teller = _Teller(world, parties_seen(view, _parties(shown, found) | above.keys()))
    omitted += [teller.above_one(*one) for one in above.items()]
    omitted += [*teller.capped(shown, found.related), *filter(None, [found.wide]), *change.doubted]
    return WhatIfAnswer(
        **{
            **stamp(view, omitted),
            "run_id": world.run_id,
        },
        because=[_because(world), *(Because(rule=RULE, text=told) for told in change.told)],
        groups=[teller.group(one) for one in shown],
        parties=[PartyTold(party=teller.party(one), tests=teller.tests(tests)) for one, tests in found.parties.items()],
        related=[teller.related(rules, *moved) for rules, moved in found.related.items()],
        together=teller.tests(found.together),
    )


def _because(world: World) -> Because:
    sets = ", ".join([*world.found.by_rules, *(rules for rules in world.related if rules not in world.found.by_rules)])
    sets = sets or "none"
    told = f"what {world.run_id} of {world.as_of} read, with the changes, by its rule sets ({sets}); nothing is stored"
    return Because(rule=RULE, text=told)


def _parties(groups: Iterable[Group], found: Effects) -> set[str]:
    told = set(found.parties)
    for moved in found.related.values():
        told |= {party for parties in moved for party in sorted(parties)[:CAP]}
    for one in groups:
        told |= {*one.heads, *(set(one.before) ^ set(one.after))}
        told |= {party for party, status in one.after.items() if one.before.get(party, status) != status}
    return told


class _Teller:
    """Effects in the words of the answer."""

    def __init__(self, world: World, names: Mapping[str, PartyRef]) -> None:
        self._names, self._currency = names, world.found.basis.currency
        self._articles = {(rules.id, limit.id): limit.article for rules in world.sets for limit in rules.limits}

    def party(self, party_id: str) -> PartyRef:
        """A party; one that the view does not see any more by its id alone."""
        return self._names.get(party_id) or PartyRef(party_id=party_id)

    def above_one(self, company: str, total: int) -> str:
        """That the holdings of a company sum above 1, with the total in parts per billion."""
        told = f"{self.party(company).called}: holdings of {votes_text(total)} together by the change, above 100%"
        return f"{told}; they are used for control as they are, as in a run"

    def capped(self, groups: Iterable[Group], related: Mapping[str, tuple[list[str], list[str]]]) -> list[str]:
        """Of which groups not all members are told that join or leave, and where not all related parties are."""
        wide = [rules for rules, moved in related.items() if max(len(parties) for parties in moved) > CAP]
        return [f"{rules}: parties that become or cease to be related capped at {CAP:,}" for rules in wide] + [
            f"{one.group_id or 'a new group'}: members that join or leave capped at {CAP:,}"
            for one in groups
            if max(len(one.after.keys() - one.before.keys()), len(one.before.keys() - one.after.keys())) > CAP
        ]

    def group(self, one: Group) -> GroupTold:
        both = [(party, one.before[party], status) for party, status in one.after.items() if party in one.before]
        return GroupTold(
            group_id=one.group_id,
            kind=one.kind,
            heads=self._some(one.heads),
            size_before=len(one.before),
            size_after=len(one.after),
            goes_on_as=one.goes_on_as,
            joining=self._some(party for party in one.after if party not in one.before),
            leaving=self._some(party for party in one.before if party not in one.after),
            becoming_firm=self._some(party for party, before, after in both if before > after),
            becoming_potential=self._some(party for party, before, after in both if before < after),
            tests=self.tests(one.tests),
            differs=one.differs,
        )

    def tests(self, tests: Iterable[LimitTest]) -> list[LimitTestTold]:
        return [
            LimitTestTold(
                rules=one.rules,
                test=one.test,
                article=self._articles.get((one.rules, one.test), ""),
                status=one.status,
                before=self._figure(one.before),
                after=self._figure(one.after),
                differs=one.differs,
            )
            for one in tests
        ]

    def related(self, rules: str, becoming: Iterable[str], ceasing: Iterable[str]) -> RelatedTold:
        return RelatedTold(rules=rules, becoming=self._some(becoming), ceasing=self._some(ceasing))

    def _some(self, parties: Iterable[str]) -> list[PartyRef]:
        return [self.party(party) for party in sorted(parties)[:CAP]]

    def _figure(self, figure: Figure | None) -> FigureTold | None:
        if figure is None:
            return None
        return FigureTold(
            amount=money(known(figure.amount, figure.unknown), self._currency),
            unknown=figure.unknown,
            base=money(figure.base, self._currency),
            ratio=None if figure.ratio is None else fraction(figure.ratio),
            limit=fraction(figure.limit),
            allowed=money(figure.allowed, self._currency),
            state=figure.state,
        )


def fraction(ppb: int) -> str:
    """Parts per billion as a fraction in decimals."""
    return f"{(Decimal(ppb) / PPB).normalize():f}"
