"""A small bank written by hand with the shipped write statements, for tests that need to know every link."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from graph import ids, model, times
from graph.publishing import Work, begin
from graph.store import Store

SOURCE = "hand"
Rows = dict[str, list[dict[str, Any]]]


@dataclass
class Bank:
    """Nodes and links that wait to be written, by statement. Keys are used as they are given."""

    day: int = 20_000
    nodes: Rows = field(default_factory=lambda: defaultdict(list))
    links: Rows = field(default_factory=lambda: defaultdict(list))
    records: Rows = field(default_factory=lambda: defaultdict(list))

    def party(self, key: str, name: str, kind: str = "company", roles: tuple[str, ...] = (), **attributes: Any) -> str:
        """A party `key` with one source record `hand:party:<key>`."""
        record = ids.source_key(SOURCE, "party", key)
        properties = {"kind": kind, "name": name, "scope": [], **attributes}
        self.nodes["Party"].append({"key": key, "properties": properties, "labels": [kind.capitalize(), *roles]})
        told = {k: v for k, v in properties.items() if k not in ("scope", "pinyin", "joined_into")}
        self.node("SourceRecord", record, table="party", key=key, priority=1, roles=list(roles), **told)
        self.link("IDENTIFIES", record, key, by="key", _ends="SourceRecord:Party")
        return key

    def node(self, label: str, key_: str, **properties: Any) -> str:
        """A node other than a party."""
        row = {"key": key_, "properties": {"source": SOURCE, "data_day": self.day, **properties}, "labels": None}
        self.nodes[label].append(row)
        return key_

    def link(self, type_: str, start: str, end: str, _ends: str = "", _status: str = "confirmed", **own: Any) -> str:
        """A link; `_ends` names the labels of its ends where the type may join several."""
        link = model.link_type(type_)
        pair = _ends or f"{link.sources[0]}:{link.targets[0]}"
        keys = [
            k if label != "Party" else ids.source_key(SOURCE, "party", k)
            for k, label in zip((start, end), pair.split(":"), strict=True)
        ]
        basis = str(own.get(link.basis, "")) if link.basis else ""
        ordinal = str(len(self.links[f"{type_}:{pair}"]))
        link_id = ids.link_id(type_, keys[0], keys[1], ordinal, basis)
        properties = {
            "id": link_id,
            "valid_from": own.pop("valid_from", times.SINCE_EVER),
            "valid_to": own.pop("valid_to", times.UNTIL_FURTHER),
            "status": _status,
            "source": SOURCE,
            "row_key": f"hand:{ordinal}",
            "from_key": keys[0],
            "to_key": keys[1],
            "data_day": self.day,
            "flags": [],
            **own,
        }
        self.links[f"{type_}:{pair}"].append({"from": start, "to": end, "properties": properties})
        return link_id

    def write(self, work: Work) -> None:
        """Send all that waits under a number, and forget it."""
        for label, rows in self.nodes.items():
            work.write_many(f"write/create_nodes[{label}]", rows, touches=label)
        for ends, rows in self.links.items():
            done = work.write_many(f"write/create_links[{ends}]", rows, touches=ends.split(":")[0])
            assert done == len(rows), f"{ends}: {done} of {len(rows)} written"
        self.nodes.clear()
        self.links.clear()

    def load(self, store: Store, mapping: str = "by_hand") -> int:
        """Write and publish as one load; returns the number of the publication."""
        with begin(store, "load", user="tester", properties={"mapping": mapping, "mode": "delta"}) as work:
            self.write(work)
            return work.publish()


def small() -> Bank:
    """Two groups, a family, an address of forty, credit, guarantees: what the services are asked about."""
    bank = Bank()
    bank.node("Branch", "hand:branch:HO", name="总行", code="HO", level="head office")
    bank.node("Branch", "hand:branch:NB", name="宁波分行", code="NB", level="branch")
    bank.node("Branch", "hand:branch:YZ", name="鄞州支行", code="YZ", level="sub-branch")
    for start, end in (("NB", "HO"), ("YZ", "NB")):
        bank.link("PART_OF", f"hand:branch:{start}", f"hand:branch:{end}", "Branch:Branch", hierarchy="rollup")
    bank.node("RelationshipManager", "hand:staff:7", name="何伟", code="7", post="客户经理")
    bank.party(
        "P-HOLD",
        "浙江远洋控股有限公司",
        name_en="Zhejiang Yuanyang Holding",
        roles=("Customer",),
        pinyin=["zhejiangyuanyangkonggu", "zhe jiang yuan yang kong gu", "zjyykg"],
        uscc="91330200MA2AF35W3B",
        lei="529900T8BM49AURSDO55",
        registered_capital=10_000_000_00,
        currency="CNY",
    )
    bank.party("P-LOG", "宁波远洋物流有限公司", name_en="Ningbo Yuanyang Logistics", roles=("Customer",))
    bank.party("P-SUB", "宁波港口服务有限公司", name_en="Ningbo Port Services")
    bank.party("P-TRADE", "杭州启航贸易有限公司", name_en="Hangzhou Qihang Trading", roles=("Customer",))
    bank.party(
        "P-CHEN",
        "陈志远",
        "person",
        name_en="Chen Zhiyuan",
        roles=("Customer",),
        birth_day=4_000,
        certificate="resident_id:330203198012150013",
        pinyin=["chenzhiyuan", "chen zhi yuan", "czy"],
    )
    bank.party("P-LIN", "林美华", "person", name_en="Lin Meihua", pinyin=["linmeihua", "lin mei hua", "lmh"])
    bank.party("P-ZHANG", "张伟", "person", name_en="Zhang Wei", pinyin=["zhangwei", "zhang wei", "zw"])
    bank.link("OWNS", "P-CHEN", "P-HOLD", share=0.51)
    bank.link("OWNS", "P-LIN", "P-HOLD", share=0.30)
    bank.link("OWNS", "P-HOLD", "P-LOG", share=0.6)
    bank.link("OWNS", "P-HOLD", "P-SUB", share=0.2)
    bank.link("OWNS", "P-LOG", "P-SUB", share=0.31)
    bank.link("OWNS", "P-LIN", "P-TRADE")
    bank.link("KIN_OF", "P-CHEN", "P-LIN", relation="spouse")
    bank.link("LEGAL_REPRESENTATIVE_OF", "P-CHEN", "P-HOLD")
    bank.link("EXECUTIVE_OF", "P-ZHANG", "P-HOLD", post="总经理")
    bank.link("GUARANTEES", "P-HOLD", "P-TRADE", amount=12_500_000_00, currency="CNY", kind="joint", contract="G1")
    bank.link("GUARANTEES", "P-TRADE", "P-LOG", currency="CNY", contract="G2")
    bank.link("DEPENDS_ON", "P-TRADE", "P-LOG", "Party:Party", "flagged", criterion="receipts", weight=0.7)
    for key in ("P-HOLD", "P-LOG"):
        bank.link("BELONGS_TO", key, "hand:branch:YZ", "Party:Branch")
        bank.link("MANAGED_BY", key, "hand:staff:7", role="main")
    bank.link("BELONGS_TO", "P-CHEN", "hand:branch:NB", "Party:Branch")
    bank.node(
        "Facility",
        "hand:facility:F1",
        code="F1",
        product="流动资金贷款",
        limit_amount=100_000_00,
        currency="CNY",
        starts_on=19_000,
        matures_on=21_000,
    )
    bank.link("BORROWS", "P-LOG", "hand:facility:F1", role="borrower")
    for number, balance in (("D1", 40_000_00), ("D2", 20_000_00), ("D3", None)):
        bank.node("Drawdown", f"hand:drawdown:{number}", code=number, balance=balance, currency="CNY")
        bank.link("DRAWN_UNDER", f"hand:drawdown:{number}", "hand:facility:F1")
    bank.node("Account", "hand:account:6222", account_no="6222000011112222", currency="JPY", balance=1234)
    bank.link("HAS_ACCOUNT", "P-CHEN", "hand:account:6222", role="holder")
    bank.link("HAS_ACCOUNT", "P-LIN", "hand:account:6222", role="joint")
    bank.node("Account", "hand:account:70001", account_no="70001")
    bank.link("HAS_ACCOUNT", "P-LOG", "hand:account:70001", role="holder")
    bank.node("SourceRecord", "hand:loans:70001", table="loans", key="70001")
    bank.link("IDENTIFIES", "hand:loans:70001", "P-SUB", by="key", _ends="SourceRecord:Party")
    bank.node("Product", "hand:product:CD", name="大额存单", code="CD")
    bank.link("HOLDS", "P-CHEN", "hand:product:CD", since=19_500, balance=50_000_00, currency="CNY")
    bank.node("Group", "hand:group:G1", kind="declared", name="远洋集团")
    bank.link("MEMBER_OF", "P-HOLD", "hand:group:G1", "Party:Group", role="head")
    bank.link("MEMBER_OF", "P-TRADE", "hand:group:G1", "Party:Group", role="member")
    bank.node("Event", "hand:event:1", event_kind="interaction", title="年度走访", at=1_700_000_000_000)
    bank.link("INVOLVED_IN", "P-HOLD", "hand:event:1", "Party:Event", role="customer")
    bank.node(
        "YearFigures",
        "hand:figures:1",
        year=2024,
        currency="CNY",
        equity=None,
        revenue=8_000_000_00,
        deposits=[100, 200],
    )
    bank.link("HAS_FIGURES", "P-HOLD", "hand:figures:1")
    bank.node(
        "Identifier", "hand:address:1", kind="address", value="宁波市鄞州区百丈路1号", text="宁波市鄞州区百丈路1号"
    )
    bank.link("HAS_IDENTIFIER", "P-LIN", "hand:address:1", use="home")
    for n in range(40):
        bank.party(f"P-N{n:02}", f"邻居{n:02}", "person")
        bank.link("HAS_IDENTIFIER", f"P-N{n:02}", "hand:address:1", use="home")
    bank.party("P-OLD", "远洋控股", joined_into="P-HOLD")
    return bank
