"""Group ids from run to run."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algorithms.stable_ids import Change, StableIds, stable_ids

PARTIES = [f"p{number}" for number in range(12)]
some_parties = st.frozensets(st.sampled_from(PARTIES), min_size=1, max_size=6)
partitions = st.lists(some_parties, max_size=6, unique=True)


def named(groups: list[frozenset[str]], earlier: dict[str, frozenset[str]], taken: tuple[str, ...] = ()) -> StableIds:
    return stable_ids(groups, [[min(group)] for group in groups], earlier, taken)


def as_earlier(groups: list[frozenset[str]], result: StableIds) -> dict[str, frozenset[str]]:
    return dict(zip(result.ids, groups, strict=True))


@given(partitions)
def test_the_same_groups_keep_their_ids_and_change_nothing(groups: list[frozenset[str]]) -> None:
    first = named(groups, {})
    again = named(groups, as_earlier(groups, first))
    assert again == StableIds(first.ids, ())


@given(partitions, partitions, st.randoms(use_true_random=False))
def test_ids_do_not_hang_on_the_order(before: list[frozenset[str]], after: list[frozenset[str]], order) -> None:  # type: ignore[no-untyped-def]
    earlier = as_earlier(before, named(before, {}))
    straight = as_earlier(after, named(after, earlier))
    shuffled = order.sample(after, len(after))
    mixed = dict(order.sample(list(earlier.items()), len(earlier)))
    assert as_earlier(shuffled, named(shuffled, mixed)) == straight


@given(partitions, partitions, partitions)
def test_groups_that_are_the_same_need_no_contest(
    before: list[frozenset[str]], after: list[frozenset[str]], same: list[frozenset[str]]
) -> None:
    earlier = {f"e{number}": group for number, group in enumerate([*before, *same])}
    now = [*after, *same]
    with mock.patch("algorithms.stable_ids._unchanged", return_value={}):
        whole = named(now, earlier)
    assert named(now, earlier) == whole


@given(partitions, partitions)
def test_ids_are_distinct_and_new_ones_were_never_used(
    before: list[frozenset[str]], after: list[frozenset[str]]
) -> None:
    earlier = as_earlier(before, named(before, {}))
    fresh = named(after, {}).ids
    result = named(after, earlier, taken=fresh)
    assert len(set(result.ids)) == len(after)
    for group_id, group in zip(result.ids, after, strict=True):
        if group_id in earlier:
            assert earlier[group_id] & group
        else:
            assert group_id not in fresh


@given(partitions, partitions)
def test_the_feed_turns_the_earlier_membership_into_the_new_one(
    before: list[frozenset[str]], after: list[frozenset[str]]
) -> None:
    earlier = as_earlier(before, named(before, {}))
    result = named(after, earlier)
    now = as_earlier(after, result)
    replayed = {group_id: set(parties) for group_id, parties in earlier.items()}
    for change in result.changes:
        if change.kind == "dissolved":
            del replayed[change.group_id]
        elif change.kind == "created":
            replayed[change.group_id] = set(now[change.group_id])
        elif change.kind == "joined":
            replayed[change.group_id].add(change.party_id)
        elif change.kind == "left":
            replayed[change.group_id].remove(change.party_id)
    assert replayed == now


def test_the_largest_overlap_keeps_the_id_and_the_rest_splits_off() -> None:
    result = named([frozenset("abc"), frozenset("de")], {"old": frozenset("abcde")})
    assert result.ids[0] == "old"
    created = result.ids[1]
    assert result.changes == tuple(
        sorted(
            [
                Change(created, "created"),
                Change(created, "split", other_group_id="old"),
                Change("old", "left", party_id="d"),
                Change("old", "left", party_id="e"),
            ]
        )
    )


def test_a_merged_group_goes_into_the_larger() -> None:
    result = named([frozenset("abcde")], {"big": frozenset("abc"), "small": frozenset("de")})
    assert result.ids == ("big",)
    assert Change("big", "merged", other_group_id="small") in result.changes
    assert Change("small", "dissolved") in result.changes


def test_a_dissolved_id_never_comes_back() -> None:
    first = named([frozenset("ab")], {})
    again = named([frozenset("ab")], {}, taken=first.ids)
    assert again.ids != first.ids
    assert named([frozenset("ab")], {}, taken=first.ids) == again


def test_groups_without_parties_or_heads_are_refused() -> None:
    with pytest.raises(ValueError, match="without parties"):
        stable_ids([frozenset()], [["a"]], {})
    with pytest.raises(ValueError, match="heads"):
        stable_ids([frozenset("a")], [], {})
