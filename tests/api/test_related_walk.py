"""The walk behind related parties: how far from the start each way may be used."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from api.services.related_rules import Purpose, Step
from api.services.related_walk import Person, Walk
from graph.registry import Statement, shipped
from graph.store import EVERYTHING, View


class Shared:
    """A, B, C and D in a row: A and B, B and C, C and D are in a group each, told as `related/through` does."""

    scope = EVERYTHING

    def __init__(self, *kinds: str) -> None:
        self._groups = {(one, other): kind for one, other, kind in zip("ABC", "BCD", kinds, strict=True)}

    def read(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        assert name == "related/through"
        assert asked["labels"] == ["Group"]
        found = []
        for party in asked["ids"]:
            links = [
                ["Group", kind, ["1", "2"], ends[1 - ends.index(party)], None, None, "confirmed", "G", None]
                for ends, kind in self._groups.items()
                if party in ends and kind in asked["group_kinds"]
            ]
            found.append([party, links, len(links)])
        return [{"found": found}]


def related(*kinds: str) -> list[tuple[str, int]]:
    """Who is related to A, and how far: by declared groups two steps, by control groups one, by connected ones three."""
    steps = (
        Step(through="Group", kinds=("declared", "connected"), within=2),
        Step(through="Group", kinds=("control",), within=1),
        Step(through="Group", kinds=("connected",), within=3),
    )
    walk = Walk(cast(View, Shared(*kinds)), Purpose(title="t", source="s", depth=3, most=10, steps=steps))
    return [(one.party_id, one.distance) for one in walk.related(["A"])["A"]]


def test_each_kind_of_group_goes_as_far_as_its_farthest_step() -> None:
    assert related("declared", "declared", "declared") == [("B", 1), ("C", 2)]
    assert related("control", "control", "control") == [("B", 1)]
    assert related("control", "declared", "connected") == [("B", 1), ("C", 2), ("D", 3)]


class Linked:
    """A holds B, and B holds C, told as `related/direct` does."""

    scope = EVERYTHING
    store = SimpleNamespace(statements=shipped())

    def read(self, statement: Statement, **asked: Any) -> list[dict[str, Any]]:
        assert statement.name == "related/direct[OWNS]"
        told = []
        for party in asked["ids"]:
            others = [(other, out) for other, out in (("ABC".find(party) - 1, False), ("ABC".find(party) + 1, True))]
            links = [
                ["OWNS", out, [f"L{party}"], "ABC"[at], "confirmed", 0.6, None, 1, f"name {'ABC'[at]}", "company"]
                for at, out in others
                if 0 <= at < 3
            ]
            told.append([party, f"name {party}", "company", links, len(links)])
        return [{"found": told}]


def test_only_the_kinds_of_link_that_are_followed_are_asked_for_and_everybody_has_name_and_kind() -> None:
    walk = Walk(cast(View, Linked()), Purpose(title="t", source="s", depth=1, most=10, steps=(Step(kind="OWNS"),)))
    found = walk.related(["A", "B", "C"])
    assert [[one.party_id for one in found[root]] for root in "ABC"] == [["B"], ["A", "C"], ["B"]]
    assert {walk.people[one] for one in "ABC"} == {Person(f"name {one}", "company") for one in "ABC"}
    assert walk.step(found["A"][0])["reasons"] == ["name A holds 60% of name B"]
