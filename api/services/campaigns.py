"""One campaign: found by its id or code, with its audiences and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import Field

from algorithms.threshold import PPB
from api.services.answers import Answer, Because, Model, Money, day, moment, money, stamp
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import View

Row = Mapping[str, Any]
RESPONSES = ("interested", "bought", "refused")
MOST = 500
_AT_ONCE = 10_000
_PLAIN = (
    "name",
    "code",
    "product_id",
    "product_name",
    "channel",
    "most_parties",
    "branch_id",
    "branch_name",
    "manager_id",
    "manager_name",
    "source",
    "version",
    "changed_by",
)
_DAYS = ("starts_on", "ends_on", "closed_on")


class CampaignRef(Model):
    """A campaign in a few words."""

    campaign_id: str
    name: str | None = None
    code: str | None = None
    product_id: str | None = Field(default=None, description="the product offered")
    product_name: str | None = None
    channel: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    most_parties: int | None = Field(
        default=None,
        description="parties that it may approach by all its audiences, those held back not counted; null: as the "
        "rules say",
    )
    branch_id: str | None = Field(default=None, description="the branch that runs it")
    branch_name: str | None = None
    manager_id: str | None = Field(default=None, description="who answers for it")
    manager_name: str | None = None
    source: str | None = Field(default=None, description="the source system, `manual` for what a person made")
    version: int | None = Field(default=None, description="how often a person saved it; null: never")
    changed_by: str | None = None
    changed_at: str | None = Field(default=None, description="ISO 8601 in UTC")
    closed_on: date | None = Field(default=None, description="day from which it approaches nobody any more")


class CampaignVersion(Model):
    """What a campaign said until a person changed it: the values that were replaced, null where there were none."""

    version: int | None
    changed_by: str | None
    changed_at: str | None
    replaced: dict[str, str | int | None]


class CampaignsAnswer(Answer):
    """Campaigns, the latest first."""

    campaigns: list[CampaignRef]
    empty: str | None = Field(default=None, description="why there are none")


class Excluded(Model):
    """How many are left out for a reason; each for the first that holds."""

    reason: str
    text: str
    parties: int


class AudienceTold(Model):
    """An audience that was stored."""

    audience_id: str
    source: str = Field(description="segment or openings")
    source_id: str = Field(description="the segment's or product's id")
    source_name: str | None = Field(description="what that is called now")
    channel: str | None
    at: str | None
    by: str
    candidates: int
    approached: int
    held_back: int
    excluded: list[Excluded]
    seed: int
    rules: str = Field(description="the rules it was chosen by, JSON")


class Side(Model):
    """Those approached, or those held back, and what they bought."""

    parties: int
    bought: int | None = Field(description="parties who bought since; null where nothing tells")
    rate: str | None = Field(description="the part who bought; null where not known")
    value: list[Money] = Field(description="what is known of what they bought is worth, by currency")
    unknown: int = Field(description="buyers of whom no value is known")


class Comparison(Model):
    """The audiences against those who were drawn by lot to be left alone."""

    approached: Side
    held_back: Side
    difference: str | None = Field(description="rate of those approached less rate of those held back; null: not known")
    note: str | None = Field(description="what keeps it from being known, or should be known of it")


class CampaignAnswer(Answer):
    """What came of a campaign: figures of the parties that you may see."""

    campaign: CampaignRef
    reached: int = Field(description="parties that it approached")
    answered: int = Field(description="of these, who answered at all; of several answers of one the last counts")
    interested: int
    refused: int
    bought: int = Field(description="of these, who bought: so answered, or took the product since, held still or not")
    value: list[Money]
    unknown_value: int = Field(description="buyers of whom no value is known")
    comparison: Comparison | None = Field(description="null where no audience was stored")
    audiences: list[AudienceTold]
    earlier: list[CampaignVersion] = Field(description="what it was before it was changed, the earliest first")


def find_campaign(view: View, asked: str) -> CampaignRef:
    """One campaign by its id or code. Raises NotFound, BadInput where several systems use the code."""
    rows = view.read("campaigns/one", campaign=asked)
    if not rows:
        raise NotFound(
            f"No campaign has the id or code {asked[:80]!r}; `guanxi campaign list` tells those that there are.",
            field="campaign_id",
            value=asked[:80],
        )
    if len(rows) > 1:
        told = ", ".join(row["campaign"]["campaign_id"] for row in rows)
        raise BadInput(
            f"Several campaigns have the code {asked[:80]!r}: {told}. Give one of the ids.",
            field="campaign_id",
            value=asked[:80],
        )
    return _ref(rows[0]["campaign"])


def _ref(row: Row) -> CampaignRef:
    told: dict[str, Any] = {name: row.get(name) for name in _PLAIN} | {name: day(row.get(name)) for name in _DAYS}
    return CampaignRef(campaign_id=row["campaign_id"], changed_at=moment(row.get("changed_at")), **told)


def campaigns(view: View, limit: int = MOST) -> CampaignsAnswer:
    """The campaigns, the latest first. Raises BadInput for a limit that cannot be."""
    if not 1 <= limit <= MOST:
        raise BadInput(f"limit is {limit}; give 1 to {MOST}.", field="limit", value=limit)
    found = [_ref(row["campaign"]) for row in view.read("campaigns/all", most=limit + 1)]
    return CampaignsAnswer(
        **stamp(view, [f"campaigns capped at {limit}"] if len(found) > limit else []),
        campaigns=found[:limit],
        empty=None if found else "no source that delivers campaigns has been loaded, and nobody has made one",
    )


def campaign(view: View, asked: str) -> CampaignAnswer:
    """A campaign with its figures. Raises NotFound."""
    one = find_campaign(view, asked)
    people = contacted(view, one)
    audiences = [row["audience"] for row in view.read("campaigns/audiences", campaign_id=one.campaign_id)]
    return CampaignAnswer(
        **stamp(view),
        because=[_because(one)],
        campaign=one,
        **came_of(person for person in people.values() if person.approached is not None),
        comparison=_comparison(one, list(people.values())) if audiences else None,
        audiences=audiences_told(view, audiences),
        earlier=[_version(row["values"]) for row in view.read("campaigns/versions", campaign_id=one.campaign_id)],
    )


def came_of(reached: Iterable[Contacted]) -> dict[str, Any]:
    """What came of approaching some parties: the figures of `CampaignAnswer`."""
    people = list(reached)
    buyers = [person for person in people if person.bought]
    value, unknown = _value(buyers)
    return {
        "reached": len(people),
        "answered": sum(person.answer is not None for person in people),
        "interested": sum(person.answer == "interested" for person in people),
        "refused": sum(person.answer == "refused" for person in people),
        "bought": len(buyers),
        "value": value,
        "unknown_value": unknown,
    }


def _version(values: str) -> CampaignVersion:
    told = json.loads(values)
    replaced = {name: str(day(value)) if name in _DAYS and value is not None else value for name, value in told.items()
                if name not in ("version", "changed_by", "changed_at")}  # fmt: skip
    return CampaignVersion(
        version=told.get("version"),
        changed_by=told.get("changed_by"),
        changed_at=moment(told.get("changed_at")),
        replaced=replaced,
    )


def audiences_told(view: View, rows: Sequence[Row]) -> list[AudienceTold]:
    """Audiences as they were stored, or would be."""
    named = view.read("campaigns/names", ids=sorted({row["source_id"] for row in rows})) if rows else []
    names = {one["id"]: one["name"] for one in named}
    return [_audience_told(row, names.get(row["source_id"])) for row in rows]


def _audience_told(row: Row, source_name: str | None) -> AudienceTold:
    told = {name: row[name] for name in ("audience_id", "source", "source_id", "candidates", "seed", "by", "rules")}
    excluded = zip(row["reasons"], row["reason_texts"], row["reason_counts"], strict=True)
    return AudienceTold(
        **told,
        source_name=source_name,
        channel=row.get("channel"),
        at=moment(row["at"]),
        approached=row["approached"],
        held_back=row["held_back"],
        excluded=[Excluded(reason=reason, text=text, parties=count) for reason, text, count in excluded],
    )


@dataclass
class Contacted:
    """Whom the campaign approached or held back.

    approached, held_back: the first day, -1 where none is told; None: not so. by_audience: approached in a stored
    audience. answer: the last one given. value: minor units, None where not known, and currency, of what it bought: as
    it answered, else of the first holding since. holds: took the product since.
    """

    approached: int | None = None
    held_back: int | None = None
    by_audience: bool = False
    answer: str | None = None
    value: tuple[int | None, str] | None = None
    holds: bool = False

    @property
    def bought(self) -> bool:
        return self.holds or self.answer == "bought"


def contacted(view: View, one: CampaignRef) -> dict[str, Contacted]:
    """Whom a campaign approached or held back, by party."""
    people: dict[str, Contacted] = {}
    for row in view.read("campaigns/contacts", campaign_id=one.campaign_id)[0]["found"]:
        person = people.setdefault(row["party_id"], Contacted())
        if row["type"] == "RESPONDED_TO":
            person.answer = row["response"] or ""
            person.value = (row["value"], row["currency"] or "") if person.answer == "bought" else None
            continue
        since = row["day"] if row["day"] > times.SINCE_EVER else -1
        if row["type"] == "TARGETED_BY":
            person.approached = min(since, person.approached if person.approached is not None else since)
            person.by_audience |= row["audience_id"] is not None
        else:
            person.held_back = min(since, person.held_back if person.held_back is not None else since)
    if one.product_id:
        _purchases(view, one.product_id, people)
    return people


def _purchases(view: View, product_id: str, people: Mapping[str, Contacted]) -> None:
    """Who took the product since it was approached, or held back, whether the holding has ended by now or not."""
    ids = sorted(people)
    for start in range(0, len(ids), _AT_ONCE):
        page = ids[start : start + _AT_ONCE]
        for row in view.read("campaigns/purchases", ids=page, product_id=product_id)[0]["found"]:
            person = people[row["party_id"]]
            days = [since for since in (person.approached, person.held_back) if since is not None]
            if days and 0 <= min(days) <= row["since"]:
                person.holds = True
                person.value = person.value or (row["balance"], row["currency"] or "")


def _comparison(one: CampaignRef, people: Sequence[Contacted]) -> Comparison:
    approached = [person for person in people if person.by_audience and person.held_back is None]
    held_back = [person for person in people if person.held_back is not None]
    note = None
    is_told = bool(one.product_id)
    if not is_told:
        note = "the campaign names no product: what those held back bought is not known unless it was written down"
    elif not held_back:
        note = "nobody was held back, so there is nothing to compare with"
    sides = _side(approached, True), _side(held_back, is_told or any(person.bought for person in held_back))
    difference = None
    if sides[0].bought is not None and sides[1].bought is not None and approached and held_back:
        n, m = len(approached), len(held_back)
        difference = _fraction(sides[0].bought * m - sides[1].bought * n, n * m)
    return Comparison(approached=sides[0], held_back=sides[1], difference=difference, note=note)


def _side(people: Sequence[Contacted], is_told: bool) -> Side:
    buyers = [person for person in people if person.bought]
    value, unknown = _value(buyers)
    return Side(
        parties=len(people),
        bought=len(buyers) if is_told else None,
        rate=_fraction(len(buyers), len(people)) if is_told and people else None,
        value=value,
        unknown=unknown,
    )


def _value(buyers: Iterable[Contacted]) -> tuple[list[Money], int]:
    """What is known by currency, and how many buyers there are of whom no value is known."""
    sums: dict[str, int] = {}
    unknown = 0
    for person in buyers:
        value, currency = person.value or (None, "")
        if value is None:
            unknown += 1
        else:
            sums[currency] = sums.get(currency, 0) + value
    told = [money(value, currency or None) for currency, value in sorted(sums.items())]
    return [one for one in told if one], unknown


def _fraction(part: int, whole: int) -> str:
    """part / whole to nine places, cut towards zero."""
    ppb = abs(part) * PPB // whole
    sign = "-" if part < 0 and ppb else ""
    return f"{sign}{ppb // PPB}.{ppb % PPB:09d}"


def _because(one: CampaignRef) -> Because:
    bought = "answered `bought`"
    if one.product_id:
        bought += f", or took {one.product_id} on the day on which it was approached or held back, or since"
    text = f"somebody has bought who {bought}; each party counts once, by the last answer it gave"
    return Because(rule="campaigns.bought", text=text)
