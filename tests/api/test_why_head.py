"""The head of a group in words: how many would fall with it, firmly and where what is flagged counts too (4.5)."""

from __future__ import annotations

from typing import Any

import pytest

from api.services.why import why
from api.services.why_phrases import Lang
from tests.api.small_world import SmallView, world, worlds_of


class Asked(SmallView):
    """The small bank, asked why somebody is in a group of the run."""

    def read(self, statement: str, **asked: Any) -> list[dict[str, Any]]:
        known: dict[str, list[dict[str, Any]]] = {"why/membership": [], "why/links": [{"found": []}]}
        known["decisions/of_parties"] = []
        return known[statement] if statement in known else super().read(statement, **asked)


@pytest.mark.parametrize(
    ("status", "lang", "says"),
    [
        (0, "en", "(1 party would fall with it; 3 where what is flagged counts too)"),
        (0, "zh", "1方将受牵连；若计入待核实的关系，则为3方"),
        (1, "en", "(3 parties would fall with it)"),
    ],
)
def test_the_head_of_a_group_with_flagged_links(status: int, lang: Lang, says: str) -> None:
    one = world(status)
    largest = max(range(len(one.group_ids)), key=lambda at: one.book.groups[at].party.size)
    answer = why(Asked(), worlds_of(one), one.group_ids[largest], "A", lang=lang)  # type: ignore[arg-type]
    assert (answer.role, answer.status) == ("head", "firm")
    assert says in answer.text


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({}, "the loaded data state it (receipts), without figures"),
        ({"part": 250, "whole": 100}, "the loaded data state it (receipts: 250% of the whole)"),
        ({"part": 52, "whole": 100}, "the loaded data state it (receipts: 52% of the whole)"),
        ({"part": 52, "whole": 0}, "the loaded data state it (receipts), without figures"),
        ({"part": 52, "whole": 100, "by_run": 1}, "the loaded data state it (receipts), without figures"),
    ],
)
def test_what_a_source_tells_of_a_dependence_is_told(figures: dict[str, int], says: str) -> None:
    stated = {"link": "L", "dependent": 2, "provider": 1, "criterion": "receipts", "status": 1, **figures}
    one = world(1, dependence=[stated])
    largest = max(range(len(one.group_ids)), key=lambda at: one.book.groups[at].party.size)
    answer = why(Asked(), worlds_of(one), one.group_ids[largest], "D")  # type: ignore[arg-type]
    assert says in answer.text
