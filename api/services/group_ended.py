"""Groups that there were: which run or load ended one, and where its members are now."""

from __future__ import annotations

from dataclasses import dataclass

from api.services.answers import COUNT_CAP, counted
from graph.store import View

_SUCCESSORS = 3
"""Groups named in which the members are now."""


@dataclass(frozen=True)
class Ended:
    """A group that there is no more. number: that ended it. told: by what it ended, and where its members are now, for
    people."""

    kind: str | None
    number: int
    told: str


def ended(view: View, group_id: str) -> Ended | None:
    """A group that the view knows to have ended, of which the asker sees members; None for any other id."""
    rows = view.read("groups/ended", group_id=group_id, count_cap=COUNT_CAP, cap=_SUCCESSORS)
    if not rows:
        return None
    (found,) = rows
    about = view.read("catalogue/numbers", numbers=[found["ended"]])
    by = about[0]["id"] if about and about[0]["id"] else "a run or load whose record is gone"
    places = ", ".join(f"{one['members']:,} in {one['group_id']}" for one in found["now"])
    now = f"there are now {places}" if places else "none is in such a group now"
    had = "the one member" if found["total"] == 1 else f"the {counted(found['total'])} members"
    members = f"of {had} it had last, as far as you see them"
    return Ended(found["kind"], found["ended"], f"{group_id} was dissolved by {by}; {members}, {now}")
