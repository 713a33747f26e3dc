"""Reasons that name parties: kept with ids alone, told with the names that the asker may see today."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from api.services.known import known
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
    return {**told_already, **{one.party_id: one.name or one.name_en or one.party_id for one in asked}}


def told(reasons: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """Kept reasons as told."""
    return [_NAMED.sub(lambda found: names.get(found[1], HIDDEN), reason) for reason in reasons]
