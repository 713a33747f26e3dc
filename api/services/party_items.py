"""Rows of the section statements as items of a 360."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from api.services import party_answer as a
from api.services import party_business as business
from api.services import party_relations as relations
from api.services.answers import Money, day, evidence, group_name, moment, money, party_ref
from api.services.home_told import told_totals
from api.services.words import bought_before, dependence_ratio
from graph import model, times

Row = Mapping[str, Any]

POSTS = {"LEGAL_REPRESENTATIVE_OF": "legal representative 法定代表人"}
_DAYS = {"birth_day", "registered_on", "customer_since"}


def basic(attributes: Row, labels: list[str], sources: list[str]) -> a.Basic:
    """Attributes of the party."""
    values: dict[str, Any] = {}
    for name in a.Basic.model_fields:
        value = attributes.get(name)
        if value is None:
            continue
        if name == "registered_capital":
            values[name] = money(value, attributes.get("currency"))
        else:
            values[name] = day(value) if name in _DAYS else value
    values["roles"] = [role for role in model.ROLES if role in labels]
    values["sources"] = sources
    values["kind"] = attributes.get("kind") or None
    if not sources:
        values["empty"] = "no source record describes this party; only links name it"
    return a.Basic(**values)


def identifier(row: Row) -> business.IdentifierItem:
    node, link = row["other"], row["link"]
    return business.IdentifierItem(
        kind=node.get("kind") or "other",
        value=node.get("value"),
        text=node.get("text"),
        use=link.get("use"),
        shared_with=max(0, row["shared_by"] - 1),
        link=evidence(link, row["type"]),
    )


def _months(values: list[int] | None, currency: str | None) -> list[Money | None]:
    return [money(value, currency) for value in values or []]


def year(row: Row) -> business.YearItem:
    node = row["other"]
    currency = node.get("currency")
    monthly = ("deposits", "loans", "assets_managed", "bank_revenue", "contribution")
    yearly = ("revenue", "expenditure", "total_assets", "equity", "net_profit")
    values: dict[str, Any] = {name: _months(node.get(name), currency) for name in monthly}
    values |= {name: money(node.get(name), currency) for name in yearly}
    told = {name: node.get(name) for name in ("year", "scope")}
    return business.YearItem(**told, currency=currency, **values, link=evidence(row["link"], row["type"]))


def drawdown(node: Row) -> business.DrawdownItem:
    currency = node.get("currency")
    return business.DrawdownItem(
        drawdown_id=node["drawdown_id"],
        code=node.get("code"),
        amount=money(node.get("amount"), currency),
        balance=money(node.get("balance"), currency),
        starts_on=day(node.get("starts_on")),
        matures_on=day(node.get("matures_on")),
        classification=node.get("classification"),
        overdue_days=node.get("overdue_days"),
        rate=node.get("rate"),
    )


def collateral(row: Row) -> business.CollateralItem:
    node, link = row["other"], row["link"]
    return business.CollateralItem(
        collateral_id=node["collateral_id"],
        name=node.get("name"),
        collateral_kind=node.get("collateral_kind"),
        value=money(node.get("value"), node.get("currency")),
        secured=money(link.get("amount"), link.get("currency") or node.get("currency")),
        valued_on=day(node.get("valued_on")),
        state=node.get("state"),
    )


def facility(row: Row) -> business.FacilityItem:
    node = row["other"]
    currency = node.get("currency")
    return business.FacilityItem(
        facility_id=node["facility_id"],
        code=node.get("code"),
        product=node.get("product"),
        role=row["link"].get("role"),
        limit_amount=money(node.get("limit_amount"), currency),
        drawn_amount=money(node.get("drawn_amount"), currency),
        starts_on=day(node.get("starts_on")),
        matures_on=day(node.get("matures_on")),
        classification=node.get("classification"),
        guarantee_kind=node.get("guarantee_kind"),
        state=node.get("state"),
        drawdowns=[drawdown(d) for d in row["drawdowns"]],
        drawdown_count=row["drawdown_count"],
        collateral=[collateral(c) for c in row["collateral"]],
        link=evidence(row["link"], row["type"]),
    )


def account(row: Row) -> business.AccountItem:
    node = row["other"]
    currency = node.get("currency")
    return business.AccountItem(
        account_id=node["account_id"],
        account_no=node.get("account_no"),
        account_kind=node.get("account_kind"),
        role=row["link"].get("role"),
        balance=money(node.get("balance"), currency),
        frozen_amount=money(node.get("frozen_amount"), currency),
        opened_on=day(node.get("opened_on")),
        closed_on=day(node.get("closed_on")),
        state=node.get("state"),
        outside=node.get("outside"),
        link=evidence(row["link"], row["type"]),
    )


def product(row: Row) -> business.ProductItem:
    node, link = row["other"], row["link"]
    return business.ProductItem(
        product_id=node["product_id"],
        name=node.get("name"),
        name_en=node.get("name_en"),
        family=node.get("family"),
        since=day(link.get("since")),
        until=day(link.get("until")),
        balance=money(link.get("balance"), link.get("currency")),
        link=evidence(link, row["type"]),
    )


def manager(row: Row) -> business.ManagerItem:
    node = row["other"]
    return business.ManagerItem(
        manager_id=node["manager_id"],
        name=node.get("name"),
        code=node.get("code"),
        post=node.get("post"),
        role=row["link"].get("role"),
        left_on=day(node.get("left_on")),
        link=evidence(row["link"], row["type"]),
    )


def branch(row: Row) -> business.BranchItem:
    node = row["other"]
    return business.BranchItem(
        branch_id=node["branch_id"],
        name=node.get("name"),
        code=node.get("code"),
        level=node.get("level"),
        above=[business.UnitAbove(**unit) for unit in row["above"]],
        link=evidence(row["link"], row["type"]),
    )


def holding(row: Row) -> relations.HoldingItem:
    link = row["link"]
    return relations.HoldingItem(
        party=party_ref(row["other"]),
        share=link.get("share"),
        votes=link.get("votes"),
        share_min=link.get("share_min"),
        share_max=link.get("share_max"),
        amount=money(link.get("amount"), link.get("currency")),
        holding_kind=link.get("holding_kind"),
        link=evidence(link, row["type"]),
    )


def control(row: Row) -> relations.ControlItem:
    link = row["link"]
    return relations.ControlItem(
        party=party_ref(row["other"]),
        basis=link.get("basis"),
        votes=link.get("votes"),
        round=link.get("round"),
        declared=row["type"] == "CONTROLS",
        link=evidence(link, row["type"]),
    )


def group(row: Row) -> relations.GroupItem:
    """A group as kept; a group found by a run goes by its head's name, which the asker may or may not see."""
    node, link = row["other"], row["link"]
    head = party_ref(row["head"]) if row["head"] else None
    return relations.GroupItem(
        group_id=node["group_id"],
        kind=node.get("kind"),
        name=group_name(node, head),
        role=link.get("role"),
        reasons=link.get("reasons") or [],
        members=row["members"],
        head=head,
        link=evidence(link, row["type"]),
    )


def household(row: Row) -> relations.HouseholdItem:
    members = [
        relations.HouseholdMember(
            party=party_ref(member["other"]),
            role=member["link"].get("role"),
            reasons=member["link"].get("reasons") or [],
            status=member["link"]["status"],
        )
        for member in row["members"]
    ]
    return relations.HouseholdItem(
        household_id=row["other"]["household_id"],
        reasons=row["link"].get("reasons") or [],
        members=members,
        link=evidence(row["link"], row["type"]),
    )


def family(row: Row) -> relations.FamilyItem:
    """A family as kept; its totals are over all members, so they are told only where all of them are seen."""
    node, link = row["other"], row["link"]
    return relations.FamilyItem(
        family_id=node["family_id"],
        role=link.get("role"),
        reasons=link.get("reasons") or [],
        head=party_ref(row["head"]) if row["head"] else None,
        members=row["members"],
        households=[
            relations.FamilyHousehold(
                household_id=home["household_id"], members=[party_ref(one) for one in home["members"]]
            )
            for home in row["households"]
        ],
        companies=[party_ref(one) for one in row["companies"]],
        totals=told_totals(node) if row["members"] >= node.get("size", row["members"]) else [],
        link=evidence(link, row["type"]),
    )


def guarantee(row: Row) -> relations.GuaranteeItem:
    link = row["link"]
    return relations.GuaranteeItem(
        party=party_ref(row["other"]),
        amount=money(link.get("amount"), link.get("currency")),
        kind=link.get("kind"),
        facility_id=link.get("facility_id"),
        contract=link.get("contract"),
        link=evidence(link, row["type"]),
    )


def dependence(row: Row) -> relations.DependenceItem:
    link = row["link"]
    return relations.DependenceItem(
        party=party_ref(row["other"]),
        criterion=link.get("criterion"),
        weight=dependence_ratio(link),
        part=money(link.get("part_amount"), link.get("currency")),
        whole=money(link.get("whole_amount"), link.get("currency")),
        link=evidence(link, row["type"]),
    )


def post(row: Row) -> relations.PostItem:
    link, type_ = row["link"], row["type"]
    return relations.PostItem(
        party=party_ref(row["other"]),
        post=POSTS.get(type_) or link.get("post") or "executive",
        link=evidence(link, type_),
    )


def kin(row: Row) -> relations.KinItem:
    return relations.KinItem(
        party=party_ref(row["other"]),
        relation=row["link"].get("relation"),
        reverse=row["outgoing"],
        link=evidence(row["link"], row["type"]),
    )


def referral(row: Row, zone: str) -> relations.ReferralItem:
    link = row["link"]
    at, bought_on = link.get("at"), day(link.get("bought_on"))
    referred = link["valid_from"] if at is None else times.day_of(at, zone)
    is_early = bought_on is not None and link["bought_on"] < referred
    return relations.ReferralItem(
        party=party_ref(row["other"]),
        at=moment(at),
        campaign_id=link.get("campaign_id"),
        product_id=link.get("product_id"),
        outcome=link.get("outcome"),
        bought_for=money(link.get("value"), link.get("currency")),
        bought_on=bought_on,
        reasons=[bought_before(bought_on)] if bought_on and is_early else [],
        link=evidence(link, row["type"]),
    )


def possibly_same(row: Row) -> relations.PossiblySameItem:
    link, likely = row["link"], row["link"].get("probability")
    return relations.PossiblySameItem(
        party=party_ref(row["other"]),
        joined=link["status"] == "confirmed",
        records=[link.get("from_key") or "", link.get("to_key") or ""],
        probability=None if likely is None else f"{likely // 10**9}.{likely % 10**9:09d}",
        fields=[relations.MatchedField(**field) for field in orjson.loads(link.get("explained") or "[]")],
        link=evidence(link, row["type"]),
    )


def tag(row: Row) -> business.TagItem:
    link = row["link"]
    return business.TagItem(
        text=row["other"]["text"],
        tagged_by=link.get("by"),
        tagged_at=moment(link.get("at")),
        link=evidence(link, row["type"]),
    )


def event(row: Row) -> business.EventItem:
    node = row["other"]
    return business.EventItem(
        event_id=node["event_id"],
        event_kind=node.get("event_kind"),
        title=node.get("title"),
        text=node.get("text"),
        at=moment(node.get("at")),
        due_at=moment(node.get("due_at")),
        channel=node.get("channel"),
        severity=node.get("severity"),
        state=node.get("state"),
        role=row["link"].get("role"),
        link=evidence(row["link"], row["type"]),
    )


def campaign(row: Row) -> business.CampaignItem:
    node, link = row["other"], row["link"]
    return business.CampaignItem(
        campaign_id=node["campaign_id"],
        name=node.get("name"),
        code=node.get("code"),
        product_id=node.get("product_id"),
        at=moment(link.get("at")),
        channel=link.get("channel"),
        response=link.get("response"),
        link=evidence(link, row["type"]),
    )


def source(row: Row, attributes: Row) -> business.SourceItem:
    """A source record; where it says otherwise than the party's current attributes, what it says."""
    node = row["other"]
    differs = {
        p.name: _told(p.name, node[p.name])
        for p in model.PARTY_ATTRIBUTES
        if node.get(p.name) is not None and node[p.name] != attributes.get(p.name)
    }
    return business.SourceItem(
        record_id=node["record_id"],
        source=node.get("source"),
        table=node.get("table"),
        key=node.get("key"),
        priority=node.get("priority"),
        roles=node.get("roles") or [],
        data_day=day(node.get("data_day")),
        by=row["link"].get("by"),
        differs=differs,
        earlier=[_earlier(one) for one in row["earlier"]],
        link=evidence(row["link"], row["type"]),
    )


def _earlier(row: Row) -> business.EarlierItem:
    values = orjson.loads(row["values"])
    return business.EarlierItem(
        told={name: None if value in (None, []) else _told(name, value) for name, value in values.items()},
        until=moment(row["until"]),
        evidence=row["evidence"],
        registered_by=row["by"],
        approved_by=row["approved_by"],
    )


def _told(name: str, value: Any) -> str:
    if name in _DAYS:
        return str(day(value))
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
