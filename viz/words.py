"""The words of pictures and pages, English and Chinese, and the colours that go with them.

A word is a pair (English, Chinese). Tests hold these tables to the model: a link type or role without words fails.
"""

from __future__ import annotations

Word = tuple[str, str]

KINDS: dict[str, Word] = {
    "person": ("Person", "个人"),
    "company": ("Company", "企业"),
    "group": ("Group", "集团"),
    "household": ("Household", "家庭"),
    "family": ("Family", "家族"),
    "account": ("Account", "账户"),
    "facility": ("Facility", "授信合同"),
    "drawdown": ("Drawdown", "借据"),
    "collateral": ("Collateral", "抵质押物"),
    "identifier": ("Contact", "联系方式"),
    "branch": ("Branch", "机构"),
    "team": ("Team", "团队"),
    "relationshipmanager": ("Relationship manager", "客户经理"),
    "product": ("Product", "产品"),
    "campaign": ("Campaign", "营销活动"),
    "segment": ("Segment", "客群"),
    "tag": ("Tag", "标签"),
    "event": ("Event", "事件"),
    "yearfigures": ("Figures", "年度数据"),
    "capitalfigures": ("Capital of the bank", "资本数据"),
    "exchangerate": ("Exchange rate", "汇率"),
    "sourcerecord": ("Source record", "来源记录"),
    "party": ("Party", "当事方"),
    "other": ("Other", "其他"),
}

KIND_COLOURS: dict[str, str] = {"person": "#b4561d", "company": "#1f5fa8", "other": "#5d6673"}
"""Dark enough that white text on them is readable (contrast 4.5 to 1 or better); other kinds take `other`."""

FOCUS_COLOUR = "#c8960c"

ROLES: dict[str, Word] = {
    "Customer": ("Customer", "客户"),
    "Prospect": ("Prospect", "潜在客户"),
    "Guarantor": ("Guarantor", "担保人"),
    "Referrer": ("Referrer", "转介人"),
}

STATUSES: dict[str, Word] = {
    "confirmed": ("confirmed", "已确认"),
    "flagged": ("flagged", "待核实"),
    "rebutted": ("rebutted", "已否定"),
}

LINKS: dict[str, Word] = {
    "OWNS": ("owns", "持股"),
    "CONTROLS": ("controls (declared)", "控制（申报）"),
    "CONTROLLED_BY": ("controlled by", "受控于"),
    "LEGAL_REPRESENTATIVE_OF": ("legal representative of", "法定代表人"),
    "EXECUTIVE_OF": ("executive of", "高管"),
    "KIN_OF": ("kin of", "亲属"),
    "GUARANTEES": ("guarantees", "担保"),
    "DEPENDS_ON": ("depends on", "经济依赖"),
    "BORROWS": ("borrows", "借款"),
    "DRAWN_UNDER": ("drawn under", "借据归属合同"),
    "SECURED_BY": ("secured by", "抵质押"),
    "PLEDGES": ("pledges", "出质"),
    "ISSUED_BY": ("issued by", "发行或存入机构"),
    "HAS_ACCOUNT": ("has account", "账户"),
    "TRANSFERS_TO": ("transfers to", "转账"),
    "PAID_INTO": ("paid into", "放款至"),
    "REPAID_FROM": ("repaid from", "还款自"),
    "HAS_FIGURES": ("figures", "年度数据"),
    "HOLDS": ("holds", "持有产品"),
    "MANAGED_BY": ("managed by", "客户经理"),
    "BELONGS_TO": ("belongs to", "所属机构"),
    "PART_OF": ("part of", "隶属"),
    "REFERRED": ("referred", "转介"),
    "AGREED_WITH": ("has a referral agreement with", "转介协议"),
    "TARGETED_BY": ("targeted by", "营销触达"),
    "HELD_BACK_FROM": ("held back from", "营销对照组"),
    "RESPONDED_TO": ("responded to", "营销响应"),
    "TAGGED": ("tagged", "标签"),
    "INVOLVED_IN": ("involved in", "参与事件"),
    "MEMBER_OF": ("member of", "成员"),
    "HAS_IDENTIFIER": ("shares contact", "共用联系方式"),
    "IDENTIFIES": ("identifies", "来源记录"),
    "POSSIBLY_SAME": ("possibly the same as", "疑似同一客户"),
}

PARTY_LINKS = (
    "OWNS",
    "CONTROLS",
    "CONTROLLED_BY",
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_OF",
    "KIN_OF",
    "GUARANTEES",
    "DEPENDS_ON",
    "REFERRED",
)
"""Links between two parties: what the page shows before anybody asks for everything."""

FAMILIES: dict[str, Word] = {
    "ownership": ("Ownership and control", "股权与控制"),
    "people": ("Posts and kin", "任职与亲属"),
    "money": ("Guarantees and money", "担保与资金"),
    "business": ("Business", "业务往来"),
}
"""Links are coloured by family: four colours can be told apart, twenty cannot."""

FAMILY_COLOURS: dict[str, str] = {
    "ownership": "#1f5fa8",
    "people": "#8a4b9e",
    "money": "#b3261e",
    "business": "#3d7a4e",
}
ON_DARK: dict[str, str] = {"ownership": "#79b4f2", "people": "#cf9be0", "money": "#ff8f85", "business": "#7fcf97"}
"""The same families on a dark ground."""

_FAMILY_OF: dict[str, str] = {
    **dict.fromkeys(("OWNS", "CONTROLS", "CONTROLLED_BY", "MEMBER_OF"), "ownership"),
    **dict.fromkeys(("LEGAL_REPRESENTATIVE_OF", "EXECUTIVE_OF", "KIN_OF", "HAS_IDENTIFIER", "POSSIBLY_SAME"), "people"),
    **dict.fromkeys(
        (
            "GUARANTEES",
            "DEPENDS_ON",
            "BORROWS",
            "DRAWN_UNDER",
            "SECURED_BY",
            "PLEDGES",
            "ISSUED_BY",
            "HAS_ACCOUNT",
            "TRANSFERS_TO",
            "PAID_INTO",
            "REPAID_FROM",
        ),
        "money",
    ),
}


def kind_word(kind: str) -> Word:
    """The words of a node's kind; an unknown kind is shown as it is."""
    return KINDS.get(kind, (kind, kind))


def kind_colour(kind: str) -> str:
    """The fill of a node's kind."""
    return KIND_COLOURS.get(kind, KIND_COLOURS["other"])


def link_word(link_type: str) -> Word:
    """The words of a link type; an unknown type is shown as it is, in lower case."""
    plain = link_type.replace("_", " ").lower()
    return LINKS.get(link_type, (plain, plain))


def family_of(link_type: str) -> str:
    """The family a link is coloured by."""
    return _FAMILY_OF.get(link_type, "business")
