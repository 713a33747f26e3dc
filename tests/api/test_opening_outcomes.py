"""What was done about openings follows the parties it was done with."""

from __future__ import annotations

from typing import Any, cast

from api.services.opening_outcomes import all_outcomes
from graph.store import View


class Joined:
    """Four openings; OLD was joined into MID and that into NEW, GONE into nobody."""

    def read(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        if name == "openings/all":
            return [{"party_id": party, "outcomes": ["refused"]} for party in ("A", "OLD", "GONE", "NEW")]
        if name == "resolve/joined":
            into = {"OLD": "MID", "MID": "NEW"}
            return [{"id": id, "into": into[id]} for id in asked["ids"] if id in into]
        assert name == "resolve/party_ids"
        return [{"found": [[id, id, None, None, None] for id in asked["ids"] if id in ("A", "NEW")]}]


def test_what_was_done_with_a_party_joined_away_is_of_the_other() -> None:
    told = all_outcomes(cast(View, Joined()), {"A", "NEW"})
    assert [row["party_id"] for row in told] == ["A", "NEW", "NEW"]
