"""What a run found of economic dependence, as the flagged links that the graph should hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from api.services.dependence_basis import standing, undecided
from api.services.risk_input import RiskInput
from api.services.run_exposure import RiskFound
from api.services.run_input import RunInput
from graph import ids


@dataclass(frozen=True)
class DependenceLink:
    """A link of dependence that the data show; amounts in minor units, weight in parts per billion."""

    dependent: str
    provider: str
    criterion: str
    part: int
    whole: int
    currency: str
    weight: int

    @property
    def id(self) -> str:
        return ids.link_id("DEPENDS_ON", self.dependent, self.provider, "", self.criterion)


@dataclass(frozen=True)
class FoundLinks:
    """All that is found and neither told by a source nor decided on. fallen: ids of links that a person decided on and
    that the data show with other amounts now, so that the decision waits again."""

    links: list[DependenceLink] = field(default_factory=list)
    fallen: frozenset[str] = frozenset()


def dependence_links(given: RunInput, risk: RiskInput, found: RiskFound) -> FoundLinks:
    """The links by all rule sets of a run, each pair and criterion once."""
    links: dict[str, DependenceLink] = {}
    fallen: set[str] = set()
    told = risk.texts("dependence", "link")
    for _, shown in sorted(found.dependence.items()):
        fallen |= {told[row] for row in np.flatnonzero(~standing(risk, shown)).tolist()}
        for row in undecided(risk, shown).tolist():
            dependent, provider, criterion = shown.key(row)
            link = DependenceLink(
                given.party_ids[dependent],
                given.party_ids[provider],
                criterion,
                int(shown.part[row]),
                int(shown.whole[row]),
                found.basis.currency,
                int(shown.weight[row]),
            )
            links.setdefault(link.id, link)
    return FoundLinks(list(links.values()), frozenset(fallen))
