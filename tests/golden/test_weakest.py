"""The smallest sets of links that clear a breach, DOMAIN.md 5.4."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from algorithms.connections import plain_parties
from algorithms.local_groups import LocalProblem
from algorithms.weakest import Weakest, weakest_links
from api.services.weakest import weakest
from tests.algorithms.lent_groups import Lent
from tests.api.small_world import SmallView, world, worlds_of
from tests.golden.test_connected import EXAMPLE_4_1, ORDINAL, PARTIES, depends, stakes

TIER1 = 1000
LIMIT = TIER1 * 20 // 100
LENT = {"A": 80, "B": 50, "D": 60, "E": 20, "X": 10}
LINKS = ("A→B", "X→D", "D→E", "D→B")
"""The stakes of example 4.1 in their order, then its dependence link."""


def problem() -> Lent:
    lent = tuple(LENT.get(name, 0) for name in PARTIES)
    return Lent(LocalProblem(stakes(EXAMPLE_4_1), depends("D on B"), plain_parties(len(PARTIES))), lent)


def ratios(*without: str) -> list[Fraction]:
    """Each group's exposure in percent of tier 1, the largest first, of parties that are or were in the group."""
    rebutted = frozenset(LINKS.index(link) for link in without)
    return [Fraction(100 * group.lent, TIER1) for group in problem().groups(rebutted)]


def named(found: Weakest) -> list[list[str]]:
    return [[LINKS[link] for link in each] for each in found.sets]


def test_5_4_before() -> None:
    assert ratios() == [21, 9]
    group = problem().groups()[0]
    assert group.parties == {ORDINAL[name] for name in "ABDE"}


def test_5_4_among_dependence_links() -> None:
    case = problem()
    found = weakest_links(case.problem.dependence_links, case.breach_stands(LIMIT))
    assert named(found) == [["D→B"]]
    assert ratios("D→B") == [13, 9]
    assert not found.stopped


def test_5_4_among_all_links() -> None:
    case = problem()
    found = weakest_links(case.problem.links, case.breach_stands(LIMIT))
    assert named(found) == [["A→B"], ["D→E"], ["D→B"]]
    assert {link: ratios(link)[0] for link in ("D→B", "A→B", "D→E")} == {"D→B": 13, "A→B": 13, "D→E": 19}
    assert not found.stopped


def test_5_4_splitting_the_group() -> None:
    case = problem()
    together = case.group_stands([ORDINAL[name] for name in "ABDE"])
    assert named(weakest_links(case.problem.links, together)) == [["A→B"], ["D→E"], ["D→B"]]
    assert np.asarray(case.problem.links).size == len(LINKS)


def asked(status: int, ask: str) -> dict[tuple[str, str, str], list[tuple[list[str], list[str | None]]]]:
    """What the service answers of A's group of four: by test, status and kind of links, the sets and what is left."""
    one = world(status)
    (group_id,) = (name for name, group in zip(one.group_ids, one.book.groups, strict=True) if group.party.size == 4)
    answer = weakest(SmallView(), worlds_of(one), group_id, "cn-large-exposure")  # type: ignore[arg-type]
    return {
        (question.test or "", question.status, question.among): [
            (sorted(id for link in each.links for id in link.link_ids), [left.ratio for left in each.left])
            for each in question.sets
        ]
        for question in answer.questions
        if question.ask == ask
    }


def test_5_4_as_the_service_is_asked() -> None:
    assert asked(1, "clear") == {
        ("group-exposure", "firm", "dependence"): [(["DEPENDS_ON-DB"], ["0.13", "0.09"])],
        ("group-exposure", "firm", "all"): [
            (["OWNS-AB"], ["0.13", "0.09"]),
            (["OWNS-DE"], ["0.19", "0.07"]),
            (["DEPENDS_ON-DB"], ["0.13", "0.09"]),
        ],
    }


def test_5_4_a_potential_breach_is_cleared_alike() -> None:
    (found,) = (sets for key, sets in asked(0, "clear").items() if key == ("group-exposure", "potential", "dependence"))
    assert [links for links, _ in found] == [["DEPENDS_ON-DB"]]


def test_5_4_any_one_of_its_links_holds_the_group_together() -> None:
    split = asked(1, "split")
    assert [links for links, _ in split["", "firm", "all"]] == [["OWNS-AB"], ["OWNS-DE"], ["DEPENDS_ON-DB"]]
    assert [links for links, _ in split["", "firm", "dependence"]] == [["DEPENDS_ON-DB"]]
