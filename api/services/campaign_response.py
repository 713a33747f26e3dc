"""How a party answered a campaign, written down by a person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from api.services.acting import acting_user
from api.services.answers import Model, Money, PartyRef, moment, money, party_ref
from api.services.audience import SOURCE, contact, party_keys
from api.services.campaigns import RESPONSES, find_campaign
from api.services.known import known
from api.services.opening_outcome import value_given
from api.services.party import missing
from graph import ids, times
from graph.errors import BadInput
from graph.once import Once, answered_again, write_once
from graph.store import Tx, View


@dataclass(frozen=True)
class ResponseAsked:
    """party: its id. at: ISO 8601, without an offset in the bank's time zone; None: now. value: what was bought is
    worth, a decimal in major units; currency: of that, CNY where none is given."""

    party: str
    response: str
    at: str | None = None
    value: str | None = None
    currency: str | None = None


class ResponseTold(Model):
    """How a party answered a campaign, as it is written down."""

    party: PartyRef
    campaign_id: str
    campaign_name: str | None
    response: str
    at: str | None
    value: Money | None


@answered_again
def record_response(view: View, campaign: str, asked: ResponseAsked, user: str | None, once: Once | None = None) -> str:
    """Write an answer down; it counts at once. Returns the id of its link, which `response` tells.

    Raises NotFound for an unknown campaign or party, JoinedAway, BadInput naming the field for what cannot be: an
    unknown response, a time to come, a value of what was not bought, a party that the campaign did not approach, or a
    day before it did. Who was held back may only have bought.
    """
    who = acting_user(user)
    one = find_campaign(view, campaign)
    if asked.response not in RESPONSES:
        raise BadInput(f"response is {asked.response[:50]!r}; give {', '.join(RESPONSES)}.",
                       field="response", value=asked.response[:50])  # fmt: skip
    at, day = _moment(asked.at, view.store.zone)
    value, currency = value_given(asked.value, asked.currency, asked.response, "bought")
    if not known(view, [asked.party]):
        raise missing(view, asked.party)
    contacts = view.read("campaigns/contact", party_id=asked.party, campaign_id=one.campaign_id)[0]["found"]
    if not contacts:
        raise BadInput(
            f"{one.name or one.campaign_id} did not approach {asked.party}, so there is no answer to it.",
            field="party",
            value=asked.party,
        )
    if all(kind != "TARGETED_BY" for kind, _ in contacts) and asked.response != "bought":
        raise BadInput(
            f"{asked.party} was held back: it was not asked, and can only have bought.",
            field="response",
            value=asked.response,
        )
    if day < (since := min(first for _, first in contacts)):
        raise BadInput(
            f"at is {asked.at!r}, before {one.name or one.campaign_id} turned to {asked.party}, on "
            f"{times.from_day(since)}.",
            field="at",
            value=asked.at,
        )
    row_key = ids.source_key(SOURCE, "response", secrets.token_hex(6))
    told = {"at": at, "response": asked.response, "value": value, "currency": currency}
    own = {name: one for name, one in told.items() if one is not None}
    key = party_keys(view, [asked.party]).get(asked.party, asked.party)
    link = contact("RESPONDED_TO", asked.party, key, one.campaign_id, row_key, day, own)

    def work(tx: Tx) -> str:
        tx.rows("write/create_links[RESPONDED_TO:Party:Campaign]", [link])
        return str(link["properties"]["id"])

    return write_once(view.store, who, work, f"{asked.response} of {asked.party} to {one.campaign_id}"[:200], once)


def response(view: View, link_id: str) -> ResponseTold | None:
    """One answer by the id of its link; None where it is not to be seen in the view."""
    for row in view.read("campaigns/response", id=link_id):
        campaign, told = row["campaign"], row["response"]
        return ResponseTold(
            party=party_ref(row["party"]),
            campaign_id=campaign["campaign_id"],
            campaign_name=campaign["name"],
            response=told["response"],
            at=moment(told["at"]),
            value=money(told["value"], told["currency"]),
        )
    return None


def _moment(text: str | None, zone: str) -> tuple[int, int]:
    """When: UTC milliseconds, and the business day."""
    now = times.now_ms()
    if text is None:
        return now, times.day_of(now, zone)
    try:
        moment = datetime.fromisoformat(text)
        at = int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)
        day = times.day_of(at, zone)
    except (ValueError, OverflowError):
        told = f"at is {text[:50]!r}; write it such as 2025-06-30T14:30."
        raise BadInput(told, field="at", value=text[:50]) from None
    if at > now:
        raise BadInput(f"at is {text!r}, which is still to come; an answer has been given.", field="at", value=text)
    return at, day
