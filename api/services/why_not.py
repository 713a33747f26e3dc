"""Why two parties are not in one group though they may be near: what is short, flagged, uncounted or not assessed."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from algorithms.columns import IntArray
from algorithms.connected import ConnectedGroups
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.known import known
from api.services.party import missing
from api.services.run_world import World, Worlds
from api.services.why import RulesTold, omitted, rules_told
from api.services.why_not_pair import Pair, look, pairs_of
from api.services.why_not_words import PairTeller, WhyNotReason
from api.services.why_phrases import Lang, joined
from api.services.why_words import Cast, Teller
from api.services.why_world import teller
from graph.errors import BadInput, NotFound
from graph.store import View


class WhyNotUnder(Model):
    """What one rule set says of two parties."""

    rules: RulesTold
    together: str = Field(description="firm, potential (only by what is flagged), or no")
    groups: list[str] = Field(description="ids of the groups that hold both; one with a single exposure has none")
    text: str
    reasons: list[WhyNotReason]


class WhyNotAnswer(Answer):
    """Why two parties are not in one group, by each rule set asked for."""

    a: PartyRef
    b: PartyRef
    lang: Lang
    under: list[WhyNotUnder]


def why_not(
    view: View, worlds: Worlds, a: str, b: str, rules: list[str] | None = None, lang: Lang = "en"
) -> WhyNotAnswer:
    """What keeps two parties apart, by the run's rule sets or those named.

    Raises NotFound for unknown ids and where there is no run, JoinedAway, BadInput for one party twice and for a rule
    set that the run did not test groups by.
    """
    if a == b:
        raise BadInput(f"{a} is asked about twice; give two parties.", field="b", value=b)
    seen = {one.id: one for one in known(view, [a, b])}
    for asked in (a, b):
        if asked not in seen:
            raise missing(view, asked)
    world = worlds.of(view)
    if not world.found.by_rules:
        raise NotFound(
            f"{world.run_id} tested no groups: its rule sets speak of none. `guanxi run` without --rules makes one.",
            field="rules",
        )
    one, other = _ordinal(world, a), _ordinal(world, b)
    told = [_under(view, world, name, one, other, lang) for name in rules or world.found.by_rules]
    hidden = [line for _, lines, _ in told for line in lines]
    refs = [PartyRef(party_id=x.party_id, name=x.name, name_en=x.name_en, kind=x.kind) for x in (seen[a], seen[b])]
    return WhyNotAnswer(
        **stamp(view, list(dict.fromkeys(hidden))),
        because=[reason for _, _, reasons in told for reason in reasons],
        a=refs[0],
        b=refs[1],
        lang=lang,
        under=[under for under, _, _ in told],
    )


def _ordinal(world: World, party_id: str) -> int:
    found = world.ordinal(party_id)
    if found is None:
        raise NotFound(
            f"{world.run_id} knew no party {party_id!r}: it became known later. `guanxi run` makes a new one.",
            field="party_id",
            value=party_id,
        )
    return found


def _under(
    view: View, world: World, rules: str, a: int, b: int, lang: Lang
) -> tuple[WhyNotUnder, list[str], list[Because]]:
    found = world.under(rules)
    silent = Teller(lang, Cast(lang, {}), found.under, world.control, world.found.basis, world.risk)
    pair = look(silent, world.given.stakes, a, b)
    parties = pair.parties | _heads(found.under.connected.firm, found.under.connected.potential, pair)
    speaking = teller(view, world, found.under, lang, pair.steps, parties, pairs_of(silent, pair))
    telling = PairTeller(speaking, world.given.stakes, pair)
    reasons = telling.reasons()
    places = [*found.firm[pair.together].tolist(), *found.potential[list(pair.why_flagged)].tolist()]
    status = "firm" if pair.together.size else "potential" if pair.why_flagged else "no"
    told = WhyNotUnder(
        rules=rules_told(found.under.rules, lang),
        together=status,
        groups=[world.group_ids[place] for place in dict.fromkeys(places) if place >= 0],
        text=joined(lang, [telling.verdict(), *(reason.text for reason in reasons)]),
        reasons=reasons,
    )
    because = [
        Because(rule=rules, article=one.article, links=[link.id for link in one.links], text=one.text)
        for one in reasons
        if one.links or one.arithmetic
    ]
    return told, omitted(parties, set(speaking.cast.seen)), because


def _heads(firm: ConnectedGroups, potential: ConnectedGroups, pair: Pair) -> set[int]:
    """The heads of the groups that are spoken of."""
    spoken: list[IntArray] = [firm.heads(group) for group in pair.together.tolist()]
    spoken += [potential.heads(group) for group in pair.why_flagged]
    spoken += [firm.heads(group) for miss in pair.misses if miss.kind == "separate_groups" for group in miss.groups]
    return set(np.concatenate([np.empty(0, dtype=np.int64), *spoken]).tolist())
