"""Why a party is in a group: the shortest sufficient links, the rule, the article and the arithmetic, in words."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from algorithms.connected import FIRM, ROLES
from api.services.answers import FOUND_KINDS, Answer, Because, Evidence, Model, PartyRef, evidence, group_name, stamp
from api.services.decision_answer import DecisionItem
from api.services.decisions import not_yet_read_among
from api.services.known import known
from api.services.party import missing
from api.services.rule_sets import RuleSet
from api.services.run_world import World, Worlds
from api.services.why_figures import WhyStep
from api.services.why_membership import Membership, told
from api.services.why_phrases import Lang, joined, say
from api.services.why_world import membership, sets_with, teller
from graph.errors import NotFound
from graph.store import Row, View


class RulesTold(Model):
    """A rule set, as an answer names it."""

    id: str
    title: str
    source: str
    since: date


class WhyAnswer(Answer):
    """Why a party is in a group. `text` says it all; `steps` run from the head to the party."""

    group_id: str
    party: PartyRef
    lang: Lang
    rules: RulesTold | None = Field(
        description="the rule set it is explained by; null for a group that a source declares"
    )
    also_by: list[str] = Field(description="further rule sets of the run under which the group holds the party")
    role: str | None = Field(description="head, member or connector")
    status: str = Field(description="firm, potential (it rests on what is flagged), or declared by a source")
    text: str
    steps: list[WhyStep]
    further: list[WhyStep] = Field(description="the last steps of further routes")
    links: int = Field(description="how many links the steps take")
    at_least: int = Field(description="no set of fewer links suffices")
    shortest: bool = Field(description="whether it is proven that no smaller set suffices")
    declared: Evidence | None = Field(description="the source's row, where a source declares the membership")
    decisions: list[DecisionItem] = Field(
        default_factory=list,
        description="decisions on links between these parties that wait, or that the run of this answer has not read",
    )


def why(
    view: View, worlds: Worlds, group_id: str, party_id: str, rules: str | None = None, lang: Lang = "en"
) -> WhyAnswer:
    """Why a party is in a group, as a run found it or a source declares it.

    Raises NotFound for unknown ids and for a party that is no member, JoinedAway, BadInput for a rule set that the run
    did not test groups by.
    """
    seen = known(view, [party_id])
    if not seen:
        raise missing(view, party_id)
    party = PartyRef(party_id=party_id, name=seen[0].name, name_en=seen[0].name_en, kind=seen[0].kind)
    rows = view.read("why/membership", group_id=group_id, party_id=party_id)
    if rows and rows[0]["group"].get("kind") not in FOUND_KINDS:
        return _declared(view, party, rows[0], lang)
    world = worlds.of(view)
    ordinal = world.ordinal(party_id)
    if ordinal is None:
        raise NotFound(
            f"{world.run_id} knew no party {party_id!r}: it became known later. `guanxi run` makes a new one.",
            field="party_id",
            value=party_id,
        )
    return _found(view, world, party, ordinal, group_id, rules, lang)


def _declared(view: View, party: PartyRef, row: Row, lang: Lang) -> WhyAnswer:
    link, group = evidence(row["link"], "MEMBER_OF"), row["group"]
    name = group_name(group, None) or group["group_id"]
    text = say(lang, "declared", party=party.called, group=name, source=link.source or "?", row=link.row_key or link.id)
    if role := row["link"].get("role"):
        text += say(lang, "declared_role", role=role)
    text = joined(lang, [text])
    return WhyAnswer(
        **stamp(view),
        because=[Because(rule="declared.group", links=[link.id], text=text)],
        group_id=group["group_id"],
        party=party,
        lang=lang,
        rules=None,
        also_by=[],
        role=role,
        status="declared",
        text=text,
        steps=[],
        further=[],
        links=1,
        at_least=1,
        shortest=True,
        declared=link,
    )


def _found(
    view: View, world: World, party: PartyRef, ordinal: int, group_id: str, rules: str | None, lang: Lang
) -> WhyAnswer:
    under, of = membership(world, rules, group_id, ordinal)
    speaking = teller(view, world, under, lang, of.steps, of.parties)
    answer = told(speaking, of)
    also = [one for one in sets_with(world, group_id, ordinal) if one != under.rules.id]
    return WhyAnswer(
        **stamp(view, omitted(of.parties, set(speaking.cast.seen))),
        because=answer.because,
        group_id=group_id,
        party=party,
        lang=lang,
        rules=rules_told(under.rules, lang),
        also_by=also,
        role=ROLES[of.role(ordinal)],
        status=_status(of),
        text=answer.text,
        steps=answer.steps,
        further=[speaking.step(step) for route in of.further for step in route.steps],
        links=of.why.n_links,
        at_least=of.why.at_least,
        shortest=of.why.shortest,
        declared=None,
        decisions=not_yet_read_among(view, {world.party_id(one) for one in of.parties}),
    )


def _status(of: Membership) -> str:
    return "firm" if of.status == FIRM and of.why.firm else "potential"


def rules_told(rules: RuleSet, lang: Lang) -> RulesTold:
    """A rule set in the asker's language."""
    return RulesTold(
        id=rules.id, title=getattr(rules.title, lang), source=getattr(rules.source, lang), since=rules.since
    )


def omitted(parties: set[int], seen: set[int]) -> list[str]:
    """That parties are told without a name, where so."""
    hidden = len(parties - seen)
    if not hidden:
        return []
    return [f"{hidden} {'party' if hidden == 1 else 'parties'} outside your scope: told without a name"]
