"""The questions whose answers stand in the description of the API, in the order in which they are asked.

What `keep` names of an answer stands as `$name` in the questions after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HEAD = "P-BU5QCRDFGL5J52L4"
"""海岳控股集团有限公司, the head of a group of the demo bank."""
JOINED = "P-2JNRHIXBGW5XVNW2"
"""One that matching has joined with another."""
GUARANTOR = "P-NCIY7C5LDTOHLZFF"
"""虚实甲实业有限公司, which guarantees and is guaranteed."""
GUARANTEED = "G-8bee9ec7f80df08f"
"""A group that guarantees and is guaranteed."""
PERSON = "P-S7GXWBYGGGLVLNOE"
"""张薇, who lives with others."""
MATE = "P-AOXF4L6BAVCIWMDN"
"""邓笑瑶, who lives with her."""
HOUSEHOLD = "H-3ca1c0e8dbd9eb34"
"""Of both."""
CUSTOMER = "P-22OUG74WUQI6Y7VQ"
"""北京亿玉物流有限公司, of the manager S00003."""
FAMILY = "F-06e359ee99e28e58"


@dataclass(frozen=True)
class Question:
    """What is asked of an operation. most: entries of a list that are kept. Of a text that is no JSON:
    the first `lines` lines that hold `about`."""

    method: str
    route: str
    asked: str
    body: Any = None
    user: str = "risk"
    keep: Mapping[str, str] = field(default_factory=dict)
    most: int = 2
    lines: int = 8
    about: str = ""


def get(route: str, asked: str | None = None, **more: Any) -> Question:
    """A question that writes nothing; asked: its address, where the route's own is not it."""
    return Question("GET", route, asked or route, **more)


def post(route: str, asked: str | None = None, **more: Any) -> Question:
    """A question with a body."""
    return Question("POST", route, asked or route, **more)


def _approval(name: str) -> Question:
    asked = f"/v1/decisions/${name}/approval"
    return post("/v1/decisions/{decision_id}/approval", asked, body={}, user="second")


_P, _G, _C = "/v1/parties/{party_id}", "/v1/groups/{group_id}", "/v1/campaigns/{campaign_id}"
_S, _L, _M = "/v1/segments/{segment_id}", "/v1/links/{link_id}", "/v1/relationship-managers/{manager_id}"
_PARTY, _GROUP = f"/v1/parties/{HEAD}", "/v1/groups/$group_id"
_FILTER = {"all": [{"field": "kind", "is": "person"}, {"field": "age", "at_least": 30}]}
_COMPANY = {"kind": "company", "name": "云栖咨询有限公司", "name_en": "Yunqi Consulting", "evidence": "营业执照复印件"}
_STAKE = {"kind": "OWNS", "from": "$made_id", "to": HEAD, "share": "0.1", "evidence": "股东名册"}
_CAMPAIGN = {"name": "秋季大额存单", "starts_on": "2025-09-01", "product": "PRD0002", "channel": "call"}

_READING = (
    get("/healthz"),
    get("/readyz"),
    get("/v1/search", "/v1/search?q=海岳&limit=2"),
    get(_P, _PARTY, most=1),
    get(f"{_P}/network", f"{_PARTY}/network?kinds=OWNS,GUARANTEES&limit=3", most=4),
    get(f"{_P}/related", f"{_PARTY}/related"),
    post("/v1/related:batch", body=f'"{HEAD}"\n'),
    post("/v1/resolve", body={"ids": [HEAD, "credit:CUSTOMER_INFO:0265919248"]}),
    get("/v1/runs", "/v1/runs?limit=1"),
    get("/v1/loads", "/v1/loads?limit=1"),
    get("/v1/groups", "/v1/groups?state=breach&limit=1", keep={"group_id": "groups.0.group_id"}),
    get(_G, _GROUP, keep={"member_id": "members.1.party.party_id"}),
    get(f"{_G}/structure", f"{_GROUP}/structure", most=3),
    get(f"{_G}/exposure", f"{_GROUP}/exposure"),
    get(f"{_G}/history", f"{_GROUP}/history"),
    get(f"{_G}/openings", f"{_GROUP}/openings?limit=1", most=1),
    get(f"{_G}/members/{{party_id}}/why", f"{_GROUP}/members/$member_id/why"),
    get(f"{_G}/weakest-links", f"{_GROUP}/weakest-links?rules=cn-large-exposure", most=1),
    get(f"{_G}/guarantees", f"/v1/groups/{GUARANTEED}/guarantees", most=1),
    get("/v1/groups/diff", "/v1/groups/diff?limit=1"),
    get("/v1/guarantees/circles", "/v1/guarantees/circles?limit=1"),
    get("/v1/changes", "/v1/changes?since=2025-01-01"),
    get("/v1/coverage"),
    get("/v1/why-not", f"/v1/why-not?a={HEAD}&b={GUARANTOR}&rules=cn-large-exposure"),
    post("/v1/what-if", body={"changes": [{"do": "add_facility", "borrowers": [HEAD], "amount": "1000000.00"}]}),
    get(f"{_P}/contagion", f"/v1/parties/{GUARANTOR}/contagion"),
    get(f"{_P}/grading", f"{_PARTY}/grading"),
    get(f"{_P}/owners", f"{_PARTY}/owners", most=1),
    get(f"{_P}/controllers", f"{_PARTY}/controllers"),
    get(f"{_P}/controlled", f"{_PARTY}/controlled"),
    get(f"{_P}/key-persons", f"{_PARTY}/key-persons"),
    get(f"{_P}/openings", f"{_PARTY}/openings", most=1, keep={"opening_id": "openings.0.opening_id"}),
    get("/v1/products/{product_id}/prospects", "/v1/products/PRD0002/prospects?limit=1"),
    get("/v1/payment-patterns", "/v1/payment-patterns?limit=1"),
    get("/v1/bank-related-parties", "/v1/bank-related-parties?limit=1"),
    get("/v1/corporate-retail", "/v1/corporate-retail?by=branch&limit=1"),
    get("/v1/corporate-retail/gaps", "/v1/corporate-retail/gaps?limit=1"),
    get("/v1/referrers", "/v1/referrers?limit=1", keep={"referrer_id": "referrers.0.party.party_id"}),
    get("/v1/referrers/{party_id}", "/v1/referrers/$referrer_id", most=1),
    get("/v1/referrers/likely", "/v1/referrers/likely?limit=1"),
    get(f"{_P}/referrals", "/v1/parties/$referrer_id/referrals", most=1),
    get(f"{_C}/referrals", "/v1/campaigns/CP0001/referrals", most=1),
    get("/v1/paths", f"/v1/paths?from={HEAD}&to={GUARANTOR}&max=1", most=5),
    get(f"{_M}/book", "/v1/relationship-managers/S00001/book?limit=1", most=1),
    get(f"{_M}/reminders", "/v1/relationship-managers/S00001/reminders?from=2025-01-01&until=2025-12-31&limit=2"),
    get(f"{_M}/performance", "/v1/relationship-managers/S00001/performance?from=2024-11&to=2024-12"),
    get("/v1/figures", "/v1/figures?by=branch&level=1&from=2024-11&to=2024-12&limit=1"),
    get("/v1/figures.csv", "/v1/figures.csv?by=branch&level=1&from=2024-11&to=2024-12"),
    get("/v1/figures/preferences", "/v1/figures/preferences?limit=2"),
    get("/v1/households/{household_id}", f"/v1/households/{HOUSEHOLD}"),
    get("/v1/families/{family_id}", f"/v1/families/{FAMILY}"),
)
_DECIDING = (
    get("/v1/decisions/queue", keep={"link_id": "links.0.link_id"}),
    post(
        f"{_L}/decision",
        "/v1/links/$link_id/decision",
        body={"decision": "confirm", "reason": "供应合同证实。"},
        keep={"confirmed_id": "decision.decision_id"},
    ),
    post(
        "/v1/decisions/{decision_id}/withdrawal",
        "/v1/decisions/$confirmed_id/withdrawal",
        body={"reason": "The wrong company."},
    ),
    post("/v1/households/decision", body={"decision": "apart", "persons": [PERSON, MATE], "reason": "合租。"}),
    get(f"{_P}/duplicates", f"/v1/parties/{JOINED}/duplicates"),
    post(
        "/v1/parties",
        body=_COMPANY,
        keep={"decision_id": "decision.decision_id", "made_id": "decision.start.party_id"},
    ),
    _approval("decision_id"),
    post(
        f"{_P}/duplicates",
        "/v1/parties/$made_id/duplicates",
        body={"other": CUSTOMER, "reason": "Both have the same licence."},
    ),
    Question("PATCH", _P, "/v1/parties/$made_id", body={"phones": ["0571-88886666"], "evidence": "来电登记"}),
    post("/v1/links", body=_STAKE, keep={"stake_id": "decision.decision_id", "made_link": "decision.link_id"}),
    _approval("stake_id"),
    post(
        f"{_L}/correction",
        "/v1/links/$made_link/correction",
        body={"share": "0.2", "evidence": "股东名册更正"},
        keep={"corrected_id": "decision.decision_id", "corrected_link": "decision.link_id"},
    ),
    _approval("corrected_id"),
    post(f"{_L}/closure", "/v1/links/$corrected_link/closure", body={"evidence": "登记有误"}),
    get("/v1/decisions", "/v1/decisions?state=counted"),
    get("/v1/decisions/{decision_id}", "/v1/decisions/$decision_id"),
)
_WRITING = (
    post(f"{_P}/tags", f"{_PARTY}/tags", body={"text": "贵宾"}),
    get(f"{_P}/tags", f"{_PARTY}/tags"),
    post(f"{_P}/tags/removal", f"{_PARTY}/tags/removal", body={"text": "贵宾"}),
    post(
        f"{_P}/events",
        f"{_PARTY}/events",
        body={"kind": "service_request", "at": "2025-06-30T14:30", "title": "上门拜访", "due_at": "2025-07-04"},
        keep={"event_id": "event.event_id"},
    ),
    post("/v1/events/{event_id}/state", "/v1/events/$event_id/state", body={"state": "done"}),
    get("/v1/events/{event_id}", "/v1/events/$event_id"),
    post(
        "/v1/handovers",
        body={"from": "S00003", "to": "S00002", "customers": [CUSTOMER], "reason": "She moves to head office."},
        keep={"handover_id": "handover.handover_id"},
    ),
    get("/v1/handovers", "/v1/handovers?limit=1"),
    get("/v1/handovers/{handover_id}", "/v1/handovers/$handover_id"),
    get("/v1/segments", keep={"earlier_id": "segments.0.segment_id"}),
    get(f"{_S}/changes", "/v1/segments/$earlier_id/changes"),
    post("/v1/segments/preview", "/v1/segments/preview?limit=2", body={"filter": _FILTER}),
    post("/v1/segments", body={"name": "三十岁以上个人", "filter": _FILTER}, keep={"segment_id": "segment.segment_id"}),
    post(f"{_S}/change", "/v1/segments/$segment_id/change", body={"name": "中年个人", "version": 1}),
    get(_S, "/v1/segments/$segment_id?limit=2"),
    post(f"{_S}/closing", "/v1/segments/$segment_id/closing"),
    post("/v1/campaigns", body=_CAMPAIGN, keep={"campaign_id": "campaign.campaign_id"}),
    post(
        f"{_C}/audience",
        "/v1/campaigns/$campaign_id/audience",
        body={"openings": True, "size": 20},
        keep={"approached_id": "members.0.party.party_id"},
    ),
    get("/v1/campaigns", "/v1/campaigns?limit=1"),
    post(f"{_C}/change", "/v1/campaigns/$campaign_id/change", body={"ends_on": "2025-12-31", "version": 1}),
    post(
        f"{_C}/responses",
        "/v1/campaigns/$campaign_id/responses",
        body={"party": "$approached_id", "response": "bought", "value": "50000.00"},
    ),
    get(_C, "/v1/campaigns/$campaign_id"),
    get(f"{_C}/units", "/v1/campaigns/$campaign_id/units?by=branch"),
    post(f"{_C}/closing", "/v1/campaigns/$campaign_id/closing"),
    post(
        "/v1/openings/{opening_id}/outcome",
        "/v1/openings/$opening_id/outcome",
        body={"outcome": "sold", "value": "50000.00"},
    ),
    get("/v1/openings/{opening_id}", "/v1/openings/$opening_id"),
    get("/v1/openings/figures"),
    get("/metrics", about="guanxi_request_seconds"),
)
QUESTIONS = (*_READING, *_DECIDING, *_WRITING)
