"""The worked example of a what-if, DOMAIN.md 5.3, asked as the service is asked."""

from __future__ import annotations

from typing import Any

from api.services.what_if import WhatIfAnswer, what_if
from api.services.what_if_question import WhatIfQuestion
from tests.api.small_world import SmallView, world, worlds_of


def ask(*changes: dict[str, Any], status: int = 0) -> WhatIfAnswer:
    question = WhatIfQuestion.model_validate({"changes": list(changes)})
    return what_if(SmallView(), worlds_of(world(status)), question)  # type: ignore[arg-type]


def told(answer: WhatIfAnswer, rules: str, test: str) -> dict[str, list[tuple[str, str] | None]]:
    """(ratio, state) before and after of the group of A, by status."""
    (group,) = (one for one in answer.groups if [head.party_id for head in one.heads] == ["A"] and one.tests)
    found = {}
    for one in group.tests:
        if (one.rules, one.test) == (rules, test):
            sides = (one.before, one.after)
            found[one.status] = [None if side is None else (str(side.ratio), side.state) for side in sides]
    return found


def test_5_3_what_if_b_borrows_30_more() -> None:
    answer = ask({"do": "add_facility", "borrowers": ["B"], "amount": "0.30"})
    assert told(answer, "cn-large-exposure", "group-exposure") == {
        "firm": [("0.13", "within"), ("0.16", "warning")],
        "potential": [("0.21", "breach"), ("0.24", "breach")],
    }
    assert told(answer, "basel-lex", "group")["potential"] == [("0.21", "warning"), ("0.24", "warning")]
    assert answer.groups[0].joining == answer.groups[0].leaving == []


def test_5_3_stores_nothing() -> None:
    one = world()
    before = one.found.exposures.clone()
    question = WhatIfQuestion.model_validate(
        {"changes": [{"do": "add_facility", "borrowers": ["B"], "amount": "0.30"}]}
    )
    first, again = (what_if(SmallView(), worlds_of(one), question) for _ in range(2))  # type: ignore[arg-type]
    assert first == again
    assert one.found.exposures.equals(before)
    assert one.risk.tables["facilities"].height == 5


def test_5_4_in_5_1_a_rebuttal_of_what_d_depends_on_clears_the_breach() -> None:
    answer = ask({"do": "rebut", "link": "DEPENDS_ON-DB"}, status=1)
    figures = {}
    for group in answer.groups:
        for one in group.tests:
            if one.rules == "cn-large-exposure" and one.test == "group-exposure":
                sides = [None if side is None else (side.ratio, side.state) for side in (one.before, one.after)]
                figures[group.heads[0].party_id, group.kind] = sides
    assert figures == {
        ("A", "connected"): [("0.21", "breach"), None],
        ("A", "control"): [None, ("0.13", "within")],
        ("X", "control"): [("0.09", "within"), ("0.09", "within")],
    }
    (ended,) = (group for group in answer.groups if group.kind == "connected")
    (heir,) = (group for group in answer.groups if group.group_id == ended.goes_on_as)
    assert ((ended.size_before, ended.size_after), heir.size_after) == ((4, 0), 2)
