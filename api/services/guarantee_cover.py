"""What guarantees inside circles, mutual pairs and groups add up to, and what they are worth (DOMAIN.md 6.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from algorithms.columns import IntArray
from algorithms.guarantee_circles import GuaranteeCircles
from algorithms.real_cover import real_cover
from algorithms.threshold import UNKNOWN
from api.services.dependence_basis import equity_of
from api.services.exposure_tables import Names
from api.services.risk_input import RiskInput
from api.services.run_exposure import RiskFound

CIRCLE, MUTUAL, GROUP = "circle", "mutual", "group"
_Set = tuple[str, str, IntArray]
"""Its id, its kind, its parties."""


def guarantee_cover(
    risk: RiskInput, found: RiskFound, circles: GuaranteeCircles, ids: Names, subjects: Sequence[str]
) -> pl.DataFrame:
    """A row for each set with guarantees inside it: their sum, and the least that they are worth.

    circle_id: of circles and mutual pairs, the same in any run; group_id: of groups, which depends on history.
    nominal_unknown: guarantees of an unknown amount. not_assessed: members whose part may be worth more.
    """
    equity, is_known = equity_of(risk, found.basis, circles.pairs.n_parties)
    sets = [*_of_circles(circles, ids), *_mutual(circles, ids), *_groups(found, subjects)]
    parties = [party for _, _, party in sets]
    first = np.cumsum([0, *(party.size for party in parties)]).astype(np.int64)
    cover = real_cover(
        circles.pairs,
        np.where(is_known, np.maximum(equity, 0), UNKNOWN),
        first,
        np.concatenate([*parties, np.empty(0, dtype=np.int64)]),
    )
    frame = pl.DataFrame(
        {
            "kind": [kind for _, kind, _ in sets],
            "circle_id": ["" if kind == GROUP else id for id, kind, _ in sets],
            "group_id": [id if kind == GROUP else "" for id, kind, _ in sets],
            "nominal_minor": cover.nominal,
            "nominal_unknown": cover.nominal_unknown,
            "real_minor": cover.total,
            "not_assessed": cover.not_assessed,
        },
        schema_overrides={"kind": pl.String, "circle_id": pl.String, "group_id": pl.String},
    )
    return frame.filter((pl.col("nominal_minor") > 0) | (pl.col("nominal_unknown") > 0)).sort(
        "kind", "circle_id", "group_id"
    )


def set_id(prefix: str, parts: Sequence[str]) -> str:
    """The same for the same parts in any run."""
    return prefix + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _of_circles(circles: GuaranteeCircles, ids: Names) -> Iterator[_Set]:
    for k in range(len(circles)):
        party = circles.members(k)
        yield set_id("R-", ids[party].tolist()), CIRCLE, party


def _mutual(circles: GuaranteeCircles, ids: Names) -> Iterator[_Set]:
    for one, other in zip(
        circles.pairs.guarantor[circles.mutual_pair], circles.pairs.debtor[circles.mutual_pair], strict=True
    ):
        yield set_id("M-", [ids[one], ids[other]]), MUTUAL, np.asarray([one, other], dtype=np.int64)


def _groups(found: RiskFound, subjects: Sequence[str]) -> Iterator[_Set]:
    for group_id, group in zip(subjects, found.book.groups, strict=True):
        yield group_id, GROUP, group.party
