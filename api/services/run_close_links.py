"""Close links of the whole bank (CRR Art. 4 (1) (38)), as a table of a run."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from algorithms.close_links import close_links
from algorithms.control import Control
from algorithms.ownership_rows import TooManyPairs
from algorithms.votes import Stakes
from api.services.id_columns import Names, flags_texts
from api.services.run_input import RunInput
from api.services.run_results import controller_names

BY = ("capital", "votes", "control")
"""What links, as the bits of `CloseLinks.by`."""
MOST = 20_000_000
CLOSE_LINKS = {
    "holder_id": pl.String,
    "held_id": pl.String,
    "capital": pl.Int64,
    "votes": pl.Int64,
    "linked_by": pl.String,
}
"""capital, votes: parts per billion of what the holder and all it controls hold together, whole."""


@dataclass(frozen=True)
class CloseLinksFound:
    """The rows of `CLOSE_LINKS`, sorted by holder and held."""

    table: pl.DataFrame
    warnings: tuple[str, ...]


def find_close_links(given: RunInput, control: Control, most: int = MOST) -> CloseLinksFound:
    """All pairs by participation of 20% or by control; those under one controller are the parties of its group."""
    stakes = given.stakes
    capital = Stakes(stakes.owner, stakes.owned, given.capital, stakes.votes_min, stakes.votes_max).lower()
    try:
        found = close_links(stakes.owner, stakes.owned, capital, control, most=most)
    except TooManyPairs as error:
        return CloseLinksFound(pl.DataFrame(schema=CLOSE_LINKS), (f"close links are not told: {error}",))
    names = Names(controller_names(given, control).tolist())
    table = {
        "holder_id": names.of(found.holder),
        "held_id": names.of(found.held),
        "capital": found.capital,
        "votes": found.votes,
        "linked_by": flags_texts(BY).of(found.by),
    }
    return CloseLinksFound(pl.DataFrame(table, schema=CLOSE_LINKS), ())
