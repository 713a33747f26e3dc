"""The audience of a campaign: chosen from a segment or from openings by the bank's rules, and stored."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from pydantic import Field

from algorithms.audience import REASONS, SELECTED, select
from algorithms.audience import Audience as Chosen
from algorithms.threshold import PPB
from api.services.acting import acting_user, check_letters
from api.services.answers import Answer, Because, Model, PartyRef, stamp
from api.services.audience_facts import approached_before, read_candidates
from api.services.audience_rules import AudienceRules
from api.services.campaigns import AudienceTold, CampaignRef, audiences_told, find_campaign
from api.services.kept_run import those_seen
from api.services.known import parties_seen
from api.services.openings import KeptOpenings, find_product
from api.services.segments import find_segment, members_of
from graph import ids, times
from graph.errors import BadInput, Conflict, NotFound
from graph.once import Once, answered_again, write_once
from graph.store import Tx, View

SOURCE = "manual"
SEGMENT, OPENINGS = "segment", "openings"
DEFAULT_SEED = 1
MOST_SEED = 2**32 - 1
SHOWN = 50
_AT_ONCE = 10_000


@dataclass(frozen=True)
class AudienceAsked:
    """segment: id or name; else openings: of the campaign's product, or of the one named.

    size: parties at most, those held back among them. held_back: the part left alone, a fraction; None: as the rules
    say. seed: of the lot. channel: None: the campaign's.
    """

    segment: str | None = None
    openings: bool = False
    product: str | None = None
    size: int | None = None
    held_back: str | None = None
    seed: int = DEFAULT_SEED
    channel: str | None = None


class AudienceMember(Model):
    """Somebody chosen."""

    party: PartyRef
    held_back: bool = Field(description="left alone, to compare with")
    place: int | None = Field(
        default=None, description="from 1, as it was chosen; null for audiences stored before places were kept"
    )
    score: str | None = Field(default=None, description="of the opening, from 0, as it was chosen; null from a segment")


class AudienceAnswer(Answer):
    """An audience: chosen, and stored unless it was only tried."""

    campaign: CampaignRef
    stored: bool
    audience: AudienceTold
    members: list[AudienceMember] = Field(description="the first of them, the best first")


class _Member(NamedTuple):
    """Who is in. place: from 1; None: not kept. score: of its opening, parts per billion; None: from a segment."""

    party_id: str
    held_back: bool
    place: int | None
    score: int | None


@dataclass(frozen=True)
class _Found:
    """parties: the candidates, the best first, with the score of their opening. part: held back, parts per billion."""

    told: dict[str, Any]
    parties: Mapping[str, int | None]
    chosen: Chosen
    part: int

    @property
    def selected(self) -> list[_Member]:
        """Who is in, the best first."""
        held_back = self.chosen.held_back.tolist()
        inside = [
            (party, score, held_back[at])
            for at, (party, score) in enumerate(self.parties.items())
            if self.chosen.reason[at] == SELECTED
        ]
        return [_Member(party, alone, place, score) for place, (party, score, alone) in enumerate(inside, 1)]


def _open_campaign(view: View, campaign: str) -> CampaignRef:
    """Raises NotFound, and BadInput for one that is closed."""
    one = find_campaign(view, campaign)
    if one.closed_on is not None:
        told = f"{one.name or one.campaign_id} was closed on {one.closed_on}: it approaches nobody any more."
        raise BadInput(told, field="campaign_id", value=campaign[:80])
    return one


def _ended(view: View, one: CampaignRef) -> str | None:
    """What is said of a campaign whose last day is past."""
    today = times.today(view.store.zone)
    if one.ends_on is None or one.ends_on >= today:
        return None
    return (
        f"{one.name or one.campaign_id} ended on {one.ends_on}, and today is {today}: it approaches nobody any more. "
        "Give it a later last day, or make another campaign."
    )


def _beyond_cap(view: View, one: CampaignRef, rules: AudienceRules, found: _Found) -> str | None:
    """What is said of an audience by which its campaign would approach more than it may, all audiences together. Those
    held back are not approached, and do not count."""
    most = one.most_parties or rules.most
    before, more = approached_before(view, one), found.told["approached"]
    if before + more <= most:
        return None
    room = max(most - before, 0)
    size = room * PPB // (PPB - found.part)
    way_out = (
        f"Narrow the {found.told['source']}, or give a size of at most {size:,}."
        if room
        else "Give it a larger cap, or make another campaign."
    )
    return (
        f"{one.name or one.campaign_id} may approach {most:,} parties: it approached {before:,} before, and this "
        f"audience approaches {more:,}. {way_out}"
    )


def try_audience(
    view: View, archive: Path, campaign: str, asked: AudienceAsked, rules: AudienceRules, user: str | None
) -> AudienceAnswer:
    """The same as `make_audience`, and nothing is stored."""
    one = _open_campaign(view, campaign)
    found = _choose(view, archive, one, asked, rules, (user or "").strip())
    answer = _answer(view, one, found.told, found.selected, stored=False)
    for refusal in filter(None, (_beyond_cap(view, one, rules, found), _ended(view, one))):
        answer.omitted.append(f"it would be refused: {refusal}")
    return answer


@answered_again
def make_audience(
    view: View,
    archive: Path,
    campaign: str,
    asked: AudienceAsked,
    rules: AudienceRules,
    user: str | None,
    once: Once | None = None,
) -> str:
    """Choose an audience and store it: who is approached, and who is held back. Returns its id.

    Raises NotFound for an unknown campaign, segment or product and where no run keeps openings, BadInput for a campaign
    whose last day is past, for what cannot be asked, for an audience by which the campaign would approach more than it
    may, and for one without anybody, Conflict where another audience was stored since the view.
    """
    who = acting_user(user)
    one = _open_campaign(view, campaign)
    if ended := _ended(view, one):
        raise BadInput(ended, field="campaign_id", value=campaign[:80])
    found = _choose(view, archive, one, asked, rules, who)
    if refusal := _beyond_cap(view, one, rules, found):
        raise BadInput(refusal, field="size", value=asked.size)
    if not found.selected:
        told = "; ".join(f"{count:,} {text}" for text, count in _counted(found.told))
        raise BadInput(f"Nobody is left to approach{f': {told}' if told else ''}.", field=found.told["source"])
    links = _links(view, one, found)

    def work(tx: Tx) -> str:
        for other in tx.run("campaigns/since", known=view.seq):
            raise Conflict(
                f"The audience {other['audience_id']} was stored by {other['by']} meanwhile, so that others are left "
                "to approach; ask again."
            )
        tx.run("campaigns/keep_audience", audience=found.told | {"seq": tx.number})
        for type_, rows in links.items():
            tx.rows(f"write/create_links[{type_}:Party:Campaign]", rows)
        return str(found.told["audience_id"])

    return write_once(view.store, who, work, f"audience of {one.campaign_id}", once)


def audience(view: View, audience_id: str) -> AudienceAnswer:
    """A stored audience with the first of its members. Raises NotFound."""
    rows = view.read("campaigns/audience", audience_id=audience_id)
    if not rows:
        raise NotFound(f"There is no audience {audience_id[:80]!r}.", field="audience_id", value=audience_id[:80])
    kept = rows[0]["audience"]
    found = view.read("campaigns/members", audience_id=audience_id, campaign_id=kept["campaign_id"])[0]["found"]
    members = [_Member(**row) for row in found]
    return _answer(view, find_campaign(view, kept["campaign_id"]), kept, members, stored=True)


def _answer(
    view: View, one: CampaignRef, told: Mapping[str, Any], members: Sequence[_Member], *, stored: bool
) -> AudienceAnswer:
    page = members[:SHOWN]
    seen = parties_seen(view, [member.party_id for member in page])
    left_out = [f"members capped at {SHOWN} of {len(members):,}; `guanxi export audience` writes all"]
    return AudienceAnswer(
        **stamp(view, left_out if len(members) > SHOWN else []),
        because=[_because(told)],
        campaign=one,
        stored=stored,
        audience=audiences_told(view, [told])[0],
        members=[
            AudienceMember(
                party=seen[member.party_id],
                held_back=member.held_back,
                place=member.place,
                score=None if member.score is None else _decimal(member.score),
            )
            for member in page
            if member.party_id in seen
        ],
    )


def _because(told: Mapping[str, Any]) -> Because:
    reasons = "; ".join(told["reason_texts"])
    return Because(
        rule="campaigns.audience",
        text=f"each candidate is in, or left out for the first of these that holds: {reasons}",
    )


def _choose(
    view: View, archive: Path, one: CampaignRef, asked: AudienceAsked, rules: AudienceRules, who: str
) -> _Found:
    part = _part(asked.held_back, rules)
    if asked.size is not None and asked.size < 1:
        raise BadInput(f"size is {asked.size}; give 1 or more, or leave it out.", field="size", value=asked.size)
    if not 0 <= asked.seed <= MOST_SEED:
        raise BadInput(f"seed is {asked.seed}; give 0 to {MOST_SEED:,}.", field="seed", value=asked.seed)
    channel = (asked.channel or one.channel or "").strip()
    check_letters(channel, "channel")
    if len(channel) > 50:
        raise BadInput(f"channel has {len(channel)} letters; give at most 50.", field="channel")
    source, source_id, parties = _candidates(view, archive, one, asked)
    offered = source_id if source == OPENINGS else one.product_id
    candidates = read_candidates(view, one, offered, list(parties), rules.days)
    chosen = select(candidates, rules.branch_capacity, asked.size, part, asked.seed)
    counts = np.bincount(chosen.reason, minlength=len(REASONS)).tolist()
    alone = int(chosen.held_back.sum())
    told = {
        "audience_id": ids.source_key(SOURCE, "audience", secrets.token_hex(6)),
        "campaign_id": one.campaign_id,
        "source": source,
        "source_id": source_id,
        "channel": channel,
        "at": times.now_ms(),
        "by": who,
        "candidates": len(parties),
        "approached": counts[SELECTED] - alone,
        "held_back": alone,
        "reasons": list(REASONS[1:]),
        "reason_texts": [_WHY[reason].format(days=rules.days) for reason in REASONS[1:]],
        "reason_counts": counts[1:],
        "seed": asked.seed,
        "rules": json.dumps(rules.model_dump(mode="json") | {"size": asked.size, "held_back": _decimal(part)}),
    }
    return _Found(told, parties, chosen, part)


_WHY = {
    "opted_out": "asked not to be approached",
    "in_campaign": "this campaign approached it or held it back before, or somebody of its household or group",
    "quiet_period": "a campaign approached it, or somebody of its household or group, within {days.quiet} days",
    "refused": "refused this campaign, or the product that it offers, within {days.refused} days",
    "sold": "bought the product that it offers within {days.sold} days",
    "household": "somebody of its household comes before it",
    "group": "somebody of its group comes before it",
    "branch_capacity": "its branch has no place left",
    "size": "beyond the number of parties asked for",
}


def _counted(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    pairs = zip(told["reason_texts"], told["reason_counts"], strict=True)
    return [(text, count) for text, count in pairs if count]


def _candidates(
    view: View, archive: Path, one: CampaignRef, asked: AudienceAsked
) -> tuple[str, str, dict[str, int | None]]:
    """What they come from, its id, and the parties, the best first: by score of their opening, else by id. Who was
    joined into another since the run is that one."""
    if (asked.segment is None) == (not asked.openings):
        raise BadInput("Give a segment, or openings, and not both.", field=SEGMENT)
    if asked.segment is not None:
        if asked.product is not None:
            raise BadInput("product is of openings; leave it out with a segment.", field="product", value=asked.product)
        row = find_segment(view, asked.segment)
        members = members_of(view, archive, row).party_ids
        return SEGMENT, row["segment_id"], dict.fromkeys(those_seen(view, members))
    if asked.product is None and one.product_id is None:
        raise BadInput(f"{one.name or one.campaign_id} names no product: give one.", field="product")
    product_id = find_product(view, asked.product or str(one.product_id)).product_id
    kept = KeptOpenings(view, archive)
    scores: dict[str, int | None] = {}
    for row in kept.rows("openings", pl.col("product_id") == product_id):
        scores.setdefault(kept.joined.get(row["party_id"], row["party_id"]), row["score"])
    return OPENINGS, product_id, {party: scores[party] for party in those_seen(view, list(scores))}


def _part(text: str | None, rules: AudienceRules) -> int:
    """The part held back, parts per billion."""
    if text is None:
        return int(rules.held_back * PPB)
    try:
        part = Decimal(text)
        whole = int(part * PPB)
    except (ArithmeticError, ValueError):
        whole, part = -1, Decimal(0)
    if not 0 <= whole <= PPB // 2 or whole != part * PPB:
        raise BadInput(f"held_back is {text[:20]!r}; give a fraction from 0 to 0.5, such as 0.1.",
                       field="held_back", value=text[:20])  # fmt: skip
    return whole


def _decimal(ppb: int) -> str:
    return f"{Decimal(ppb) / PPB:f}"


def _links(view: View, one: CampaignRef, found: _Found) -> dict[str, list[dict[str, Any]]]:
    selected = found.selected
    keys = party_keys(view, [member.party_id for member in selected])
    day = times.to_day(times.today(view.store.zone))
    made: dict[str, list[dict[str, Any]]] = {"TARGETED_BY": [], "HELD_BACK_FROM": []}
    for party, alone, place, score in selected:
        type_ = "HELD_BACK_FROM" if alone else "TARGETED_BY"
        own = {"at": found.told["at"], "audience_id": found.told["audience_id"], "place": place}
        if score is not None:
            own["score"] = score
        if not alone:
            own["channel"] = found.told["channel"]
        key, row_key = keys.get(party, party), str(found.told["audience_id"])
        made[type_].append(contact(type_, party, key, one.campaign_id, row_key, day, own))
    return made


def party_keys(view: View, parties: Iterable[str]) -> dict[str, str]:
    """The source key that each party is best known by; those without a record have none."""
    wanted = list(parties)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        for row in view.read("resolve/told_apart", ids=wanted[start : start + _AT_ONCE]):
            found[row["party_id"]] = row["source_keys"][0]
    return found


def contact(
    type_: str, party_id: str, party_key: str, campaign_id: str, row_key: str, day: int, own: Mapping[str, Any]
) -> dict[str, Any]:
    """A link from a party to a campaign that a person writes, as `write/create_links` takes it."""
    properties = {
        "id": ids.link_id(type_, party_key, campaign_id, row_key, str(own.get("channel", ""))),
        "valid_from": day,
        "valid_to": times.UNTIL_FURTHER,
        "status": "confirmed",
        "source": SOURCE,
        "row_key": row_key.removeprefix(f"{SOURCE}:"),
        "from_key": party_key,
        "to_key": campaign_id,
        "data_day": day,
        "flags": [],
        **own,
    }
    return {"from": party_id, "to": campaign_id, "properties": properties}
