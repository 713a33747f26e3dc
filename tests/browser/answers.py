"""Answers of the API for the stub server: one group of companies with its people, made up for the tests."""

from __future__ import annotations

from typing import Any

EVIL = "<img src=x onerror=\"document.title='broken'\">有限公司"
STATE: dict[str, Any] = {
    "as_of": "2026-11-20",
    "seq": 42,
    "known_at": "2026-11-20T01:30:00Z",
    "run_id": "R-0007",
    "run_note": "no run for 2026-11-20; the nearest is R-0007 of 2026-11-19",
    "because": [],
}

ASKED: dict[str, Any] = {"depth": 1, "kinds": [], "caps": []}

HOLDING = ("P-AAAAAAAAAAAAAAA2", "浙江远洋控股有限公司", "Zhejiang Yuanyang Holding Co Ltd", "company")
CHEN = ("P-AAAAAAAAAAAAAAA3", "陈志远", "Chen Zhiyuan", "person")
LIN = ("P-AAAAAAAAAAAAAAA4", "林美华", "Lin Meihua", "person")
LOGISTICS = ("P-AAAAAAAAAAAAAAA5", "宁波远洋物流有限公司", "Ningbo Yuanyang Logistics Co Ltd", "company")
TRADING = ("P-AAAAAAAAAAAAAAA6", "杭州启航贸易有限公司", "Hangzhou Qihang Trading Co Ltd", "company")
TEXTILE = ("P-AAAAAAAAAAAAAAA7", "绍兴纺织集团有限公司", "Shaoxing Textile Group", "company")
BAD_NAME = ("P-EVIL", EVIL, None, "company")
WU = ("P-AAAAAAAAAAAAAAB2", "吴国强", "Wu Guoqiang", "person")
SHIPPING = ("P-AAAAAAAAAAAAAAB3", "舟山海运股份有限公司", "Zhoushan Shipping", "company")
MEI = ("P-AAAAAAAAAAAAAAB4", "吴小梅", "Wu Xiaomei", "person")
PARTIES = {p[0]: p for p in (HOLDING, CHEN, LIN, LOGISTICS, TRADING, TEXTILE, BAD_NAME, WU, SHIPPING, MEI)}
SUPERNODE = "P-MANY"
BROKEN = "P-BROKEN"
CAPPED = "P-CAPPED"

CUT = f"{HOLDING[1]}: OWNS neighbours capped at 7 of 5,204"

Party = tuple[str, str, str | None, str]


def ref(party: Party) -> dict[str, Any]:
    return dict(zip(("party_id", "name", "name_en", "kind"), party, strict=True))


def link(type_: str, row: str, status: str = "confirmed", flags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "id": f"{type_}-{row}",
        "type": type_,
        "status": status,
        "source": "credit",
        "row_key": f"CUSTOMER_RELATIVE:{row}",
        "valid_from": "2021-03-01",
        "flags": list(flags),
        "seq_in": 3,
    }


def cny(amount: str) -> dict[str, Any]:
    return {"amount": amount, "currency": "CNY"}


def section(*items: dict[str, Any], empty: str = "no data from credit_core_hr", **more: Any) -> dict[str, Any]:
    told = {"items": list(items), "total": len(items), "sources": ["credit"] if items else []}
    return told | ({"empty": None} if items else {"empty": empty}) | more


def holding(party: Party, share: float | None, row: str, **how: Any) -> dict[str, Any]:
    bare = {"votes": None, "share_min": None, "share_max": None, "amount": None, "holding_kind": None}
    return {"party": ref(party), "share": share, **bare, "link": link("OWNS", row, **how)}


def control(party: Party, votes: float, row: str) -> dict[str, Any]:
    found = {"basis": "direct", "votes": votes, "round": 1, "declared": False, "link": link("CONTROLLED_BY", row)}
    return {"party": ref(party), **found}


def guarantee(party: Party, amount: str | None, row: str, **how: Any) -> dict[str, Any]:
    money = cny(amount) if amount else None
    rest = {"kind": "joint", "facility_id": None, "contract": f"BZ2024_{row}", "link": link("GUARANTEES", row, **how)}
    return {"party": ref(party), "amount": money, **rest}


def drawdown(number: int, balance: str) -> dict[str, Any]:
    days = {"starts_on": "2026-02-01", "matures_on": f"2027-0{number}-01"}
    rest = {"classification": "正常", "overdue_days": 0 if number > 1 else 12, "rate": 0.0385}
    return {
        "drawdown_id": f"D{number}",
        "code": f"JJ00{number}",
        "amount": cny(balance),
        "balance": cny(balance),
        **days,
        **rest,
    }


def facility(number: int) -> dict[str, Any]:
    return {
        "facility_id": f"F{number}",
        "code": f"HT2024-000{number}",
        "product": "流动资金贷款",
        "role": "borrower",
        "limit_amount": cny("120000000.00"),
        "drawn_amount": cny("61500000.00"),
        "starts_on": "2024-04-01",
        "matures_on": "2027-03-31",
        "classification": "正常",
        "guarantee_kind": "保证",
        "state": "open",
        "drawdowns": [drawdown(1, "40000000.00"), drawdown(2, "21500000.50")],
        "drawdown_count": 2,
        "collateral": [],
        "link": link("BORROWS", f"F{number}"),
    }


def year(number: int) -> dict[str, Any]:
    months = [cny(f"{900 + n}000.00") for n in range(10)] + [None, None]
    lists = dict.fromkeys(("deposits", "loans", "assets_managed", "bank_revenue", "contribution"), months)
    sums = {name: cny("350000000.00") for name in ("revenue", "expenditure", "total_assets", "equity")}
    return {
        "year": number,
        "currency": "CNY",
        **lists,
        **sums,
        "scope": "single",
        "net_profit": cny("-1200000.00"),
        "link": link("HAS_FIGURES", str(number)),
    }


def _grading(party: Party) -> dict[str, Any]:
    """The grade of the holding; nobody else is a customer. What their households contribute is known all the same."""
    told = {"total": None, "mean": None, "months": None, "count": None, "at_least": None, "points": 0, "text": ""}
    lines = (
        {"measure": "deposits", "known": True, "total": cny("28800000.00"), "mean": cny("2400000.00"), "months": 12}
        | {"at_least": "1000000.00", "points": 15},
        {"measure": "contribution", "known": True, "total": cny("52000.00"), "months": 10}
        | {"at_least": "10000.00", "points": 25},
        {"measure": "products", "known": True, "count": 1},
        {"measure": "years", "known": False},
    )
    figures = {
        "revenue": {"amounts": [cny("91000.00")], "known": 10, "unknown": 2},
        "contribution": {"amounts": [], "known": 0, "unknown": 12},
    }
    own = {"of": "party", "id": party[0], "first": "2025-11", "last": "2026-10", "customers": 1, **figures}
    none = {"items": [], "total": 0, "sources": [], "grade": None, "points": 0, "most_points": 0, "contributions": []}
    if party == CHEN:
        return none | {"empty": "it is no customer: customers alone are graded"}
    if party != HOLDING:
        home = own | {"of": "household", "id": "H-1", "customers": 2}
        return none | {"empty": "it is no customer: customers alone are graded", "contributions": [home]}
    items = [told | one for one in lines]
    graded = {"items": items, "total": 4, "empty": None, "grade": "C", "points": 40, "most_points": 100}
    return none | graded | {"contributions": [own]}


def _basic(party: Party) -> dict[str, Any]:
    known = {
        "name": party[1],
        "name_en": party[2],
        "kind": party[3],
        "roles": ["Customer"],
        "country": "CN",
        "sources": ["credit", "core"],
    }
    if party[3] == "person":
        return known | {"certificate": "ID:330102197001011234", "birth_day": "1970-01-01", "occupation": "董事长"}
    return known | {
        "uscc": "91330100MA27XXXX0P",
        "registered_on": "2004-06-18",
        "registered_capital": cny("500000000.00"),
        "industry": "G54 水上运输业",
        "size": "大型",
        "listed": False,
        "rating": "AA",
        "customer_since": "2008-01-02",
    }


_EARLIER: dict[str, Any] = {
    "told": {"birth_day": "1970-01-02", "gender": None},
    "until": "2026-11-11T02:00:00Z",
    "evidence": "护照",
    "registered_by": "周晓",
    "approved_by": "吴敏",
}


def _sections(party: Party) -> dict[str, Any]:
    manager = {
        "manager_id": "M1",
        "name": "周晓",
        "code": "08812",
        "post": "高级客户经理",
        "role": "main",
        "left_on": None,
    }
    above = [{"id": "B0", "name": "浙江省分行", "hierarchy": "rollup", "steps": 1}]
    branch = {"branch_id": "B1", "name": "杭州滨江支行", "code": "330108", "level": "支行", "above": above}
    event = dict.fromkeys(("text", "due_at", "channel", "severity", "role"))
    group = {
        "group_id": "G-1",
        "kind": "control",
        "name": None,
        "role": "head",
        "reasons": ["head: controls 3 parties and nobody outside controls it"],
        "members": 4,
        "head": ref(CHEN),
    }
    phone = {"kind": "phone", "value": "057188880000", "text": "0571-8888 0000", "use": "work", "shared_with": 2}
    return {
        "basic": _basic(party),
        "identifiers": section({**phone, "link": link("HAS_IDENTIFIER", "1")}),
        "financial": section(year(2025), year(2026)),
        "facilities": section(facility(1), facility(2)),
        "accounts": section(empty="no data: no source that delivers this has been loaded"),
        "products": section(),
        "managers": section({**manager, "link": link("MANAGED_BY", "1")}),
        "branch": section({**branch, "link": link("BELONGS_TO", "1")}),
        "owners": section(
            holding(CHEN, 0.51, "1"),
            holding(LIN, 0.3, "2"),
            holding(TEXTILE, None, "3", status="flagged", flags=("unknown:share",)),
            known_share="0.810000000",
            unknown_shares=1,
        ),
        "owned": section(holding(LOGISTICS, 0.8, "4"), holding(TRADING, 0.45, "5", status="flagged")),
        "controllers": section(control(CHEN, 0.51, "6")),
        "controlled": section(control(LOGISTICS, 0.8, "7")),
        "groups": section({**group, "link": link("MEMBER_OF", "1")}),
        "household": section(*_household(party), empty="nothing found by R-0007"),
        "possibly_same": section(empty="nothing found; `guanxi match run` looks for it"),
        "family": section(*_family(party), empty="nothing found by R-0007"),
        "guarantees_given": section(
            guarantee(TEXTILE, None, "8"), guarantee(TRADING, "12500000.00", "9", status="rebutted")
        ),
        "guarantees_received": section(guarantee(TEXTILE, None, "10")),
        "depends_on": section(
            {
                "party": ref(TRADING),
                "criterion": "receipts",
                "weight": 0.62,
                "part": cny("6200000.00"),
                "whole": cny("10000000.00"),
                "link": link("DEPENDS_ON", "13", status="flagged"),
            }
        ),
        "dependents": section(),
        "key_persons": section(
            {
                "party": ref(CHEN),
                "post": "legal representative 法定代表人",
                "link": link("LEGAL_REPRESENTATIVE_OF", "11"),
            },
            {"party": ref(WU), "post": "财务总监", "link": link("EXECUTIVE_OF", "12")},
        ),
        "posts": section(),
        "kin": section(),
        "referred_by": section(),
        "referred": section(),
        "tags": section(
            {
                "text": "贵宾",
                "tagged_by": "周晓",
                "tagged_at": "2026-11-10T02:00:00Z",
                "link": link("TAGGED", "1"),
            }
        ),
        "campaigns": section(
            {
                "campaign_id": "K1",
                "name": "代发工资推广",
                "code": "CP0001",
                "product_id": "PR1",
                "at": "2026-09-01T02:00:00Z",
                "channel": "visit",
                "response": None,
                "link": link("TARGETED_BY", "1"),
            }
        ),
        "services": section(),
        "risk": section(
            _sign("freeze", number="6222000011112222", amount=cny("800000.00"), state="open"),
            _sign("overdue", number="JJ001", overdue_days=12, amount=cny("40000000.00")),
            _sign("flagged", party=ref(TRADING)),
        ),
        "events": section(
            {
                "event_id": "E1",
                "event_kind": "interaction",
                "title": "续贷面谈",
                "at": "2026-11-12T02:00:00Z",
                "state": "open",
                **event,
                "link": link("INVOLVED_IN", "1"),
            }
        ),
        "grading": _grading(party),
        "sources": section(
            *(
                {
                    "record_id": f"{source}:T:{key}",
                    "source": source,
                    "table": table,
                    "key": key,
                    "priority": nth,
                    "roles": [],
                    "data_day": "2026-11-19",
                    "by": by,
                    "differs": differs,
                    "earlier": [_EARLIER] if source == "core" else [],
                    "link": link("IDENTIFIES", key),
                }
                for nth, (source, table, key, by, differs) in enumerate(
                    (
                        ("credit", "ENT_INFO", "C000123", "key", {}),
                        ("core", "CIF20PF", "880123", "uscc", {"name": "浙江远洋控股公司"}),
                    )
                )
            )
        ),
    }


def _sign(kind: str, **told: Any) -> dict[str, Any]:
    names = ("at", "title", "number", "classification", "overdue_days", "severity", "state", "amount", "party")
    return {
        **dict.fromkeys(names),
        "sign": kind,
        **told,
        "link": link("OWNS", "5", "flagged" if "party" in told else "confirmed"),
    }


def _household(party: Party) -> list[dict[str, Any]]:
    """Chen and Lin live as one."""
    if party not in (CHEN, LIN):
        return []
    other = LIN if party == CHEN else CHEN
    why = [f"spouse of {other[1]}", f"same address and telephone as {other[1]}"]
    member = {"party": ref(other), "role": "member", "status": "confirmed", "reasons": [f"spouse of {party[1]}"]}
    home = {"household_id": "H-AAAAAAAAAAAAAAA2", "reasons": why, "members": [member]}
    return [{**home, "link": link("MEMBER_OF", "H1")}]


def _family(party: Party) -> list[dict[str, Any]]:
    """The household of Chen and that of Lin's brother Wu, with what Chen controls."""
    if party not in (CHEN, LIN, WU, MEI):
        return []
    totals = [
        {"figure": "balances", "year": None, "amount": cny("3250000.00"), "count": 7, "unknown": 1},
        {"figure": "drawn", "year": None, "amount": cny("61500000.00"), "count": 2, "unknown": 0},
        {"figure": "revenue", "year": 2026, "amount": None, "count": 12, "unknown": 12},
        {"figure": "products", "year": None, "amount": None, "count": 5, "unknown": 0},
    ]
    homes = [("H-AAAAAAAAAAAAAAA2", (CHEN, LIN)), ("H-AAAAAAAAAAAAAAA3", (WU, MEI))]
    return [
        {
            "family_id": "F-AAAAAAAAAAAAAAA2",
            "role": "head" if party == CHEN else "member",
            "reasons": [f"one household with {LIN[1]}" if party == CHEN else f"sibling of {WU[1]}"],
            "head": ref(CHEN),
            "members": 6,
            "households": [{"household_id": id, "members": [ref(one) for one in some]} for id, some in homes],
            "companies": [ref(HOLDING), ref(LOGISTICS)],
            "totals": totals,
            "link": link("MEMBER_OF", "F1"),
        }
    ]


def decided(start: Party, end: Party, type_: str, figures: str, note: str, **more: Any) -> dict[str, Any]:
    """A decision on a link; it waits for a second person unless `more` says otherwise."""
    told = {
        "decision_id": f"decision-{type_}",
        "decision": "rebut",
        "state": "pending",
        "note": note,
        "in_run": False,
        "reason": "已核对工商登记",
        "link_id": f"{type_}-1",
        "link_version": 3,
        "link_type": type_,
        "status": "flagged",
        "start": ref(start),
        "end": ref(end),
        "text": f"{start[1]} is linked to {end[1]}",
        "figures": figures,
        "figures_now": figures,
        "proposed_by": "wang.li",
        "proposed_at": "2026-11-18T02:00:00Z",
        "proposed_seq": 40,
        "approvals": [],
    }
    nothing = ("withdrawn_by", "withdrawn_at", "withdrawn_reason", "superseded_by")
    return told | dict.fromkeys(nothing) | more


WAITS = "waits for a second person; until then nothing changes"
CHANGED = "approved for 45%, but the link says 47% now: waits for a second person again"
DECIDED: list[dict[str, Any]] = [
    decided(HOLDING, TRADING, "DEPENDS_ON", "receipts 62%, CNY 6,200,000.00 of CNY 10,000,000.00", WAITS),
    decided(HOLDING, TRADING, "OWNS", "45%", CHANGED),
    decided(
        CHEN,
        HOLDING,
        "OWNS",
        "51%",
        "decided, counts from the next run",
        decision="confirm",
        state="counted",
        approvals=[{"by": "zhao.min", "at": "2026-11-19T03:00:00Z", "seq": 41}],
    ),
]


PARTED = decided(
    CHEN,
    WU,
    "MEMBER_OF",
    "",
    WAITS,
    decision="apart",
    link_id=None,
    link_version=None,
    status=None,
    figures_now=None,
    text=f"{CHEN[1]} and {WU[1]} do not live as one household",
)


def party_answer(party_id: str) -> dict[str, Any]:
    """The 360 of one of PARTIES."""
    party = PARTIES[party_id]
    told = {"omitted": ["events: 1 of 12 shown"], **ref(party), "roles": ["Customer"]}
    waiting = DECIDED if party == HOLDING else [PARTED] if party == CHEN else []
    return STATE | told | {"sections": _sections(party), "decisions": waiting}


def node(party: Party, hops: int) -> dict[str, Any]:
    named = dict(zip(("id", "name", "name_en", "kind"), party, strict=True))
    return {**named, "roles": ["Customer"], "is_focus": hops == 0, "hops": hops, "link_count": None}


def arrow(type_: str, start: Party, end: Party, label: str = "", status: str = "confirmed") -> dict[str, Any]:
    ends = {"from_id": start[0], "to_id": end[0]}
    return {
        "id": f"{type_}-{start[0]}-{end[0]}",
        "type": type_,
        **ends,
        "label": label,
        "status": status,
        "since": None,
        "until": None,
        "source": "credit",
    }


def network_answer(party_id: str, depth: int) -> dict[str, Any]:
    """The network of one party: the same neighbours for whoever is asked for, more of them at depth 2."""
    focus = PARTIES[party_id]
    others = [p for p in (HOLDING, CHEN, LIN, LOGISTICS, TRADING, TEXTILE, WU) if p != focus]
    nodes = [node(focus, 0), *(node(p, 1) for p in others)]
    first = HOLDING if focus != HOLDING else None
    hub = focus
    links = [
        arrow("OWNS", CHEN, hub, "51%"),
        arrow("LEGAL_REPRESENTATIVE_OF", CHEN, hub),
        arrow("OWNS", LIN, hub, "30%"),
        arrow("KIN_OF", CHEN, LIN, "spouse"),
        arrow("OWNS", hub, LOGISTICS, "80%"),
        arrow("CONTROLLED_BY", LOGISTICS, hub, "80%"),
        arrow("OWNS", hub, TRADING, "45%", "flagged"),
        arrow("GUARANTEES", TEXTILE, hub, "CNY 30 m"),
        arrow("GUARANTEES", hub, TEXTILE, "CNY 12.5 m", "rebutted"),
        arrow("EXECUTIVE_OF", WU, hub, "财务总监"),
        *([arrow("OWNS", first, hub, "5%")] if first else []),
    ]
    links = [one for one in links if one["from_id"] != one["to_id"]]
    if depth > 1:
        nodes += [node(SHIPPING, 2), node(BAD_NAME, 2)]
        links += [arrow("OWNS", LOGISTICS, SHIPPING, "60%"), arrow("OWNS", TRADING, BAD_NAME, "unknown", "flagged")]
    told = {"focus": party_id, **ASKED, "nodes": nodes, "links": links, "omitted": [CUT]}
    return STATE | told


def many_answer() -> dict[str, Any]:
    """A network with 100 direct neighbours and 40 behind them."""
    focus: Party = (SUPERNODE, "上海代理注册服务有限公司", "Shanghai Registered Agents", "company")
    nodes, links = [node(focus, 0)], []
    for n in range(100):
        one: Party = (
            f"P-N{n:03}",
            f"客户{n}有限公司" if n % 3 else f"王小{n}",
            f"Customer {n}",
            "company" if n % 3 else "person",
        )
        nodes.append(node(one, 1))
        links.append(
            arrow(("OWNS", "GUARANTEES", "EXECUTIVE_OF")[n % 3], focus if n % 2 else one, one if n % 2 else focus)
        )
        if n % 5 < 2:
            behind: Party = (f"P-M{n:03}", f"关联{n}公司", None, "company")
            nodes.append(node(behind, 2))
            links.append(arrow("OWNS", one, behind, f"{n}%"))
    return STATE | {
        **ASKED,
        "focus": SUPERNODE,
        "nodes": nodes,
        "links": links,
        "omitted": ["neighbours capped at 100 of 5,204"],
    }


def capped_answer() -> dict[str, Any]:
    """A network of which most holdings are not shown, and a party whose own links nobody has asked for."""
    shown = [arrow("OWNS", CHEN, HOLDING, "51%"), arrow("OWNS", HOLDING, LOGISTICS, "80%")]
    cap = {"node_id": HOLDING[0], "kind": "OWNS", "outgoing": True, "shown": 1, "total": 31}
    nodes = [node(HOLDING, 0), node(CHEN, 1), node(LOGISTICS, 1)]
    told = {"focus": HOLDING[0], "nodes": nodes, "links": shown, "caps": [cap]}
    said = f"{HOLDING[1]}: OWNS neighbours capped at 1 of 31"
    return STATE | {"depth": 1, "kinds": [], **told, "omitted": [said]}


def grown_answer(party_id: str) -> dict[str, Any]:
    """What is asked of one of its parties then: of the focus more holdings, of another its own holding."""
    focus = PARTIES[party_id]
    others = (LOGISTICS, TRADING, TEXTILE) if focus == HOLDING else (SHIPPING,)
    nodes = [node(focus, 0), *(node(one, 1) for one in others)]
    links = [arrow("OWNS", focus, one, "60%") for one in others]
    return STATE | {"focus": party_id, **ASKED, "depth": 1, "nodes": nodes, "links": links, "omitted": []}


GROUP = "G-1"


def group_answer() -> dict[str, Any]:
    """A control group with a doubtful member."""
    reasons = {
        CHEN: ("head", "confirmed", "head: controls 3 parties and nobody outside controls it"),
        HOLDING: ("member", "confirmed", f"controlled by {CHEN[1]} (direct) with 51% of the votes"),
        LOGISTICS: ("member", "confirmed", f"controlled by {HOLDING[1]} (direct) with 80% of the votes"),
        TEXTILE: ("member", "flagged", f"depends on {HOLDING[1]} (receipts, flagged: nobody has confirmed it)"),
    }
    members = [
        {
            "party": ref(party),
            "role": role,
            "status": status,
            "reasons": [reason],
            "link": link("MEMBER_OF", party[0], status) | {"source": "run", "row_key": None},
        }
        for party, (role, status, reason) in reasons.items()
    ]
    rule = "R-0007: control is more than 50% of the votes, or declared; own shares are left out, couples count as one"
    text = f"{GROUP}: {CHEN[1]}, whom nobody outside controls, with all that is controlled from there. {rule}"
    why = {
        "rule": "control.group",
        "article": "cn-large-exposure: Annex on the identification of connected customers (关联客户)",
        "links": ["OWNS-1"],
        "text": text,
    }
    found = {"group_id": GROUP, "kind": "control", "name": CHEN[1], "heads": [ref(CHEN)], "sources": ["run"]}
    return STATE | {**found, "members": members, "total": 4, "because": [why], "decisions": DECIDED[-1:]}


def exposure_answer() -> dict[str, Any]:
    """The group breaches one limit by confirmed links; the other test knows no capital."""
    breach = {
        "rules": "cn-large-exposure",
        "test": "group-exposure",
        "title": "Exposure to a group of connected non-bank customers",
        "title_zh": "一组非同业关联客户风险暴露",
        "article": "Art. 8",
        "status": "firm",
        "amount": cny("230000000.00"),
        "unknown": 1,
        "base": cny("1000000000.00"),
        "ratio": "0.23",
        "limit": "0.2",
        "allowed": cny("200000000.00"),
        "nearness": "1.15",
        "state": "breach",
    }
    unknown = {"status": "potential", "unknown": 0, "base": None, "ratio": None, "allowed": None, "nearness": None}
    found = {"group_id": GROUP, "kind": "control", "name": CHEN[1], "state": "breach", "currency": "CNY"}
    tests = [breach, breach | unknown | {"state": "undecided"}]
    return STATE | {**found, "tests": tests, "empty": None, "totals": [], "members": []}


def _product(product_id: str, name: str) -> dict[str, Any]:
    return {"product_id": product_id, "name": name, "name_en": None, "code": None, "family": None}


def openings_answer(party_id: str) -> tuple[int, dict[str, Any]]:
    """What to offer the company, with what was left out; nothing for a person; no run's tables for the textile group."""
    party = PARTIES.get(party_id, HOLDING)
    if party == TEXTILE:
        told = "No analysis run has been made yet; `guanxi run` makes one."
        return 404, {"title": "Not found", "detail": told, "status": 404}
    plain: dict[str, Any] = {
        "place": 1,
        "score": "0.731000000",
        "matures_on": None,
        "linked_to": None,
        "state": None,
        "outcomes": [],
    }
    reasons = (
        "25 of the 29 customers who hold 单位结算卡, as it does, hold this too",
        "2 of 3 other customers in its group G-1 hold it",
    )
    first = {"source": "similar", "reasons": list(reasons), "product": _product("PR1", "代发工资")}
    second = {
        "source": "maturing",
        "reasons": ["its 大额存单 matures on 2026-12-01: renew or replace it"],
        "product": _product("PR2", "大额存单"),
        "state": "offered",
    }
    found = [
        {"opening_id": f"O-{n}", "party": ref(party), **plain, **one} for n, one in enumerate((first, second), start=1)
    ]
    left = {
        "opening_id": "O-9",
        "party": ref(party),
        "product": _product("PR9", "股票基金"),
        "reason": "approached",
        "text": "its household was approached within the last 30 days",
        "outcomes": [],
    }
    some = party[3] == "company"
    rest: dict[str, Any] = {
        "counts": None,
        "empty": None if some else "R-0007 found nothing to offer it",
        "omitted": [],
    }
    return 200, STATE | rest | {
        "party": ref(party), "openings": found if some else [], "not_offered": [left] if some else []
    }  # fmt: skip


MANAGER = "S00001"


def paths_answer(start: str, party_id: str) -> tuple[int, dict[str, Any]]:
    """One route from the manager over somebody outside the asker's scope; nobody else is known."""
    if start != MANAGER:
        told = (
            f"No party has the id '{start}', and no relationship manager that id or staff number. Search by name; the "
            "section `managers` of a customer's 360 tells who looks after it."
        )
        return 404, {"title": "Not found", "detail": told, "status": 404}
    manager = {"manager_id": f"hr:STAFF:{MANAGER}", "name": "何伟", "code": MANAGER}
    first = {"party": None, "manager": manager, "called": f"何伟 ({MANAGER})"}
    between = [
        {"party": ref(LIN), "manager": None, "called": LIN[1]},
        {"party": None, "manager": None, "called": "a colleague's customer"},
    ]
    party = PARTIES[party_id]
    end = {"party": ref(party), "manager": None, "called": party[1]}
    kinds = (
        ("MANAGED_BY", "L1", "a manager knows his or her customers"),
        ("KIN_OF", None, "kin speak for each other"),
        ("EXECUTIVE_OF", None, "who runs a company is heard in it"),
    )
    ties = [
        {
            "strength": "0.900000000",
            "evidence": [{"kind": kind, "status": "confirmed", "link": link, "text": "", "because": because}],
        }
        for kind, link, because in kinds
    ]
    path = {"strength": "0.729000000", "stops": [first, *between, end], "ties": ties}
    omitted = ["introducers who asked not to be approached, left out: 2"]
    return 200, STATE | {"start": first, "end": end, "paths": [path], "empty": None, "omitted": omitted}


def groups_answer() -> dict[str, Any]:
    """Two groups, the nearer to its limit first."""
    tests = exposure_answer()["tests"]
    told: dict[str, Any] = {"kind": "control", "name": CHEN[1], "head": ref(CHEN), "size": 4, "currency": "CNY"}
    near = {**told, "group_id": GROUP, "state": "breach", "nearness": "1.15", "tests": tests}
    other: dict[str, Any] = {"kind": "declared", "name": "绍兴纺织系", "head": None, "size": None, "currency": None}
    far = {**other, "group_id": "credit:AGGREGATE_INFO:G000001", "state": None, "nearness": None, "tests": []}
    return STATE | {"groups": [near, far], "total": 2, "offset": 0, "omitted": []}


def search_answer(query: str) -> dict[str, Any]:
    """Parties whose name has the query in it; `zhou` finds by pinyin, everything else nothing."""
    found = [p for p in PARTIES.values() if query.lower() in p[1].lower() or query.lower() in (p[2] or "").lower()]
    rest = {"roles": ["Customer"], "matched_by": "pinyin or initials", "matched": query, "score": 1.0}
    return STATE | {"query": query, "hits": [ref(p) | rest for p in found], "omitted": []}
