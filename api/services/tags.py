"""Tags of a party: words that persons put on it and take off, with who and when; what was taken off stays told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from api.services.acting import acting_user
from api.services.answers import Answer, Model, PartyRef, moment, stamp
from api.services.known import known, parties_seen
from api.services.party import missing
from graph import ids, times
from graph.errors import BadInput, Conflict
from graph.links import being_changed, change_link
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Tx, View

SOURCE = "manual"
LONGEST = 50


class TagTold(Model):
    """A tag that a party has or had."""

    text: str
    tagged_by: str | None = Field(description="who put it on; null where a source did not say")
    tagged_at: str | None = Field(description="when, ISO 8601 in UTC")
    source: str | None = Field(description="`manual` for what a person put on")
    removed_by: str | None = Field(description="who took it off; null while it is on")
    removed_at: str | None = Field(description="when, ISO 8601 in UTC")


class TagsAnswer(Answer):
    """What a party is marked with, and what it was marked with before."""

    party: PartyRef
    tags: list[TagTold] = Field(description="those that are on, the earliest first")
    earlier: list[TagTold] = Field(description="those that were taken off, the earliest first")


def tags(view: View, party_id: str) -> TagsAnswer:
    """The tags of one party. Raises NotFound for an unknown party, JoinedAway."""
    seen = parties_seen(view, [party_id])
    if party_id not in seen:
        raise missing(view, party_id)
    told: dict[bool, list[TagTold]] = {True: [], False: []}
    for row in view.read("tags/history", party_id=party_id):
        link = row["link"]
        one = TagTold(
            text=row["text"],
            tagged_by=link.get("by"),
            tagged_at=moment(link.get("at")),
            source=link.get("source"),
            removed_by=row["closed_by"],
            removed_at=moment(row["closed_at"]),
        )
        told[row["closed"] is None].append(one)
    return TagsAnswer(**stamp(view), party=seen[party_id], tags=told[True], earlier=told[False])


@answered_again
def add_tag(view: View, party_id: str, text: str, user: str | None, once: Once | None = None) -> str:
    """Mark a party; one that has the tag already stays as it is. Returns the party's id.

    Raises NotFound and JoinedAway for the party, BadInput for a text that cannot be.
    """
    who = acting_user(user)
    word = tag_text(text)
    party_key = _party_key(view, party_id)
    tag_id = ids.source_key(SOURCE, "tag", word)
    link = _link(party_id, party_key, tag_id, who, times.day_of(times.now_ms(), view.store.zone))

    def work(tx: Tx) -> str:
        today = {"source": SOURCE, "data_day": link["properties"]["data_day"], "text": word}
        tx.run("write/make_nodes[Tag]", rows=[{"key": tag_id, "properties": today}])  # its lock makes others wait
        if tx.run("tags/open", party_id=party_id, text=word):
            raise DoneBefore(party_id)
        for last in tx.run("write/latest_version[TAGGED]", id=link["properties"]["id"]):
            if last["unpublished"]:
                raise being_changed(link["properties"]["id"])
        tx.rows("write/create_links[TAGGED:Party:Tag]", [link])
        return party_id

    return write_once(view.store, who, work, f"tag {word} on {party_id}", once)


@answered_again
def remove_tag(view: View, party_id: str, text: str, user: str | None, once: Once | None = None) -> str:
    """Take a tag off. Returns the party's id.

    Raises NotFound and JoinedAway for the party, BadInput where it has no such tag, Conflict where a source gives it.
    """
    who = acting_user(user)
    word = tag_text(text)
    _party_key(view, party_id)

    def work(tx: Tx) -> str:
        found = tx.run("tags/open", party_id=party_id, text=word)
        if not found:
            raise BadInput(f"{party_id} has no tag {word!r}; the section `tags` of its 360 tells those it has.",
                           field="text", value=word)  # fmt: skip
        for one in found:
            if one["source"] != SOURCE:
                raise Conflict(f"{one['source']} gives {party_id} the tag {word!r}: it is taken off there.")
            change_link(tx, one["id"], None)
        return party_id

    return write_once(view.store, who, work, f"tag {word} off {party_id}", once)


def tag_text(text: str) -> str:
    """A tag's text, spaces made single. Raises BadInput for none, one too long, and letters that cannot be read."""
    word = " ".join(text.split())
    if not word:
        raise BadInput("A tag needs a text: a word or a few.", field="text")
    if len(word) > LONGEST:
        raise BadInput(f"The tag has {len(word):,} letters; give at most {LONGEST}.", field="text", value=word[:50])
    if not word.isprintable():
        raise BadInput("The tag holds a letter that cannot be printed; leave it out.", field="text")
    return word


def _party_key(view: View, party_id: str) -> str:
    """The source key that the party is best known by. Raises NotFound, JoinedAway."""
    if not known(view, [party_id]):
        raise missing(view, party_id)
    records = view.read("resolve/told_apart", ids=[party_id])
    return str(records[0]["source_keys"][0]) if records else party_id


def _link(party_id: str, party_key: str, tag_id: str, who: str, day: int) -> Mapping[str, Any]:
    properties = {
        "id": ids.link_id("TAGGED", party_key, tag_id, tag_id),
        "valid_from": day,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": SOURCE,
        "row_key": tag_id.removeprefix(f"{SOURCE}:"),
        "from_key": party_key,
        "to_key": tag_id,
        "data_day": day,
        "flags": [],
        "at": times.now_ms(),
        "by": who,
    }
    return {"from": party_id, "to": tag_id, "properties": properties}
