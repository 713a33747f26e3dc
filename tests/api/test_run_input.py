"""The digest of what a run read: the same for the same input, another for any that differs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from algorithms.threshold import PPB
from algorithms.votes import Bases, Stakes
from api.services.run_compute import compute_control
from api.services.run_input import RunInput, read_holdings
from api.services.run_parameters import read_parameters
from graph.errors import BadInput


def column(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.asarray(values, dtype=np.int64)


def given(
    parties: str,
    stakes: list[tuple[str, str, int]] | None = None,
    bases: list[tuple[str, str]] | None = None,
    couples: list[tuple[str, str]] | None = None,
) -> RunInput:
    """Parties are single letters."""
    at = {name: ordinal for ordinal, name in enumerate(sorted(parties))}
    held = [(at[a], at[b], votes) for a, b, votes in stakes or []]
    declared = [(at[a], at[b]) for a, b in bases or []]
    return RunInput(
        party_ids=sorted(parties),
        nodes=column(),
        ordinals=column(),
        stakes=Stakes(*(column(*(row[k] for row in held)) for k in range(3))),
        bases=Bases(
            column(*(a for a, _ in declared)), column(*(b for _, b in declared)), column(*(0 for _ in declared)), ("x",)
        ),
        couples=tuple((at[a], at[b]) for a, b in couples or []),
        rows=len(held),
        merged=0,
        unseen=0,
    )


class Told:
    """Holdings as they are read: owner, owned, source. Tells the order of sources, and whether that was asked for."""

    def __init__(self, *rows: tuple[int, int, str]) -> None:
        owner, owned, source = zip(*rows, strict=True)
        figures = dict.fromkeys(("share", "votes", "votes_min", "votes_max"), column(*(PPB for _ in rows)))
        names = np.asarray(source, dtype=object)
        stakes = {"owner": column(*owner), "owned": column(*owned), "source": names, **figures}
        nothing = {"controller": column(), "controlled": column(), "basis": np.asarray([], dtype=object)}
        self._columns, self.asked = {"stakes": stakes, "bases": nothing}, 0

    @property
    def view(self) -> Told:
        return self

    def rows(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: self._columns[name] for name in names}

    def read(self, statement: str) -> list[dict[str, Any]]:
        assert statement == "snapshot/source_order"
        self.asked += 1
        return [{"source": "register"}, {"source": "branch"}]


@pytest.mark.parametrize(
    ("rows", "used", "asked"),
    [
        (
            [(0, 1, "branch"), (0, 1, "branch"), (1, 2, "register"), (2, 0, "unknown")],
            [(0, 1), (0, 1), (1, 2), (2, 0)],
            0,
        ),
        ([(0, 1, "branch"), (1, 2, "branch"), (0, 1, "register"), (0, 1, "unknown")], [(1, 2), (0, 1)], 1),
        ([(1, 0, "unknown"), (1, 0, "branch"), (1, 0, "branch")], [(1, 0), (1, 0)], 1),
    ],
)
def test_the_order_of_sources_is_asked_for_only_where_two_tell_of_one_holding(
    rows: list[tuple[int, int, str]], used: list[tuple[int, int]], asked: int
) -> None:
    told, nobody = Told(*rows), given("ABC")
    known = replace(nobody, nodes=column(0, 1, 2), ordinals=column(0, 1, 2))
    read = read_holdings(cast(Any, told), known, family_as_one=False)
    assert list(zip(read.stakes.owner.tolist(), read.stakes.owned.tolist(), strict=True)) == used
    assert read.merged == len(rows) - len(used)
    assert told.asked == asked


HELD = [("B", "D", PPB)]
DECLARED = [("D", "F")]
COUPLES = [("B", "H")]


@pytest.mark.parametrize("unrelated", ["A", "C", "E", "Z", "ACEGZ"])
def test_parties_that_the_input_does_not_name_make_no_difference(unrelated: str) -> None:
    digest = given("BDFH", HELD, DECLARED, COUPLES).digest()
    assert given("BDFH" + unrelated, HELD, DECLARED, COUPLES).digest() == digest


def test_every_id_that_the_input_names_makes_a_difference() -> None:
    inputs = [
        given("ABC"),
        given("ABC", stakes=[("A", "B", PPB)]),
        given("ABC", stakes=[("A", "C", PPB)]),
        given("ABC", stakes=[("A", "B", PPB - 1)]),
        given("ABC", bases=[("A", "B")]),
        given("ABC", bases=[("A", "C")]),
        given("ABC", couples=[("A", "B")]),
        given("ABC", couples=[("A", "C")]),
    ]
    assert len({one.digest() for one in inputs}) == len(inputs)


def test_the_order_of_rows_makes_no_difference() -> None:
    rows = [("A", "B", 1), ("C", "B", 2)]
    assert given("ABC", rows).digest() == given("ABC", rows[::-1]).digest()


def test_votes_too_many_to_be_compared_name_the_party_and_the_setting() -> None:
    """B holds 4.7 in D together with others, held back by D's own subsidiary S, at a threshold of nine digits."""
    holders = "EFGHI"
    rows = [("D", "S", PPB), ("S", "D", PPB // 10), *((holder, "D", PPB * 95 // 100) for holder in holders)]
    one = given("DS" + holders, rows)
    told = read_parameters(["control.threshold=0.333333333"])
    with pytest.raises(BadInput, match="holdings in D sum too far above 1") as refused:
        compute_control(one, told)
    assert refused.value.field == "control.threshold"
    assert compute_control(one, read_parameters(["control.threshold=0.3333"])).n_pairs > 0
    assert compute_control(replace(one, stakes=given("DS" + holders, rows[:-1]).stakes), told).n_pairs > 0
