"""Reasons that name parties: kept with ids alone, told with the names that the asker may see today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from api.services.joined import follow
from api.services.known import known, parties_seen
from graph.store import View

HIDDEN = "a party outside your scope"
"""Told in place of a name that the asker may not see."""

_NAMED = re.compile(r"\{([^{}]+)\}")


def named(party_id: str) -> str:
    """A party in a reason that is kept."""
    return f"{{{party_id}}}"


def names_in(view: View, reasons: Iterable[str], told_already: Mapping[str, str]) -> dict[str, str]:
    """The names of all parties in kept reasons; asks only for those not told already, and leaves out unseen ones."""
    wanted = {party_id for reason in reasons for party_id in _NAMED.findall(reason)}
    asked = known(view, sorted(wanted - told_already.keys()))
    seen = {**told_already, **{one.party_id: one.name or one.name_en or one.party_id for one in asked}}
    return {**seen, **names_since(view, wanted - seen.keys())}


def names_since(view: View, gone: Iterable[str]) -> dict[str, str]:
    """What parties are called that the view does not hold any more: those that were joined into others since by the
    names of these. What leads out of sight is left out; who sees everybody is told that a party is no longer known."""
    asked = sorted(gone)
    if not asked:
        return {}
    into = follow(view, asked)
    seen = parties_seen(view, into.values())
    names = {id: f"{seen[end].called} ({id}, joined into it since)" for id, end in into.items()}
    if view.scope.everything:
        names = {id: f"{id} (no longer known)" for id in asked} | names
    return names


def told(reasons: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Kept reasons as told."""
    return [_NAMED.sub(lambda found: names.get(found[1], HIDDEN), reason) for reason in reasons]
