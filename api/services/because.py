"""Why control and control groups were concluded: the run's rule, the links used, the arithmetic in words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from api.services.answers import FOUND_KINDS, Because, PartyRef
from api.services.control_setting import CONNECTED, CONTROL
from api.services.party_relations import ControlItem, GroupItem, HoldingItem
from api.services.words import percent
from graph.store import Store, View

RULE, GROUP_RULE, CONNECTED_RULE = "control.votes", "control.group", "connected.group"
_SUMMED = ("joint", "family")
"""Bases where further parties' votes count beside the controller's own."""


@lru_cache(maxsize=64)
def _rule(store: Store, run_id: str) -> tuple[str, dict[str, str]]:
    """A run's rule of control in words, and the articles that it cites (`control_setting.articles`; none of a run that
    an older Guanxi made); kept, for a run's parameters never change."""
    run = store.read("catalogue/run", {}, run_id=run_id)[0]["run"]
    kept: dict[str, Any] = json.loads(run["parameters"])
    sense = "at least" if kept["sense"] == "at_least" else "more than"
    own = "own shares leave the denominator" if kept["own_shares"] == "reduce" else "own shares are left out"
    family = "couples count as one" if kept["family_as_one"] else "each person counts alone"
    told = f"control is {sense} {percent(kept['threshold_ppb'] / 10**9)} of the votes, or declared; {own}, {family}"
    return told, json.loads(run.get("articles") or "{}")


def because(view: View, rule: str, links: Iterable[str], text: str) -> list[Because]:
    """The reason of something that the view's run concluded, with the rule behind it."""
    if view.run_id is None:
        return []
    words, articles = _rule(view.store, view.run_id)
    article = articles.get(CONNECTED if rule == CONNECTED_RULE else CONTROL) or None
    told = f"{text}. {view.run_id}: {words}"
    return [Because(rule=rule, article=article, links=list(dict.fromkeys(links)), text=told)]


def of_controllers(
    view: View, party: PartyRef, controllers: Sequence[ControlItem], owners: Sequence[HoldingItem]
) -> list[Because]:
    """One reason for each controller that the run found, from the owners that are shown."""
    found = [item for item in controllers if not item.declared]
    held_by = _held_by(view, [item for item in found if item.basis in _SUMMED], owners)
    told: list[Because] = []
    for item in found:
        mine = {item.party.party_id, *held_by.get(item.party.party_id, ())}
        if item.basis == "family":
            couple = [other.party.party_id for other in found if other.basis == "family"]
            mine.update(couple, *(held_by.get(one, ()) for one in couple))
        holdings = [held for held in owners if held.party.party_id in mine]
        declared = [one for one in controllers if one.declared and one.party.party_id == item.party.party_id]
        links = [item.link.id, *(held.link.id for held in holdings), *(one.link.id for one in declared)]
        told += because(view, RULE, links, _arithmetic(party, item, holdings))
    return told


def _held_by(view: View, controllers: Sequence[ControlItem], owners: Sequence[HoldingItem]) -> dict[str, set[str]]:
    """By controller, the owners that it controls."""
    if not controllers:
        return {}
    ids = [item.party.party_id for item in controllers]
    holders = list(dict.fromkeys(held.party.party_id for held in owners))
    found: dict[str, set[str]] = {}
    for row in view.read("party/controlled_holders", controllers=ids, holders=holders):
        found.setdefault(row["controller"], set()).add(row["holder"])
    return found


def _arithmetic(party: PartyRef, item: ControlItem, holdings: Sequence[HoldingItem]) -> str:
    claim = f"{item.party.called} controls {party.called} ({item.basis})"
    if not item.votes:
        return claim
    parts = [(held.share if held.votes is None else held.votes, held.party.called) for held in holdings]
    told = " + ".join(f"{percent(votes)} held by {holder}" for votes, holder in parts if votes)
    return f"{claim} with {percent(item.votes)} of the votes" + (f": {told}" if told else "")


def of_controlled(
    view: View, party: PartyRef, controlled: Sequence[ControlItem], owned: Sequence[HoldingItem]
) -> list[Because]:
    """One reason for all that the party immediately controls as the run found it."""
    found = [item for item in controlled if not item.declared]
    if not found:
        return []
    ids = {item.party.party_id for item in found}
    links = [item.link.id for item in controlled if item.party.party_id in ids]
    links += [held.link.id for held in owned if held.party.party_id in ids]
    names = ", ".join(f"{item.party.called} ({percent(item.votes) if item.votes else item.basis})" for item in found)
    return because(view, RULE, links, f"{party.called} controls {names}")


def of_groups(view: View, groups: Sequence[GroupItem], controllers: Sequence[ControlItem]) -> list[Because]:
    """One reason for each group that a run found the party in."""
    above = [item.link.id for item in controllers if not item.declared]
    told: list[Because] = []
    for item in groups:
        if item.kind in FOUND_KINDS:
            rule = GROUP_RULE if item.kind == "control" else CONNECTED_RULE
            told += because(view, rule, [item.link.id, *above], f"{item.group_id}: {'; '.join(item.reasons)}")
    return told
