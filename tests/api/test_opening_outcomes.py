"""What was done about openings follows the parties it was done with."""

from __future__ import annotations

from typing import Any, cast

from api.services.joined import joined_into
from api.services.opening_outcomes import all_outcomes, worked_on
from graph.store import View

INTO = {"OLD": "MID", "MID": "NEW"}


class Joined:
    """Four openings; OLD was joined into MID and that into NEW, GONE into nobody."""

    def read(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        if name == "openings/all":
            return [{"party_id": party, "outcomes": ["refused"]} for party in ("A", "OLD", "GONE", "NEW")]
        if name == "resolve/joined":
            return [{"id": id, "into": INTO[id]} for id in asked["ids"] if id in INTO]
        if name == "resolve/joined_from":
            return [{"id": id, "into": into} for id, into in INTO.items() if into in asked["ids"]]
        if name == "openings/of_parties":
            return [{"found": [{"party_id": id} for id in asked["ids"] if id in ("A", "OLD")]}]
        assert name == "resolve/party_ids"
        return [{"found": [[id, id, None, None, None] for id in asked["ids"] if id in ("A", "NEW")]}]


def test_what_was_done_with_a_party_joined_away_is_of_the_other() -> None:
    told = all_outcomes(cast(View, Joined()), {"A", "NEW"})
    assert [row["party_id"] for row in told] == ["A", "NEW", "NEW"]


def test_the_openings_of_a_party_are_those_of_who_was_joined_into_it_too() -> None:
    view = cast(View, Joined())
    assert joined_into(view, ["A", "NEW"]) == {"OLD": "NEW", "MID": "NEW"}
    assert [row["party_id"] for row in worked_on(view, ["NEW", "A"])] == ["A", "NEW"]
