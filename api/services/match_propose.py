"""Parties that may be one: what is known of such, and a person's word that two are, which another person approves."""

from __future__ import annotations

from collections.abc import Iterable

from api.services import decide
from api.services.acting import acting_user, reason_given
from api.services.answers import Answer, stamp
from api.services.party import party_sections
from api.services.party_answer import Section
from api.services.party_relations import PossiblySameItem
from graph import ids, model, times
from graph.errors import BadInput, Conflict
from graph.once import Once, answered_again, write_once
from graph.store import Row, Tx, View
from loaders.identifiers import RESIDENT

LINK = "POSSIBLY_SAME"
SOURCE = model.MANUAL
PERSON = "person"
SECTION = "possibly_same"
NUMBERS = {
    "uscc": "The registration codes",
    "lei": "The LEIs",
    "certificate": "The resident identity cards",
}
"""Numbers of which a party has one only, as the matching holds them against each other."""


class DuplicatesAnswer(Answer):
    """What may be the same as a party, and what was joined with it beyond its identifiers."""

    party_id: str
    possibly_same: Section[PossiblySameItem]


def duplicates(view: View, party_id: str) -> DuplicatesAnswer:
    """Of one party. Raises NotFound, or JoinedAway naming the party that it was joined into."""
    found = party_sections(view, party_id, [SECTION])
    omitted = [text for text in found.omitted if text.startswith(SECTION)]
    return DuplicatesAnswer(**stamp(view, omitted), party_id=party_id, possibly_same=found.sections.possibly_same)


@answered_again
def propose_same(
    view: View, party_id: str, other_id: str, reason: str, user: str | None, once: Once | None = None
) -> str:
    """Propose that two parties are one. Returns the id of the decision, which waits for a second person.

    Once approved the next matching joins them. Raises NotFound and JoinedAway for the parties; BadInput for a
    party and itself, for a person and a company, for a party that no source record describes, and where registration
    codes, LEIs or resident identity cards differ; Conflict where matching
    has found them already: that link is to be decided on.
    """
    who, why = acting_user(user), reason_given(reason, "A decision")
    if party_id == other_id:
        raise BadInput(f"{party_id} is one party: name two.", field="other", value=other_id)
    told = {row["party_id"]: row for row in view.read("resolve/told_apart", ids=[party_id, other_id])}
    one, other = (_told(view, told, id) for id in (party_id, other_id))
    kinds = sorted({one["kind"] or "", other["kind"] or ""})
    if len(kinds) > 1 and "" not in kinds:
        raise BadInput(
            f"{party_id} is a {one['kind']} and {other_id} a {other['kind']}: they cannot be one party. If one of "
            "them is told wrongly, its source has to say so.",
            field="other",
            value=other_id,
        )
    start, end = sorted((one, other), key=lambda row: str(row["source_keys"][0]))
    link = _link(start, end, times.to_day(times.today(view.store.zone)))
    link_id = str(link["properties"]["id"])
    known = duplicates(view, party_id).possibly_same.items
    doubt = next((item.link.id for item in known if item.party.party_id == other_id), link_id)
    if doubt != link_id:
        raise Conflict(f"{party_id} and {other_id} are in doubt already: decide on {doubt}.")

    today = times.today(view.store.zone)

    def work(tx: Tx) -> str:
        _check_numbers(tx, party_id, other_id)
        if not tx.run(f"write/latest_version[{LINK}]", id=link_id):
            tx.rows(f"write/create_links[{LINK}:Party:Party]", [link])
        return decide.proposed(tx, link_id, "confirm", why, who, today)

    return write_once(view.store, who, work, f"confirm {link_id}", once)


def _check_numbers(tx: Tx, party_id: str, other_id: str) -> None:
    """Raises BadInput where a number that one party has only says that they are two."""
    one, other = ([row["record"] for row in tx.run("registering/records", party_id=id)] for id in (party_id, other_id))
    for name, told in NUMBERS.items():
        mine, theirs = (_numbers(records, name) for records in (one, other))
        if mine and theirs and not mine & theirs:
            raise BadInput(
                f"{told} of {party_id} and {other_id} differ, so they are not one. If one of them is told wrongly, its "
                "source has to say so.",
                field="other",
                value=other_id,
            )


def _numbers(records: Iterable[Row], name: str) -> set[str]:
    told = {str(record[name]) for record in records if record.get(name)}
    return {one for one in told if one.startswith(RESIDENT)} if name == "certificate" else told


def _told(view: View, told: dict[str, Row], party_id: str) -> Row:
    if party_id in told:
        return told[party_id]
    party_sections(view, party_id, [SECTION])  # says what is wrong with the id, where something is
    raise BadInput(
        f"No source record describes {party_id}: only links name it, so there is nothing to join.", field="party_id"
    )


def _link(start: Row, end: Row, day: int) -> Row:
    keys = start["source_keys"][0], end["source_keys"][0]
    row_key = f"{PERSON}:{keys[0]}|{keys[1]}"
    properties = {
        "id": ids.link_id(LINK, *keys, row_key, PERSON),
        "valid_from": times.SINCE_EVER,
        "valid_to": times.UNTIL_FURTHER,
        "status": "flagged",
        "source": SOURCE,
        "row_key": row_key,
        "from_key": keys[0],
        "to_key": keys[1],
        "data_day": day,
        "flags": [],
        "by": PERSON,
    }
    return {"from": start["party_id"], "to": end["party_id"], "properties": properties}
