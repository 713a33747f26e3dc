"""Who has which role on which day after a handover, against the definition taken day by day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.services.handover_periods import ASSISTING, MAIN, ROLES, taken_over, without
from graph import times

GIVER, TAKER, OTHER = "G", "T", "X"
DAY, LAST = 5, 12
ENDS = st.sampled_from([*range(DAY + 1, LAST), times.UNTIL_FURTHER])


def link(manager: str, role: str, first: int, last: int) -> dict[str, Any]:
    return {"manager_id": manager, "role": role, "valid_from": first, "valid_to": last}


LINKS = st.lists(
    st.builds(link, st.sampled_from([GIVER, TAKER, OTHER]), st.sampled_from(ROLES), st.integers(0, LAST), ENDS).filter(
        lambda one: one["valid_from"] < one["valid_to"]
    ),
    max_size=5,
)


def has(links: list[dict[str, Any]], manager: str, role: str) -> list[bool]:
    """On each day whether a manager has a role."""
    return [
        any(
            one["manager_id"] == manager and one["role"] == role and one["valid_from"] <= day < one["valid_to"]
            for one in links
        )
        for day in range(LAST + 1)
    ]


def after(links: list[dict[str, Any]], role: str = MAIN) -> list[dict[str, Any]]:
    """The links once the giver has handed all over, or the customer is assigned where there is no giver."""
    found = taken_over(links, [one for one in links if one["manager_id"] == GIVER], TAKER, role, DAY)
    ends = {id(one): day for one, day in found.ending}
    assert len(ends) == len(found.ending)
    kept = [{**one, "valid_to": ends.get(id(one), one["valid_to"])} for one in links]
    assert all(first < last for _, (first, last) in found.opening)
    opened = [link(TAKER, one or "", *period) for one, period in found.opening]
    return [*(one for one in kept if one["valid_from"] < one["valid_to"]), *opened]


@given(LINKS, st.sampled_from(ROLES))
def test_on_each_day_the_taker_has_what_the_giver_would_have_had(links: list[dict[str, Any]], assigned: str) -> None:
    now = after(links, assigned)
    for role in ROLES:
        before, given_role, taken = has(links, TAKER, role), has(links, GIVER, role), has(now, TAKER, role)
        assert has(now, OTHER, role) == has(links, OTHER, role)
        if GIVER in {one["manager_id"] for one in links}:
            assert has(now, GIVER, role) == [had and day < DAY for day, had in enumerate(given_role)]
            wanted = [
                had or (got and day >= DAY) for day, (had, got) in enumerate(zip(before, given_role, strict=True))
            ]
            takes_main = any(has(links, GIVER, MAIN)[DAY:])
        else:
            wanted = [had or (day >= DAY and role == assigned) for day, had in enumerate(before)]
            takes_main = assigned == MAIN
        main = has(now, TAKER, MAIN)
        if role == ASSISTING and not takes_main:  # what was both before stays; nothing more comes to it
            wanted = [want and (not main[day] or before[day]) for day, want in enumerate(wanted)]
        elif role == ASSISTING:
            wanted = [want and not main[day] for day, want in enumerate(wanted)]
        assert taken == wanted


def test_who_will_have_the_main_role_assists_until_then_and_again_after_it() -> None:
    links = [link(GIVER, MAIN, 7, 9), link(TAKER, ASSISTING, 0, times.UNTIL_FURTHER)]
    found = taken_over(links, links[:1], TAKER, MAIN, DAY)
    assert [(one["manager_id"], day) for one, day in found.ending] == [(GIVER, DAY), (TAKER, 7)]
    assert found.opening == [(MAIN, (7, 9)), (ASSISTING, (9, times.UNTIL_FURTHER))]


@pytest.mark.parametrize("assigned", ROLES)
def test_who_has_the_main_role_already_is_given_nothing(assigned: str) -> None:
    links = [link(TAKER, MAIN, 0, times.UNTIL_FURTHER)]
    assert taken_over(links, [], TAKER, assigned, DAY).opening == []


def test_a_period_without_others() -> None:
    assert without((0, 10), [(8, 12), (2, 4), (3, 5)]) == [(0, 2), (5, 8)]
    assert without((0, 10), []) == [(0, 10)]
    assert without((0, 10), [(0, 10)]) == []
