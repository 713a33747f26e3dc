"""Tokens of groups and households: who gets them, who loses them, and that all others stay."""

from __future__ import annotations

from typing import Any, cast

import polars as pl

from api.services.home_results import Homes
from api.services.run_earlier_homes import EarlierHomes
from api.services.run_members import Membership, member_frame
from api.services.run_results import Earlier, EarlierGroups
from api.services.run_write import Sender
from api.services.run_write_scopes import moved, regrouped, write_scopes

NOBODY = EarlierGroups({}, frozenset())
STORED = {
    "A": ["branch:1", "household:H-OLD"],
    "B": ["branch:1", "group:G-OLD", "household:H-OLD"],
    "C": ["household:H-SAME"],
    "D": [],
}


class Sent:
    """Takes what is sent."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def many(self, name: str, rows: list[dict[str, Any]], touches: str) -> int:
        assert (name, touches) == ("write/set_scopes", "Version")
        self.rows += rows
        return len(rows)


class View:
    """Tells the tokens of those who are asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read(self, _: str, ids: list[str]) -> list[dict[str, Any]]:
        self.asked += ids
        return [{"party_id": id, "node": ord(id), "scope": STORED[id]} for id in ids if id in STORED]


def member(party: str, of: str) -> Membership:
    return Membership(of, party, "member", (), "confirmed")


def test_who_moved() -> None:
    columns = {"group_id": ["H-OLD", "H-OLD", "H-SAME", "H-OLD"], "role": ["member"] * 4, "status": ["confirmed"] * 4}
    homes = {"group_id": ["H-OLD", "H-SAME", "H-GONE"], "digest": [1, 2, 3], "open": [True, True, False]}
    before = EarlierHomes(pl.DataFrame(homes), pl.DataFrame(columns), pl.Series(["A", "B", "C", None]))
    assert before.memory == EarlierGroups({"H-OLD": frozenset("AB"), "H-SAME": frozenset("C")}, frozenset(["H-GONE"]))
    now = Homes([], [member("A", "H-NEW"), member("C", "H-SAME"), member("D", "H-NEW")], ())
    everybody = ["D", "C", "B", "A", "E"]
    assert moved(everybody, now, before) == {"D": "H-NEW", "B": None, "A": "H-NEW"}
    assert moved(everybody, None, before) == {}


def test_who_is_in_other_groups() -> None:
    memory = EarlierGroups({"G-1": frozenset("ABC"), "G-GONE": frozenset("D")}, frozenset())
    earlier = Earlier.of_groups(memory, EarlierGroups({"C-1": frozenset("AB")}, frozenset()))
    now = [member("A", "G-1"), member("A", "C-1"), member("B", "G-1"), member("C", "G-1"), member("E", "G-1")]
    assert regrouped(member_frame(now), earlier, mending=False) == {"B", "D", "E"}
    more = member_frame([*now, member("C", "C-1")])
    assert regrouped(more, earlier, mending=False) == {"B", "C", "D", "E"}
    assert regrouped(member_frame(now), earlier, mending=True) == {"A", "B", "C", "D", "E"}


def test_tokens_follow_groups_and_households_and_others_stay() -> None:
    sent, view = Sent(), View()
    earlier = Earlier.of_groups(EarlierGroups({"G-OLD": frozenset("B")}, frozenset()), NOBODY)
    members, homes = member_frame([member("C", "G-NEW")]), {"A": "H-NEW", "B": None, "D": "H-NEW", "GONE": None}
    parties = sorted(regrouped(members, earlier, mending=False) | homes.keys())
    done = write_scopes(cast(Sender, sent), cast(Any, view), members, earlier, parties, homes)
    told = {row["key"]: ([*filter(None, row["old"].split("\x1f"))], row["scope"]) for row in sent.rows}
    assert told == {
        "A": (STORED["A"], ["branch:1", "household:H-NEW"]),
        "B": (STORED["B"], ["branch:1"]),
        "C": (STORED["C"], ["group:G-NEW", "household:H-SAME"]),
        "D": ([], ["household:H-NEW"]),
    }
    assert [row["node"] for row in sent.rows] == [ord(row["key"]) for row in sent.rows]
    assert done == {"scopes_changed": 4}
    assert view.asked == ["A", "B", "C", "D", "GONE"]


def test_who_keeps_all_tokens_is_not_written() -> None:
    sent = Sent()
    none = Earlier.of_groups(NOBODY, NOBODY)
    homes = {"A": "H-OLD"}
    done = write_scopes(cast(Sender, sent), cast(Any, View()), member_frame([]), none, ["A"], homes)
    assert (done, sent.rows) == ({"scopes_changed": 0}, [])
