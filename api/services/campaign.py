"""Campaigns of the bank's own making: made, changed (what they were before stays told) and closed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from api.services.acting import acting_user, check_letters
from api.services.campaigns import find_campaign
from api.services.managers import find_manager
from api.services.openings import find_product
from api.services.organisation import find_branch
from graph import ids, model, times
from graph.errors import BadInput, Conflict
from graph.once import DoneBefore, Once, answered_again, write_once
from graph.store import Row, Tx, View

LONGEST = 100
LONGEST_CHANNEL = 50
MOST_PARTIES = 100_000
CLEARED = ""
"""Takes away what a campaign said of its product, channel, branch, manager, code, last day or cap."""


@dataclass(frozen=True)
class CampaignTold:
    """What is told of a campaign; None: not told. product, branch, manager: by id or code; '' takes away. ends_on: the
    last day. most_parties: parties that it may approach; 0 takes away when it is changed."""

    name: str | None = None
    code: str | None = None
    product: str | None = None
    starts_on: date | str | None = None
    ends_on: date | str | None = None
    channel: str | None = None
    branch: str | None = None
    manager: str | None = None
    most_parties: int | str | None = None

    @property
    def given(self) -> dict[str, Any]:
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name)) is not None}


@answered_again
def make_campaign(view: View, told: CampaignTold, user: str | None, once: Once | None = None) -> str:
    """Make a campaign. Returns its id.

    Raises BadInput naming the field for what is missing or cannot be, and for a name or code that another campaign of
    the same days has; NotFound for an unknown product, branch or manager.
    """
    who = acting_user(user)
    values = {name: value for name, value in _plain(view, told).items() if value is not None}
    for name, why in (("name", "what people call it"), ("starts_on", "its first day")):
        if name not in values:
            raise BadInput(f"A campaign needs {name}: {why}.", field=name)
    _check_days(values)
    campaign_id = ids.source_key(model.MANUAL, "campaign", secrets.token_hex(6))
    today = times.to_day(times.today(view.store.zone))

    def work(tx: Tx) -> str:
        _refuse_taken(tx, values, campaign_id)
        own = {"source": model.MANUAL, "data_day": today, **values, "version": 1, **_by(who)}
        tx.run("write/make_nodes[Campaign]", rows=[{"key": campaign_id, "properties": own}])
        return campaign_id

    return write_once(view.store, who, work, f"campaign {values['name']}", once)


@answered_again
def change_campaign(
    view: View, asked: str, told: CampaignTold, version: int | None, user: str | None, once: Once | None = None
) -> str:
    """Change a campaign that a person made. Returns its id. version: the one that was seen, if that is to be checked.

    Raises what `make_campaign` raises, NotFound for an unknown campaign, BadInput for one of a source and where nothing
    is asked, Conflict where somebody has changed or closed it since.
    """
    who = acting_user(user)
    campaign_id = _own(view, asked)
    wanted = _plain(view, told)
    if not wanted:
        raise BadInput("Nothing is to be changed: give what is otherwise.", field="campaign_id")

    def work(tx: Tx) -> str:
        now = _locked(tx, campaign_id, version)
        values = {name: value for name, value in wanted.items() if now.get(name) != value}
        if not values:
            raise DoneBefore(campaign_id)
        after = {**now, **values}
        _check_days(after)
        _refuse_taken(tx, after, campaign_id)
        _set(tx, campaign_id, now, {**values, "version": now["version"] + 1, **_by(who)})
        return campaign_id

    return write_once(view.store, who, work, f"change of campaign {campaign_id}", once)


@answered_again
def close_campaign(view: View, asked: str, user: str | None, once: Once | None = None) -> str:
    """Close a campaign that a person made: it approaches nobody any more, and its figures stay. Returns its id.

    Raises NotFound for an unknown campaign, BadInput for one of a source, Conflict where it is closed already.
    """
    who = acting_user(user)
    campaign_id = _own(view, asked)

    def work(tx: Tx) -> str:
        now = _locked(tx, campaign_id, None)
        today = times.to_day(times.today(view.store.zone))
        _set(tx, campaign_id, now, {"closed_on": today, "version": now["version"] + 1, **_by(who)})
        return campaign_id

    return write_once(view.store, who, work, f"close campaign {campaign_id}", once)


def _own(view: View, asked: str) -> str:
    campaign = find_campaign(view, asked)
    if campaign.source != model.MANUAL:
        raise BadInput(
            f"{campaign.name or campaign.campaign_id} is told by {campaign.source}, which has to say otherwise itself; "
            "a person changes and closes what persons made.",
            field="campaign_id",
            value=asked[:80],
        )
    return campaign.campaign_id


def _locked(tx: Tx, campaign_id: str, version: int | None) -> Row:
    rows = tx.run("campaigns/now", campaign_id=campaign_id)
    now: Row = rows[0]["campaign"] if rows else {}
    if not now or now.get("closed_on") is not None:
        raise Conflict(f"The campaign {now.get('name') or campaign_id} is closed.")
    if version is not None and now["version"] != version:
        raise Conflict(
            f"The campaign {now['name']} has version {now['version']} by now, saved by {now['changed_by']}; you have "
            f"seen {version}. Read it again."
        )
    return now


def _set(tx: Tx, campaign_id: str, now: Row, values: Mapping[str, Any]) -> None:
    """Change attributes; what they were is kept as a Version."""
    old = json.dumps({name: now.get(name) for name in values}, ensure_ascii=False, sort_keys=True)
    row = {"key": campaign_id, "values": values, "old": old, "labels": None, "old_labels": None}
    tx.rows("write/set_attributes[Campaign]", [row])


def _refuse_taken(tx: Tx, values: Mapping[str, Any], campaign_id: str) -> None:
    """Raises BadInput where another campaign has the code, or the name on some of the same days."""
    first, last = values["starts_on"], values.get("ends_on")
    for row in tx.run("campaigns/named", called=values["name"], code=values.get("code") or ""):
        other = row["campaign"]
        if other["campaign_id"] == campaign_id:
            continue
        if values.get("code") and other.get("code") == values["code"]:
            raise BadInput(f"{other.get('name') or other['campaign_id']} has the code {values['code']} already.",
                           field="code", value=values["code"])  # fmt: skip
        begins = last is None or (other.get("starts_on") or times.SINCE_EVER) <= last
        lasts = other.get("ends_on") is None or other["ends_on"] >= first
        if other.get("closed_on") is None and other.get("name") == values["name"] and begins and lasts:
            raise BadInput(
                f"A campaign is called {values['name']!r} on some of these days already: {other['campaign_id']}. Give "
                "another name or other days.",
                field="name",
                value=values["name"],
            )


def _check_days(values: Mapping[str, Any]) -> None:
    first, last = values["starts_on"], values.get("ends_on")
    if last is not None and last < first:
        raise BadInput(
            f"ends_on is {times.from_day(last)}, before starts_on, {times.from_day(first)}: give the last day on which "
            "the campaign runs.",
            field="ends_on",
            value=times.from_day(last),
        )


def _plain(view: View, told: CampaignTold) -> dict[str, Any]:
    """What is told, as the graph keeps it; None where it is taken away."""
    given = told.given
    found: dict[str, Any] = {}
    for name, longest in (("name", LONGEST), ("code", LONGEST), ("channel", LONGEST_CHANNEL)):
        if name in given:
            found[name] = _text(name, given[name], longest)
    if given.get("starts_on") == CLEARED:
        raise BadInput("starts_on is taken away; a campaign needs its first day.", field="starts_on")
    for name in ("starts_on", "ends_on"):
        if name in given:
            found[name] = times.to_day(given[name]) if isinstance(given[name], date) else None
    if "most_parties" in given:
        found["most_parties"] = _cap(given["most_parties"])
    if "product" in given:
        found["product_id"] = find_product(view, given["product"]).product_id if given["product"].strip() else None
    if "branch" in given:
        found["branch_id"] = find_branch(view, given["branch"], "branch") if given["branch"].strip() else None
    if "manager" in given:
        found["manager_id"] = _manager(view, given["manager"]) if given["manager"].strip() else None
    return found


def _text(name: str, given: str, longest: int) -> str | None:
    text = " ".join(given.split())
    check_letters(text, name)
    if len(text) > longest:
        raise BadInput(f"{name} has {len(text):,} letters; give at most {longest}.", field=name, value=text[:50])
    if not text and name == "name":
        raise BadInput("name is empty; give what people call the campaign.", field="name")
    return text or None


def _cap(given: int | str) -> int | None:
    if given == CLEARED:
        return None
    if not isinstance(given, int) or not 1 <= given <= MOST_PARTIES:
        raise BadInput(f"most_parties is {given}; give 1 to {MOST_PARTIES:,}, or leave it out.",
                       field="most_parties", value=given)  # fmt: skip
    return given


def _manager(view: View, given: str) -> str:
    found = find_manager(view, given, field="manager")
    if found.left_on is not None and found.left_on <= times.today(view.store.zone):
        raise BadInput(f"{found.name or given} left on {found.left_on}; name somebody who is here.",
                       field="manager", value=given)  # fmt: skip
    return found.manager_id


def _by(who: str) -> dict[str, Any]:
    return {"changed_by": who, "changed_at": times.now_ms()}
