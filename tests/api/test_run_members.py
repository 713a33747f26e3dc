"""Members of control groups with their reasons, against the definition taken literally, a member at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from algorithms.control import Control, control
from algorithms.groups import Groups, control_groups
from algorithms.threshold import PPB
from algorithms.votes import Bases, ControlRule, Stakes
from api.services.run_input import RunInput
from api.services.run_members import MEMBERS, MOST_NAMED, Membership, member_frame, memberships
from api.services.run_results import AS_ONE, control_links, digest
from api.services.words import percent
from tests.api.worlds import numbers

N = 9
NAMES = [chr(ord("A") + one) for one in range(N)]
PARTY = st.integers(0, N - 1)
HELD = st.lists(st.tuples(PARTY, PARTY, st.sampled_from((30, 50, 60, 100))), max_size=14)
AGREED = st.lists(st.tuples(PARTY, PARTY), max_size=4)


def found(held: list[tuple[int, int, int]], agreed: list[tuple[int, int]], couple: bool) -> tuple[RunInput, Control]:
    held, agreed = [one for one in held if one[0] != one[1]], [one for one in agreed if one[0] != one[1]]
    rows = [(a, b, percent * PPB // 100) for a, b, percent in held]
    stakes = Stakes(*(numbers(*(row[at] for row in rows)) for at in range(3)))
    upper, lower = (numbers(*(row[at] for row in agreed)) for at in range(2))
    bases = Bases(upper, lower, numbers(*(0 for _ in agreed)), ("x",))
    nobody = numbers()
    known = RunInput(NAMES, nobody, nobody, stakes, bases, (), rows=len(rows), merged=0, unseen=0)
    rule = ControlRule(family_as_one=couple)
    return known, control(stakes, N, rule, bases, [(0, 1)] if couple else [])


def links_one_by_one(result: Control) -> list[tuple[int, int, str, int]]:
    links: dict[tuple[int, int, str], int] = {}
    some = result.immediate
    columns = (some.controller, some.controlled, some.votes, some.basis)
    for controller, controlled, votes, basis in zip(*(column.tolist() for column in columns), strict=True):
        family = result.families[controller - N] if controller >= N else ()
        name = AS_ONE if family else some.basis_names[basis]
        for member in family or (controller,):
            if member != controlled:
                links.setdefault((controlled, member, name), votes)
    return [(*key, votes) for key, votes in links.items()]


def reasons_one_by_one(groups: Groups, links: list[tuple[int, int, str, int]]) -> Iterator[Membership]:
    def some(heads: list[int]) -> str:
        shown = [f"{{{NAMES[one]}}}" for one in heads[:MOST_NAMED]]
        return " and ".join(shown + ([f"{len(heads) - MOST_NAMED} more"] if len(heads) > MOST_NAMED else []))

    for place in range(len(groups)):
        members, heads = groups.members(place).tolist(), groups.heads(place).tolist()
        for party in members:
            inside = next((one for one in links if one[0] == party and one[1] in members), None)
            others = [one for one in heads if one != party]
            below = len(members) - 1 - (len(others) if inside is None else 0)
            over = f"head: controls {below} {'party' if below == 1 else 'parties'}"
            if party in heads and not others:
                first = f"{over} and nobody outside controls it"
            elif party in heads and inside is None:
                first = f"{over} as one with {some(others)}"
            elif party in heads:
                first = f"{over} in a circle with {some(others)}, and nobody outside controls it"
            elif inside is None:
                first = "controlled by the head of the group"
            else:
                votes = f" with {percent(inside[3] / PPB)} of the votes" if inside[3] else ""
                first = f"controlled by {{{NAMES[inside[1]]}}} ({inside[2]}){votes}"
            also = [one for one in range(len(groups)) if one != place and party in groups.members(one)]
            told = [
                f"also controlled by {some(groups.heads(one).tolist())}, head of G-{one}" for one in also[:MOST_NAMED]
            ]
            if len(also) > MOST_NAMED:
                told.append(f"also controlled by the heads of {len(also) - MOST_NAMED} more groups")
            yield Membership(f"G-{place}", NAMES[party], "head" if party in heads else "member", (first, *told))


@settings(max_examples=300, deadline=None)
@given(HELD, AGREED, st.booleans())
def test_links_and_members_are_those_found_one_by_one(
    held: list[tuple[int, int, int]], agreed: list[tuple[int, int]], couple: bool
) -> None:
    known, result = found(held, agreed, couple)
    links, groups = control_links(known, result), control_groups(result)
    told = links_one_by_one(result)
    assert links.select("controlled", "controller", "basis", "votes").rows() == told
    assert links.select("controlled_id", "controller_id").rows() == [(NAMES[a], NAMES[b]) for a, b, *_ in told]
    members = memberships(known, groups, [f"G-{place}" for place in range(len(groups))], links)
    assert members.equals(member_frame(list(reasons_one_by_one(groups, told))))


def test_a_party_of_many_groups_names_the_first_of_them() -> None:
    """Seven agree to control A, each by itself."""
    known, result = found([], [(one, 0) for one in range(1, 8)], False)
    groups = control_groups(result)
    members = memberships(known, groups, [f"G-{place}" for place in range(7)], control_links(known, result))
    reasons = members.filter(pl.col("party_id") == "A", pl.col("group_id") == "G-6")["reasons"].item().to_list()
    assert reasons[0] == "controlled by {H} (x)"
    assert reasons[1:6] == [f"also controlled by {{{NAMES[one]}}}, head of G-{one - 1}" for one in range(1, 6)]
    assert reasons[6:] == ["also controlled by the heads of 1 more groups"]


def test_nobody_is_a_member_of_nothing() -> None:
    known, result = found([], [], False)
    links = control_links(known, result)
    members = memberships(known, control_groups(result), [], links)
    assert members.equals(pl.DataFrame(schema=MEMBERS))
    assert member_frame([]).equals(members)


def test_the_digest_hangs_on_who_is_together_and_not_on_ids_or_order() -> None:
    known, result = found([(0, 1, 60), (2, 3, 60), (3, 4, 60)], [], False)
    links, groups = control_links(known, result), control_groups(result)
    members = memberships(known, groups, ["G-1", "G-2"], links)
    turned = memberships(known, groups, ["G-9", "G-3"], links)
    order = np.random.default_rng(1).permutation(members.height)
    assert digest(links[::-1], turned[order]) == digest(links, members)
    assert digest(links, members[1:]) != digest(links, members)
    assert digest(links[1:], members) != digest(links, members)
    together = members.with_columns(group_id=pl.lit("G-1"))
    assert digest(links, together) != digest(links, members)
