"""The exchange layout as data: each file, its columns, and what of the graph they carry.

`loaders/mappings/exchange.yaml` and `docs/exchange.md` are rendered from it, and whoever exports reads it: a file's
`node` and `links` say which property or end stands in which column.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from graph import model

LINK_COLUMNS = ("valid_from", "valid_to", "status", "flags", "source", "data_date", "row_key")
"""What every file whose rows are links may carry besides its own columns."""
NODE_FILES: dict[str, str] = {
    "Party": "party",
    "Branch": "branch",
    "Team": "team",
    "RelationshipManager": "staff",
    "Product": "product",
    "Campaign": "campaign",
    "Segment": "segment",
    "Tag": "tag",
    "Facility": "facility",
    "Drawdown": "drawdown",
    "Collateral": "collateral",
    "Account": "account",
    "Event": "event",
    "Group": "group",
    "YearFigures": "figures",
    "CapitalFigures": "capital",
    "ExchangeRate": "rate",
}
"""Label -> the file of such nodes."""


@dataclass(frozen=True)
class Node:
    """The file's rows are nodes of a label; properties stand in columns of their own name unless renamed."""

    label: str
    renamed: dict[str, str] = field(default_factory=dict)  # property -> column
    refs: dict[str, tuple[str, str]] = field(default_factory=dict)  # property -> (column, label it names)
    left_out: tuple[str, ...] = ()

    def column(self, prop: str) -> str:
        return self.refs[prop][0] if prop in self.refs else self.renamed.get(prop, prop)


@dataclass(frozen=True)
class Link:
    """The file's rows are links too. `whole`: the file exists for them, and an export writes them here."""

    type: str
    start: tuple[str, str]  # column, label
    end: tuple[str, str]
    renamed: dict[str, str] = field(default_factory=dict)
    refs: dict[str, tuple[str, str]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    where: dict[str, object] = field(default_factory=dict)
    whole: bool = True

    def column(self, prop: str) -> str:
        return self.refs[prop][0] if prop in self.refs else self.renamed.get(prop, prop)


@dataclass(frozen=True)
class File:
    """One file of the layout. `example`: column -> text, one row as in docs/exchange.md.

    key: columns that together are the id of a row that gives none.
    """

    name: str
    doc: str
    example: dict[str, str]
    node: Node | None = None
    links: tuple[Link, ...] = ()
    more: dict[str, str] = field(default_factory=dict)  # further columns and what they mean
    key: tuple[str, ...] = ()

    @property
    def id_column(self) -> str:
        """The column of its nodes' ids, named as the file is unless other columns may stand for it."""
        return f"{self.name}_id" if self.key else self.name

    @property
    def words(self) -> dict[str, list[str]]:
        """The columns whose word says which link a row is, with all the words there are."""
        said = [link.where for link in self.links]
        told = [c for c in (said[0] if said else ()) if all(isinstance(where.get(c), str) for where in said)]
        return {c: list(dict.fromkeys(str(where[c]) for where in said)) for c in told}


def _row(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(" | "))


_P, _F = "Party", "Facility"

FILES: tuple[File, ...] = (
    File(
        "party",
        "Persons and companies. A party that other files name needs no row here; it then has no name yet.",
        _row("party=C1001 | kind=company | name=恒泰贸易有限公司 | uscc=91310000132149237G | roles=Customer"),
        Node("Party"),
        (Link("BELONGS_TO", ("party", _P), ("branch", "Branch"), whole=False),),
        {
            "kind": "person, company, or empty where not known",
            "roles": "Customer, Prospect, Guarantor, Referrer; several parted by `;`",
            "same_as": "id of another row that is the same party",
            "party_id": "the party id of an earlier export, kept",
            "priority": "where rows of one party disagree the smallest wins",
            "branch": "branch that keeps the party",
        },
    ),
    File(
        "identifier",
        "Telephones, addresses and e-mails of parties. Registration codes and certificates stand in `party`.",
        _row("party=C1001 | kind=phone | value=021-66551234 | use=office"),
        None,
        (),
        {"party": "whose", "kind": "phone, address or email", "value": "as written", "use": "home, work, mobile …"},
    ),
    File(
        "ownership",
        "Who holds how much of a company. An empty share is unknown.",
        _row("owner=P7 | company=C1001 | share=0.6"),
        None,
        (Link("OWNS", ("owner", _P), ("company", _P)),),
    ),
    File(
        "control",
        "Declared control by another basis than votes.",
        _row("controller=P7 | company=C1001 | basis=agreement"),
        None,
        (Link("CONTROLS", ("controller", _P), ("company", _P)),),
    ),
    File(
        "position",
        "Posts in companies. The post `legal_representative` makes the legal representative.",
        _row("person=P7 | company=C1001 | post=chairman"),
        None,
        (
            Link("EXECUTIVE_OF", ("person", _P), ("company", _P), where={"post": {"not": "legal_representative"}}),
            Link(
                "LEGAL_REPRESENTATIVE_OF",
                ("person", _P),
                ("company", _P),
                where={"post": "legal_representative"},
            ),
        ),
    ),
    File(
        "kin",
        "Kinship: `person` is the `relation` of `relative`.",
        _row("person=P7 | relative=P8 | relation=spouse"),
        None,
        (Link("KIN_OF", ("person", _P), ("relative", _P)),),
    ),
    File(
        "guarantee",
        "Guarantees. An empty amount is unknown, which is not zero.",
        _row("guarantor=C1001 | debtor=C2002 | amount=5000000.00 | currency=CNY | contract=G-17"),
        None,
        (Link("GUARANTEES", ("guarantor", _P), ("debtor", _P), refs={"facility_id": ("facility", _F)}),),
    ),
    File(
        "dependence",
        "Economic dependence: the failure of `on_party` would reach `dependent`.",
        _row("dependent=C2002 | on_party=C1001 | criterion=receipts | weight=0.62"),
        None,
        (Link("DEPENDS_ON", ("dependent", _P), ("on_party", _P)),),
    ),
    File(
        "facility",
        "Credit contracts. `borrower` makes its borrower; several, or with other roles: file `borrower`.",
        _row("facility=F1 | borrower=C1001 | limit_amount=10000000.00 | currency=CNY | matures_on=2026-06-30"),
        Node(_F),
        (
            Link("BORROWS", ("borrower", _P), ("facility", _F), fixed={"role": "borrower"}, whole=False),
            Link("BELONGS_TO", ("facility", _F), ("branch", "Branch"), whole=False),
        ),
    ),
    File(
        "borrower",
        "Borrowers of facilities, with their role.",
        _row("party=C2002 | facility=F1 | role=co_borrower"),
        None,
        (Link("BORROWS", ("party", _P), ("facility", _F)),),
    ),
    File(
        "drawdown",
        "What is outstanding, each under a facility.",
        _row("drawdown=D1 | facility=F1 | amount=4000000.00 | balance=3500000.00 | currency=CNY"),
        Node("Drawdown"),
        (Link("DRAWN_UNDER", ("drawdown", "Drawdown"), ("facility", _F)),),
    ),
    File(
        "collateral",
        "What is pledged or mortgaged. `pledgor` and `facility` make one link each; more: files `pledge`, `security`. "
        "`issuer` is who owes it: the bank that holds a deposit, the issuer of a paper.",
        _row("collateral=K1 | collateral_kind=dwelling | value=2000000.00 | currency=CNY | pledgor=P7 | facility=F1"),
        Node("Collateral"),
        (
            Link("ISSUED_BY", ("collateral", "Collateral"), ("issuer", _P)),
            Link("PLEDGES", ("pledgor", _P), ("collateral", "Collateral"), whole=False),
            Link("SECURED_BY", ("facility", _F), ("collateral", "Collateral"), whole=False),
        ),
    ),
    File(
        "pledge",
        "Who pledges which collateral.",
        _row("party=P7 | collateral=K1"),
        None,
        (Link("PLEDGES", ("party", _P), ("collateral", "Collateral")),),
    ),
    File(
        "security",
        "Which collateral secures which facility, and how far.",
        _row("facility=F1 | collateral=K1 | amount=1500000.00 | currency=CNY"),
        None,
        (Link("SECURED_BY", ("facility", _F), ("collateral", "Collateral")),),
    ),
    File(
        "account",
        "Accounts, at other banks too (`outside`). `party` makes its holder; more: file `account_holder`.",
        _row("account=A1 | party=C1001 | account_no=6222020000000001 | currency=CNY | balance=12345.67"),
        Node("Account"),
        (
            Link("HAS_ACCOUNT", ("party", _P), ("account", "Account"), fixed={"role": "holder"}, whole=False),
            Link("BELONGS_TO", ("account", "Account"), ("branch", "Branch"), whole=False),
        ),
    ),
    File(
        "account_holder",
        "Holders of accounts, with their role.",
        _row("party=P8 | account=A1 | role=joint"),
        None,
        (Link("HAS_ACCOUNT", ("party", _P), ("account", "Account")),),
    ),
    File(
        "transfer",
        "Payments between accounts: either one row a pair and month, or (with `date` for `month`) one row a payment, "
        "which are summed by month: the file then holds every payment of its months, and `--delta` refuses it.",
        _row("from_account=A1 | to_account=A2 | month=2024-11 | amount=1250.50 | currency=CNY | count=2"),
        None,
        (
            Link(
                "TRANSFERS_TO",
                ("from_account", "Account"),
                ("to_account", "Account"),
                where={"month": {"present": True}},
            ),
        ),
        {"date": "day of one payment, where a row is one"},
    ),
    File(
        "loan_payment",
        "Drawdowns paid into accounts (`direction` in) and repaid from them (out).",
        _row("drawdown=D1 | account=A1 | direction=in | at=2024-03-01T09:30:00Z | amount=4000000.00 | currency=CNY"),
        None,
        (
            Link("PAID_INTO", ("drawdown", "Drawdown"), ("account", "Account"), where={"direction": "in"}),
            Link("REPAID_FROM", ("drawdown", "Drawdown"), ("account", "Account"), where={"direction": "out"}),
        ),
        {"direction": "in: paid into the account; out: repaid from it"},
    ),
    File(
        "product",
        "What the bank sells.",
        _row("product=DEP12 | name=一年定期存款 | name_en=One-year deposit | family=deposit"),
        Node("Product"),
    ),
    File(
        "holding",
        "Who holds which product.",
        _row("party=P7 | product=DEP12 | since=2024-01-15 | balance=200000.00 | currency=CNY"),
        None,
        (Link("HOLDS", ("party", _P), ("product", "Product")),),
    ),
    File(
        "referral",
        "Who brought whom.",
        _row(
            "referrer=P7 | referred=P9 | at=2024-02-01 | outcome=converted | value=50000.00 | currency=CNY"
            " | bought_on=2024-02-20"
        ),
        None,
        (
            Link(
                "REFERRED",
                ("referrer", _P),
                ("referred", _P),
                refs={"campaign_id": ("campaign", "Campaign"), "product_id": ("product", "Product")},
            ),
        ),
    ),
    File(
        "agreement",
        "Agreements of referrers with branches: what is paid for a referral, from `valid_from` until `valid_to`.",
        _row(
            "referrer=P7 | branch=B02 | agreement=RA-7 | fee_rule=千分之五，按首笔存款 | fee_rate=0.005"
            " | signed_on=2023-12-20 | valid_from=2024-01-01 | valid_to=2026-01-01"
        ),
        None,
        (Link("AGREED_WITH", ("referrer", _P), ("branch", "Branch")),),
    ),
    File(
        "campaign",
        "Marketing campaigns.",
        _row("campaign=M24 | name=新春理财 | starts_on=2024-01-10 | ends_on=2024-02-29 | product=DEP12 | channel=APP"),
        Node(
            "Campaign",
            refs={
                "product_id": ("product", "Product"),
                "branch_id": ("branch", "Branch"),
                "manager_id": ("staff", "RelationshipManager"),
            },
        ),
    ),
    File(
        "contact",
        "Whom a campaign approached.",
        _row("party=P9 | campaign=M24 | at=2024-01-12 | channel=APP"),
        None,
        (Link("TARGETED_BY", ("party", _P), ("campaign", "Campaign")),),
    ),
    File(
        "response",
        "How parties answered campaigns.",
        _row("party=P9 | campaign=M24 | at=2024-01-20 | response=interested"),
        None,
        (Link("RESPONDED_TO", ("party", _P), ("campaign", "Campaign")),),
    ),
    File(
        "staff",
        "Relationship managers and other staff.",
        _row("staff=S12 | name=王芳 | post=relationship manager | branch=B02 | team=T1"),
        Node("RelationshipManager", renamed={"staff": "has_customers"}),
        (
            Link("BELONGS_TO", ("staff", "RelationshipManager"), ("branch", "Branch"), whole=False),
            Link(
                "PART_OF",
                ("staff", "RelationshipManager"),
                ("team", "Team"),
                fixed={"hierarchy": "coverage"},
                whole=False,
            ),
        ),
    ),
    File("team", "Teams of relationship managers.", _row("team=T1 | name=公司一部"), Node("Team")),
    File("segment", "Saved groups of customers.", _row("segment=PRIV | name=私人银行"), Node("Segment")),
    File("tag", "Words that parties are marked with.", _row("tag=VIP | text=贵宾"), Node("Tag")),
    File(
        "tagged",
        "Which parties are marked with which tag.",
        _row("party=P7 | tag=VIP | at=2024-05-01T09:30:00Z | by=S12"),
        None,
        (Link("TAGGED", ("party", _P), ("tag", "Tag")),),
    ),
    File(
        "branch",
        "The bank's own units, in two hierarchies: `rolls_up_to` (figures) and `covered_by` (who serves whom).",
        _row("branch=B02 | name=静安支行 | level=sub-branch | rolls_up_to=B00"),
        Node("Branch"),
        (
            Link(
                "PART_OF",
                ("branch", "Branch"),
                ("rolls_up_to", "Branch"),
                fixed={"hierarchy": "rollup"},
                whole=False,
            ),
            Link(
                "PART_OF",
                ("branch", "Branch"),
                ("covered_by", "Branch"),
                fixed={"hierarchy": "coverage"},
                whole=False,
            ),
        ),
    ),
    File(
        "unit",
        "Which unit stands under which, where the columns of `branch` and `staff` do not suffice.",
        _row("unit_kind=team | unit=T1 | part_of_kind=branch | part_of=B02 | hierarchy=coverage"),
        None,
        tuple(
            Link(
                "PART_OF",
                ("unit", unit),
                ("part_of", whole),
                where={"unit_kind": NODE_FILES[unit], "part_of_kind": NODE_FILES[whole]},
            )
            for unit in ("Branch", "Team", "RelationshipManager")
            for whole in ("Branch", "Team")
        ),
        {"unit_kind": "branch, team or staff", "part_of_kind": "branch or team"},
    ),
    File(
        "belonging",
        "Which branch keeps what, where a `branch` column does not suffice.",
        _row("kind=account | id=A1 | branch=B02"),
        None,
        tuple(
            Link("BELONGS_TO", ("id", label), ("branch", "Branch"), where={"kind": NODE_FILES[label]})
            for label in ("Party", "RelationshipManager", "Facility", "Account")
        ),
        {"kind": "party, staff, facility or account"},
    ),
    File(
        "assignment",
        "Who looks after whom.",
        _row("party=C1001 | staff=S12 | role=main | valid_from=2023-05-01"),
        None,
        (Link("MANAGED_BY", ("party", _P), ("staff", "RelationshipManager")),),
    ),
    File(
        "event",
        "Interactions, service requests, risk events, signings. `party` and `staff` make one link each.",
        _row("event=E1 | party=C1001 | staff=S12 | event_kind=interaction | at=2024-10-09T06:00:00Z | title=Visit"),
        Node("Event"),
        (
            Link("INVOLVED_IN", ("party", _P), ("event", "Event"), fixed={"role": "customer"}, whole=False),
            Link(
                "INVOLVED_IN",
                ("staff", "RelationshipManager"),
                ("event", "Event"),
                fixed={"role": "handler"},
                whole=False,
            ),
        ),
    ),
    File(
        "involvement",
        "Who took part in which event, with their role; `party` or `staff` is filled.",
        _row("event=E1 | party=P7 | role=customer"),
        None,
        (
            Link("INVOLVED_IN", ("party", _P), ("event", "Event"), where={"party": {"present": True}}),
            Link(
                "INVOLVED_IN",
                ("staff", "RelationshipManager"),
                ("event", "Event"),
                where={"staff": {"present": True}},
            ),
        ),
    ),
    File(
        "figures",
        "A party's figures of one year; lists have twelve months parted by `;`, January first.",
        _row("figures=C1001-2024 | party=C1001 | year=2024 | currency=CNY | revenue=80000000.00"),
        Node("YearFigures"),
        (Link("HAS_FIGURES", ("party", _P), ("figures", "YearFigures")),),
    ),
    File(
        "group",
        "Groups as the bank declares them.",
        _row("group=GR1 | name=恒泰系"),
        Node("Group", left_out=("size", "run_id", *(p.name for p in model.GROUP_FIGURES))),
    ),
    File(
        "membership",
        "Members of declared groups.",
        _row("party=C1001 | group=GR1 | role=head"),
        None,
        (Link("MEMBER_OF", ("party", _P), ("group", "Group")),),
    ),
    File(
        "capital",
        "The bank's own capital by day: what exposures are measured against. An empty amount is not known, and the "
        "tests that need it are not made.",
        _row("day=2024-12-31 | currency=CNY | net_capital=12500000000.00 | net_tier_1=10000000000.00"),
        Node("CapitalFigures"),
        key=("day",),
    ),
    File(
        "rate",
        "Exchange rates: what one unit of `from_currency` was worth in `to_currency` on a day, both in whole units, "
        "with at most nine decimals. Amounts in a currency without a rate are not converted, and said to be so.",
        _row("from_currency=USD | to_currency=CNY | day=2024-12-31 | rate=7.1884"),
        Node("ExchangeRate"),
        key=("from_currency", "to_currency", "day"),
    ),
)

DAY_LISTS = {"days"}


def properties(of: Node | Link) -> list[model.Property]:
    """The properties a file carries for a node or link, in the model's order."""
    if isinstance(of, Link):
        derived = {"run_id"}
        return (
            [p for p in model.link_type(of.type).properties if p.name not in derived | set(of.fixed)]
            if of.whole
            else []
        )
    if of.label == "Party":
        return list(model.PARTY_ATTRIBUTES)
    bookkept = {"source", "data_day", *of.left_out}
    return [p for p in model.node_type(of.label).properties if p.name not in bookkept]


def columns(file: File) -> list[str]:
    """All columns of a file in the order an export writes them."""
    names: list[str] = []
    if file.node:
        names += [file.id_column]
    for link in file.links:
        names += [link.start[0], link.end[0]]
    names += list(file.more)
    if file.node:
        names += [file.node.column(p.name) for p in properties(file.node)]
    for link in file.links:
        names += [*link.where, *(link.column(p.name) for p in properties(link))]
    carries_links = any(link.whole for link in file.links) or file.name == "identifier"
    names += LINK_COLUMNS if carries_links else ("data_date",)
    return list(dict.fromkeys(names + ["flags"] * (file.name == "party")))


def required(file: File) -> list[str]:
    """The columns without which a row says nothing: the id, what stands for it, or both ends."""
    if file.key:
        return list(file.key)
    if file.node:
        return [file.id_column]
    if file.name == "identifier":
        return ["party", "kind", "value"]
    ends = [link.start[0] for link in file.links] + [link.end[0] for link in file.links]
    same = {name for name in ends if all(name in (link.start[0], link.end[0]) for link in file.links)}
    return [name for name in dict.fromkeys(ends) if name in same]
