"""Both ends of a path have a fair share of the candidates."""

from __future__ import annotations

from api.services.path_search import in_turn


def test_either_end_in_turn_and_what_one_leaves_is_the_others() -> None:
    assert in_turn(["a", "b", "c", "d"], ["x", "b"]) == ["a", "x", "b", "c", "d"]
    assert in_turn([], ["x", "y"]) == ["x", "y"]
