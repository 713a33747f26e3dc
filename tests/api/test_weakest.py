"""What the weakest links of a group are asked with, and what is refused."""

from __future__ import annotations

import pytest

from api.services.weakest import weakest
from graph.errors import BadInput, NotFound
from tests.api import small_world
from tests.api.small_world import SmallView, world, worlds_of


def group_of(size: int, status: int = 1) -> str:
    one = world(status)
    sized = [name for name, group in zip(one.group_ids, one.book.groups, strict=True) if group.party.size == size]
    return sized[0]


def ask(group_id: str, rules: str | None = None, links: int = 2, status: int = 1) -> object:
    return weakest(SmallView(), worlds_of(world(status)), group_id, rules, links)  # type: ignore[arg-type]


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(NotFound, match="found no group 'G-NONE'"):
        ask("G-NONE")
    for links in (0, 4):
        with pytest.raises(BadInput, match=f"links is {links}; give 1 to 3"):
            ask(group_of(4), links=links)
    with pytest.raises(BadInput, match="found no groups of connected clients by 'eu-crr'"):
        ask(group_of(4), "eu-crr")


def test_a_group_within_its_limits_has_only_what_splits_it() -> None:
    answer = weakest(SmallView(), worlds_of(world(1)), group_of(3), "basel-lex")  # type: ignore[arg-type]
    assert {question.ask for question in answer.questions} == {"split"}
    (question,) = answer.questions
    assert [
        [(link.type, link.start.party_id, link.end.party_id, link.told) for link in each.links]
        for each in question.sets
    ] == [
        [("OWNS", "X", "D", "0.6")],
        [("OWNS", "D", "E", "0.6")],
    ]


def test_a_control_group_that_is_tested_within_another_is_asked_about_alike() -> None:
    answer = weakest(SmallView(), worlds_of(world(1)), group_of(2))  # type: ignore[arg-type]
    assert [question.ask for question in answer.questions] == ["split"]
    assert [[link.told for link in each.links] for each in answer.questions[0].sets] == [["0.6"]]


def test_the_rule_set_of_the_worst_breach_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_world, "SETS", ("basel-lex", "cn-large-exposure"))
    answer = weakest(SmallView(), worlds_of(world(1)), group_of(4))  # type: ignore[arg-type]
    assert (answer.rules, answer.omitted) == ("cn-large-exposure", []), "basel-lex is the first, and within its limit"
    assert {question.ask for question in answer.questions} == {"clear", "split"}
    within = weakest(SmallView(), worlds_of(world(1)), group_of(4), "basel-lex")  # type: ignore[arg-type]
    assert within.omitted == [
        "not looked at: the group's breaches under cn-large-exposure; ask for one of them by `rules`"
    ]


def test_a_search_that_is_cut_short_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.services.weakest.MOST_EVALUATIONS", 2)
    answer = weakest(SmallView(), worlds_of(world(1)), group_of(4))  # type: ignore[arg-type]
    assert any("there may be further sets" in (question.stopped or "") for question in answer.questions)


def test_a_group_that_is_too_wide_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.services.run_region.FEWEST_OF_ALL", 1)
    with pytest.raises(BadInput, match="too wide for its links to be tried one by one"):
        ask(group_of(4))
