"""The model as data: which nodes and links exist, what they carry, and why. `docs/model.md` is rendered from it.

Everything that writes, checks, exports or documents the graph reads these tables; nothing repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class Kind(StrEnum):
    """The type of a property, as Neo4j stores it."""

    TEXT = "text"
    TEXTS = "list of text"
    INT = "integer"
    INTS = "list of integer"
    FLOAT = "number"
    FLOATS = "list of number"
    BOOL = "yes or no"
    DAY = "day"  # whole days since 1970-01-01
    MOMENT = "moment"  # UTC milliseconds since 1970
    MONEY = "money"  # whole minor units; the currency stands beside it
    SHARE = "share"  # fraction 0..1
    RATE = "exchange rate"  # whole billionths, see RATE_ONE


MONEY_LISTS = {"amounts", "deposits", "loans", "assets_managed", "bank_revenue", "contribution"}
"""Properties that are lists of amounts: whole minor units, the currency stands beside them."""
RATE_ONE = 10**9
"""What an exchange rate of 1 is kept as: rates are whole billionths, so that 7.1884 is exactly 7,188,400,000."""


class Origin(StrEnum):
    """Who makes it."""

    LOADED = "loaded from sources"
    DERIVED = "derived by a run"
    BOOKKEEPING = "kept by Guanxi itself"


@dataclass(frozen=True)
class Property:
    name: str
    kind: Kind
    doc: str


@dataclass(frozen=True)
class NodeType:
    """A label, its unique key, its properties; `indexed` are the properties looked up by exact value."""

    label: str
    key: str
    origin: Origin
    doc: str
    properties: tuple[Property, ...] = ()
    indexed: tuple[str, ...] = ()

    def prop(self, name: str) -> Property | None:
        return next((p for p in self.properties if p.name == name), None)


@dataclass(frozen=True)
class LinkType:
    """A link type, the labels it may join, and its own properties.

    `basis` names the property that tells several links of one type between the same ends apart; it is part of the
    link's id, and a person's decision binds to it.
    """

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    origin: Origin
    doc: str
    properties: tuple[Property, ...] = ()
    basis: str | None = None

    def prop(self, name: str) -> Property | None:
        return next((p for p in self.properties if p.name == name), None)

    @property
    def figures(self) -> tuple[str, ...]:
        """Its shares and amounts: a person's decision waits again when they change."""
        return tuple(p.name for p in self.properties if p.kind in (Kind.SHARE, Kind.MONEY) or p.name == "currency")

    @property
    def ends(self) -> Iterator[tuple[str, str]]:
        """Every (source label, target label) the type may join."""
        return product(self.sources, self.targets)


def _props(*rows: tuple[str, Kind, str]) -> tuple[Property, ...]:
    return tuple(Property(*row) for row in rows)


T, TS, I, IS, F, FS, B, D, M, C, S = (
    Kind.TEXT,
    Kind.TEXTS,
    Kind.INT,
    Kind.INTS,
    Kind.FLOAT,
    Kind.FLOATS,
    Kind.BOOL,
    Kind.DAY,
    Kind.MOMENT,
    Kind.MONEY,
    Kind.SHARE,
)
LOADED, DERIVED, BOOKKEEPING = Origin.LOADED, Origin.DERIVED, Origin.BOOKKEEPING

NODE_COMMON = _props(
    ("seq_in", I, "number of the load or run that made it known"),
    ("seq_out", I, "number that closed it; the open sentinel while current"),
    ("absent", IS, "flat pairs (closed at, known again at) where it was closed and came back"),
    ("digest", I, "digest of the values its source gave last, so that a reload sees at once what is unchanged"),
)
SOURCED = _props(
    ("source", T, "the source system"),
    ("data_day", D, "the day the source's data speak of"),
)
LINK_COMMON = _props(
    ("id", T, "stable id of the link, shared by all its versions; (id, seq_in) is unique"),
    ("seq_in", I, "number of the load, run or write that opened this version"),
    ("seq_out", I, "number that closed it; the open sentinel while current"),
    ("valid_from", D, "first day it holds; a sentinel where unstated"),
    ("valid_to", D, "first day it no longer holds; a sentinel where open"),
    ("status", T, "confirmed, flagged (found by machine, or doubtful) or rebutted"),
    ("source", T, "the source system, `run` for what a run derived, `manual` for what a person registered"),
    ("row_key", T, "table and key of the source row"),
    ("from_key", T, "source key of the start, so that a join of two parties can be undone"),
    ("to_key", T, "source key of the end"),
    ("data_day", D, "the day the source's data speak of"),
    ("flags", TS, "what the checks found doubtful about the row"),
    ("digest", I, "digest of the values its source gave, so that a reload sees at once what is unchanged"),
    (
        "decided",
        T,
        "id of the decision that set the status; a reload carries both over where shares and amounts stay the same",
    ),
    ("stated", T, "where a person decided: the status that the source or the run gives"),
)

PARTY_ATTRIBUTES = _props(
    ("name", T, "name in its own script"),
    ("name_en", T, "English or romanised name"),
    ("former_names", TS, "earlier names and aliases"),
    ("uscc", T, "unified social credit code (统一社会信用代码)"),
    ("certificate", T, "certificate as `type:number` (resident ID, passport, organisation code)"),
    ("lei", T, "legal entity identifier"),
    ("country", T, "ISO 3166 alpha-2 of registration or nationality"),
    ("birth_day", D, "date of birth"),
    ("gender", T, "F, M or as the source says"),
    ("registered_on", D, "date of registration"),
    ("registered_capital", C, "registered capital"),
    ("currency", T, "ISO 4217 of money on this node"),
    ("industry", T, "industry code and name (GB/T 4754)"),
    ("company_kind", T, "form or economic kind of a company"),
    ("size", T, "enterprise size class"),
    ("listed", B, "listed on an exchange"),
    ("exempt", T, "sovereign, central bank or other exempt kind"),
    (
        "institution",
        T,
        "bank, global_bank (a bank of importance to the system worldwide), financial (another financial institution); "
        "empty: none of them",
    ),
    (
        "bank_role",
        T,
        "self: the bank whose data these are; insider: its director, supervisor, senior manager, or who approves its "
        "core business; empty: neither",
    ),
    ("rating", T, "internal rating"),
    ("risk_class", T, "customer risk class or risk appetite"),
    ("segment", T, "customer segment of the source"),
    ("customer_since", D, "first day as a customer"),
    ("occupation", T, "occupation of a person"),
    ("employer", T, "employer of a person, as stated"),
    ("marketing_opt_out", B, "asked not to be approached"),
)

GROUP_FIGURES = _props(
    ("currency", T, "ISO 4217 of the amounts of its tests"),
    (
        "state",
        T,
        "the worst state of its tests: within, undecided (no capital, or nothing owed, is known), warning or breach; "
        "empty without a test",
    ),
    (
        "nearness",
        I,
        "the largest of `test_nearness`; -1 where no test has one",
    ),
    ("test_rules", TS, "its exposure against limits at the last run, one place a test: the rule set"),
    ("tests", TS, "the test of the rule set"),
    ("test_status", TS, "firm, potential (flagged links counted too) or declared (the group as its source tells it)"),
    ("test_amounts", IS, "the amount, minor units"),
    ("test_unknown", IS, "unknown amounts behind it: where there are some it is a lower bound"),
    ("test_bases", IS, "the capital it is measured against, minor units; -1 where not known"),
    ("test_limits", IS, "the limit, parts per billion of the base"),
    ("test_allowed", IS, "the limit as an amount, minor units; -1 where the base is not known"),
    ("test_nearness", IS, "the amount over what is allowed, parts per billion, at most 2^53 - 1; -1 where not known"),
    ("test_states", TS, "the state"),
    ("run_digest", I, "digest of what runs found of it, so that the next one sees at once what is unchanged"),
)
"""What a run keeps of a group's exposure: the lists have a place for each test, equally long."""

HOME_FIGURES = _props(
    ("run_id", T, "run that last changed it"),
    ("head_id", T, "party id of its head"),
    ("size", I, "number of members at the last run"),
    (
        "totals",
        TS,
        "what was summed: balances, credit_limits, drawn, revenue, contribution, products; one place a figure",
    ),
    ("total_years", IS, "the calendar year of revenue and contribution; 0: today's figure"),
    ("total_currencies", TS, "ISO 4217; empty where the source states none, and for counts"),
    ("total_amounts", IS, "the sum of what is known, minor units"),
    ("total_counts", IS, "accounts, contracts, drawdowns, months or products behind it"),
    ("total_unknown", IS, "how many of them have no known amount"),
    ("run_digest", I, "digest of what runs found of it, so that the next one sees at once what is unchanged"),
)
"""What a run keeps of a household or family: the lists have a place for each figure, equally long."""

NODES: tuple[NodeType, ...] = (
    NodeType(
        "Party",
        "party_id",
        LOADED,
        "A person or company; `Person` or `Company`, and roles (`Customer`, `Prospect`, `Guarantor`, `Referrer`), "
        "are further labels. Attributes are current values, taken from its source records by source order.",
        PARTY_ATTRIBUTES
        + _props(
            ("kind", T, "person or company"),
            ("pinyin", TS, "pinyin of its Chinese names, with and without spaces, and initials, for search"),
            (
                "scope",
                TS,
                "tokens that say who may see it: `branch:…`, `manager:…`, `group:…`, `household:…`",
            ),
            ("joined_into", T, "the party id that this one was joined into"),
        ),
        indexed=("uscc", "certificate", "lei", "joined_into"),
    ),
    NodeType(
        "SourceRecord",
        "record_id",
        LOADED,
        "A row of a source system that describes a party; its attributes stay as evidence when another source wins.",
        SOURCED
        + _props(
            ("table", T, "the source's table"),
            ("key", T, "the row's key, exactly as the source writes it"),
            ("kind", T, "person, company, or empty where only links name the party"),
            ("priority", I, "order among sources: the smallest wins"),
            ("roles", TS, "roles this record gives the party"),
            ("same_as", T, "source key of another record that the source says describes the same party"),
            ("given_party", T, "party id that an export of ours gave it"),
            ("flags", TS, "what the checks found doubtful about the row"),
        )
        + PARTY_ATTRIBUTES,
        indexed=("uscc", "certificate", "lei", "key", "same_as", "given_party"),
    ),
    NodeType(
        "Identifier",
        "identifier_id",
        LOADED,
        "A phone, address or e-mail that several parties may share.",
        _props(
            ("kind", T, "phone, address or email"),
            ("value", T, "normalised value"),
            ("text", T, "as the source writes it"),
        ),
        indexed=("value",),
    ),
    NodeType(
        "Branch",
        "branch_id",
        LOADED,
        "An organisation unit of the bank.",
        SOURCED
        + _props(
            ("name", T, "name"),
            ("name_en", T, "English name"),
            ("level", T, "head office, branch, sub-branch …"),
            ("code", T, "the bank's code"),
        ),
        indexed=("code",),
    ),
    NodeType("Team", "team_id", LOADED, "A team of relationship managers.", SOURCED + _props(("name", T, "name"))),
    NodeType(
        "RelationshipManager",
        "manager_id",
        LOADED,
        "A member of the bank's staff who looks after customers.",
        SOURCED
        + _props(
            ("name", T, "name"),
            ("post", T, "post"),
            ("code", T, "staff number"),
            ("left_on", D, "day of leaving"),
            ("staff", B, "staff without a book of their own are false"),
        ),
        indexed=("code",),
    ),
    NodeType(
        "Product",
        "product_id",
        LOADED,
        "Something the bank sells.",
        SOURCED
        + _props(
            ("name", T, "name"),
            ("name_en", T, "English name"),
            ("family", T, "product family"),
            ("risk_class", T, "risk class"),
            ("segment", T, "for whom: person, company"),
            ("code", T, "the bank's code"),
        ),
        indexed=("code",),
    ),
    NodeType(
        "Campaign",
        "campaign_id",
        LOADED,
        "A marketing campaign.",
        SOURCED
        + _props(
            ("name", T, "name"),
            ("starts_on", D, "first day"),
            ("ends_on", D, "last day"),
            ("product_id", T, "product offered"),
            ("channel", T, "channel"),
            ("most_parties", I, "parties that it may approach"),
            ("code", T, "the bank's code"),
            ("branch_id", T, "branch that runs it"),
            ("manager_id", T, "who answers for it"),
            ("closed_on", D, "day from which it approaches nobody any more"),
            ("version", I, "how often a person saved it; empty where a source tells it"),
            ("changed_by", T, "who saved it last"),
            ("changed_at", M, "when"),
        ),
        indexed=("code",),
    ),
    NodeType(
        "Segment",
        "segment_id",
        LOADED,
        "A saved group of customers (客户群): a source's own by its name alone, or a filter that a person saved.",
        SOURCED
        + _props(
            ("name", T, "name"),
            ("filter", T, "the filter, JSON; empty where a source names the group alone"),
            ("version", I, "how often the filter was saved"),
            ("changed_by", T, "who saved it last"),
            ("changed_at", M, "when"),
        ),
    ),
    NodeType(
        "Tag",
        "tag_id",
        LOADED,
        "A word that parties are marked with, by persons or by a source.",
        SOURCED + _props(("text", T, "the word")),
    ),
    NodeType(
        "Facility",
        "facility_id",
        LOADED,
        "A credit contract (合同): the limit under which drawdowns stand.",
        SOURCED
        + _props(
            ("product", T, "business type"),
            ("limit_amount", C, "amount of the contract"),
            ("drawn_amount", C, "outstanding balance as the contract table states it"),
            ("currency", T, "ISO 4217"),
            ("starts_on", D, "first day"),
            ("matures_on", D, "maturity"),
            ("classification", T, "five-grade classification"),
            ("guarantee_kind", T, "main kind of guarantee"),
            (
                "item_kind",
                T,
                "what its drawn part is to a conversion factor: loan, direct_substitute (an acceptance, 等同于贷款), "
                "transaction_contingent (a performance guarantee), trade_contingent (a letter of credit), "
                "other_off_balance",
            ),
            (
                "commitment_kind",
                T,
                "what its undrawn part is: committed, cancellable (at any time without condition), card_limit",
            ),
            (
                "conversion_factor",
                S,
                "factor that the source states: of an off-balance item, else of the undrawn part",
            ),
            (
                "state",
                T,
                "state of the contract; ended: nothing more can be drawn under it, its limit counts as nothing",
            ),
            ("code", T, "contract number"),
        ),
        indexed=("code",),
    ),
    NodeType(
        "Drawdown",
        "drawdown_id",
        LOADED,
        "The outstanding part under a facility (借据).",
        SOURCED
        + _props(
            ("amount", C, "amount drawn"),
            ("balance", C, "outstanding balance"),
            ("currency", T, "ISO 4217"),
            ("starts_on", D, "day drawn"),
            ("matures_on", D, "maturity"),
            ("classification", T, "five-grade classification"),
            ("overdue_days", I, "days overdue"),
            ("rate", F, "annual interest rate, fraction"),
            ("code", T, "number of the duebill"),
        ),
        indexed=("code",),
    ),
    NodeType(
        "Account",
        "account_id",
        LOADED,
        "An account, outside ones (known by the counterparty) included.",
        SOURCED
        + _props(
            ("account_no", T, "account number"),
            ("account_kind", T, "kind of account"),
            ("currency", T, "ISO 4217"),
            ("balance", C, "balance"),
            ("opened_on", D, "day opened"),
            ("closed_on", D, "day closed"),
            ("state", T, "state, frozen included"),
            ("frozen_amount", C, "amount frozen"),
            ("outside", B, "at another bank"),
            ("holder_name", T, "holder as stated, for outside accounts"),
            ("holder_code", T, "organisation code of its holder as the source states it beside the account"),
            ("level", T, "level or class of the account"),
        ),
        indexed=("account_no",),
    ),
    NodeType(
        "Collateral",
        "collateral_id",
        LOADED,
        "Something pledged or mortgaged.",
        SOURCED
        + _props(
            ("collateral_kind", T, "kind"),
            (
                "protection_kind",
                T,
                "what it is to credit protection: cash_margin, own_deposit (at this bank), other_deposit (at another, "
                "see `ISSUED_BY`), government_bond; empty: none of them",
            ),
            ("value", C, "appraised value"),
            ("confirmed_value", C, "value that the bank counts"),
            ("currency", T, "ISO 4217"),
            ("valued_on", D, "day of the appraisal"),
            ("name", T, "description"),
            ("state", T, "state"),
        ),
    ),
    NodeType(
        "Event",
        "event_id",
        LOADED,
        "An interaction, service request, risk event or contract signing.",
        SOURCED
        + _props(
            ("event_kind", T, "interaction, service_request, risk, signing"),
            ("at", M, "when"),
            ("due_at", M, "when it is due"),
            ("title", T, "in a few words"),
            ("text", T, "the note"),
            ("channel", T, "channel"),
            ("severity", T, "severity of a risk event"),
            ("state", T, "open, done, cancelled …"),
            ("state_by", T, "who of the bank set the state last; absent where the source did"),
            ("state_at", M, "when"),
            ("state_reason", T, "why"),
        ),
    ),
    NodeType(
        "YearFigures",
        "figures_id",
        LOADED,
        "A party's figures of one year, lists of twelve months beside yearly statements.",
        SOURCED
        + _props(
            ("year", I, "calendar year"),
            ("currency", T, "ISO 4217"),
            ("deposits", IS, "average deposit balance by month, minor units"),
            ("loans", IS, "average loan balance by month, minor units"),
            ("assets_managed", IS, "assets under management by month, minor units"),
            ("bank_revenue", IS, "the bank's revenue from the party by month, minor units"),
            ("contribution", IS, "contribution after funds-transfer pricing by month, minor units"),
            ("scope", T, "yearly statements: single (the company alone) or consolidated (with its subsidiaries)"),
            ("revenue", C, "the party's own yearly revenue"),
            ("expenditure", C, "the party's own yearly expenditure"),
            ("total_assets", C, "total assets"),
            ("equity", C, "own equity"),
            ("net_profit", C, "net profit"),
        ),
    ),
    NodeType(
        "Group",
        "group_id",
        LOADED,
        "A group of parties: `declared` by the source, or found by a run (`control`, `connected`). Stable ids.",
        SOURCED
        + _props(
            ("kind", T, "declared, control or connected"),
            ("name", T, "name"),
            ("head_id", T, "party id of its first head"),
            ("size", I, "number of members at the last run"),
            ("run_id", T, "run that last changed it; empty for a declared one"),
        )
        + GROUP_FIGURES,
        indexed=("nearness",),
    ),
    NodeType(
        "Household",
        "household_id",
        DERIVED,
        "Persons who live as one household.",
        HOME_FIGURES,
    ),
    NodeType(
        "Family",
        "family_id",
        DERIVED,
        "Kin across households with the companies they control.",
        HOME_FIGURES,
    ),
    NodeType(
        "CapitalFigures",
        "capital_id",
        LOADED,
        "The bank's own capital on one day: what exposures are measured against. An amount that is absent is not "
        "known; nobody guesses it from another.",
        SOURCED
        + _props(
            ("day", D, "the day it stood so"),
            ("currency", T, "ISO 4217"),
            ("net_capital", C, "net capital (资本净额)"),
            ("net_tier_1", C, "net tier 1 capital (一级资本净额)"),
            ("tier_1", C, "tier 1 capital as Basel and the EU define it"),
        ),
    ),
    NodeType(
        "ExchangeRate",
        "rate_id",
        LOADED,
        "What one unit of a currency was worth in another on one day, both in whole units (dollars, not cents).",
        SOURCED
        + _props(
            ("from_currency", T, "ISO 4217 of the one unit"),
            ("to_currency", T, "ISO 4217 of what it was worth"),
            ("day", D, "the day it stood so"),
            ("rate", Kind.RATE, "so many units of `to_currency` for one of `from_currency`"),
        ),
    ),
    NodeType(
        "LoadRun",
        "load_id",
        BOOKKEEPING,
        "One load, rollback or small write, with its number, counts and state.",
        _props(
            ("seq", I, "its number"),
            ("kind", T, "load, rollback or write"),
            ("state", T, "pending, published, sweeping, swept or rolled_back"),
            ("mapping", T, "the mapping loaded"),
            ("mode", T, "full or delta"),
            ("user", T, "acting user"),
            ("host", T, "machine that writes it"),
            ("process", T, "process id and its start time"),
            ("started_at", M, "start"),
            ("heartbeat", M, "last sign of life"),
            ("published_at", M, "moment of publishing"),
            ("published_seq", I, "number of the publication"),
            ("counts", T, "rows read, loaded, unchanged and rejected by table, JSON"),
            ("undoes", T, "the load a rollback undid"),
            ("touched", TS, "labels and types it may have written"),
        ),
        indexed=("seq", "state"),
    ),
    NodeType(
        "AnalysisRun",
        "run_id",
        BOOKKEEPING,
        "One analysis run with what it read, by which rules, and what it found.",
        _props(
            ("seq", I, "its number"),
            ("state", T, "pending, published, sweeping or swept"),
            ("user", T, "acting user"),
            ("host", T, "machine that writes it"),
            ("process", T, "process id and its start time"),
            ("started_at", M, "start"),
            ("heartbeat", M, "last sign of life"),
            ("published_at", M, "moment of publishing"),
            ("published_seq", I, "number of the publication"),
            ("as_of", D, "the day it speaks of"),
            ("input_seq", I, "the publication it read"),
            ("parameters", T, "parameters, JSON"),
            ("input_digest", T, "digest of its input"),
            ("result_digest", T, "digest of its results"),
            ("counts", T, "counts, JSON"),
            ("currency", T, "ISO 4217 of the reporting currency: that of the bank's capital"),
            ("limits", T, "the limits it tested, by rule set and test: title and article, JSON"),
            ("articles", T, "the articles that control and connected groups stand on, JSON"),
            ("durations", T, "milliseconds by step, JSON"),
            ("warnings", TS, "what a reader of its results should know"),
            ("stale", B, "input was rolled back later"),
            ("touched", TS, "labels and types it may have written"),
        ),
        indexed=("seq", "state"),
    ),
    NodeType(
        "Version",
        "version_id",
        BOOKKEEPING,
        "The attributes a node had until a load or a person's write changed them.",
        _props(
            ("of_label", T, "label of the node"),
            ("of_key", T, "key of the node"),
            ("seq_out", I, "number that replaced them"),
            ("values", T, "the replaced values, JSON"),
            ("labels", TS, "role labels it had"),
            ("keys", TS, "keys of many parties whose tokens a run replaced, kept together"),
            ("scopes", TS, "the tokens of each of them, joined by a unit separator"),
        ),
        indexed=("of_key", "seq_out"),
    ),
    NodeType(
        "Published",
        "seq",
        BOOKKEEPING,
        "One state of the world that readers may see.",
        _props(
            ("at", M, "when"),
            ("pending", IS, "numbers begun and not yet published then"),
            ("run_id", T, "the current run then"),
            ("of", T, "what was published"),
        ),
        indexed=("at",),
    ),
    NodeType(
        "Meta",
        "meta_id",
        BOOKKEEPING,
        "One node: schema version and the counter of numbers.",
        _props(
            ("schema_version", I, "version of this model"),
            ("schema_digest", T, "sha256 of the statements that made its constraints and indexes"),
            ("seq", I, "last number given out"),
            ("guanxi", T, "version of Guanxi that wrote the schema"),
        ),
    ),
    NodeType(
        "Decision",
        "decision_id",
        BOOKKEEPING,
        "What a person decided about a link, and who approved it. It binds to the link's type, ends and basis. It "
        "counts while an open link carries its id under `decided`; approved and carried no longer, it waits again. One "
        "on two persons' household has no link: it counts once approved, until a later one takes its place. One that "
        "registers, corrects or closes what no system knows is done when it is approved.",
        _props(
            (
                "decision",
                T,
                "confirm, rebut, or reopen (the status of the source holds again); of two persons' household (type "
                "MEMBER_OF): together, apart or reopen; of what persons register: register, correct or close",
            ),
            ("asked", T, "where something is registered, corrected or closed: what, JSON"),
            ("reason", T, "why"),
            ("link_type", T, "type of the link"),
            ("from_key", T, "source key of the start"),
            ("to_key", T, "source key of the end"),
            ("basis", T, "what tells several links between the same ends apart; empty where nothing does"),
            ("from_id", T, "party id of the start, when it was proposed"),
            ("to_id", T, "party id of the end, when it was proposed"),
            ("link_ids", TS, "the link decided on, then those of later rows that say the same"),
            ("figures", TS, "shares and amounts of the link as JSON: when it was proposed, then at each approval"),
            ("proposed_by", T, "who decided"),
            ("proposed_at", M, "when"),
            ("proposed_seq", I, "the number of that write"),
            ("approved_by", TS, "who approved it, in turn"),
            ("approved_at", IS, "when, moments in turn"),
            ("approved_seq", IS, "the numbers of those writes: it counts from there"),
            ("withdrawn_by", T, "who withdrew it"),
            ("withdrawn_at", M, "when"),
            ("withdrawn_seq", I, "the number of that write"),
            ("withdrawn_reason", T, "why"),
            ("superseded_by", T, "the later decision that took its place"),
            ("superseded_seq", I, "the number of that write"),
        ),
        indexed=("from_key", "from_id", "to_id"),
    ),
    NodeType(
        "Opening",
        "opening_id",
        BOOKKEEPING,
        "Something to offer on which somebody did something: for whom, why, and what was done in turn. The lists have "
        "a place for each, equally long, and only grow.",
        _props(
            ("party_id", T, "to whom"),
            ("product_id", T, "what; empty: to become a customer"),
            ("source", T, "what spoke most for it, when something was first done"),
            ("because", TS, "why, in words; parties by their ids in braces"),
            ("run_id", T, "the run that found it then"),
            ("outcomes", TS, "taken_up, offered, refused or sold"),
            ("outcome_at", IS, "when, moments in turn"),
            ("outcome_by", TS, "who"),
            ("outcome_notes", TS, "in words; empty where nothing was said"),
            ("outcome_values", IS, "what was sold is worth, minor units; -1 where not told"),
            ("outcome_currencies", TS, "ISO 4217 of that; empty where no value is told"),
            ("outcome_seqs", IS, "the numbers of those writes"),
        ),
        indexed=("party_id",),
    ),
    NodeType(
        "Audience",
        "audience_id",
        BOOKKEEPING,
        "Whom a campaign approaches, chosen from a segment or from openings: how, and how many were left out for which "
        "reason. Its members are the links that carry its id.",
        _props(
            ("campaign_id", T, "the campaign"),
            ("source", T, "segment or openings"),
            ("source_id", T, "the segment's id, or that of the product offered"),
            ("channel", T, "channel"),
            ("candidates", I, "parties that it was chosen from"),
            ("approached", I, "parties to approach"),
            ("held_back", I, "parties left alone, to compare with"),
            ("reasons", TS, "why others are left out, in the order in which reasons count; one place a reason"),
            ("reason_texts", TS, "the same in words"),
            ("reason_counts", IS, "how many for that reason"),
            ("seed", I, "seed of the lot"),
            ("rules", T, "the rules it was chosen by, JSON"),
            ("by", T, "acting user"),
            ("at", M, "when"),
            ("seq", I, "the number of that write; 0 where the same had been done before"),
        ),
        indexed=("campaign_id",),
    ),
    NodeType("SavedView", "view_id", BOOKKEEPING, "A saved question."),
    NodeType("ApiKey", "key_id", BOOKKEEPING, "A key of another system."),
    NodeType(
        "IdempotencyKey",
        "idempotency_key",
        BOOKKEEPING,
        "A write that must happen once: what a caller asked for under a key of its own, and what came of it.",
        _props(
            ("digest", T, "sha256 of who asked for what"),
            ("result", T, "id of what was written: a handover, event or decision"),
            ("user", T, "acting user"),
            ("at", M, "when"),
            ("seq", I, "the number of that write"),
        ),
    ),
    NodeType(
        "Handover",
        "handover_id",
        BOOKKEEPING,
        "Customers assigned to a relationship manager, or handed over by another one (客户移交). The links that it "
        "closed and made carry its number.",
        _props(
            ("from_id", T, "manager who looked after them; empty where they had none"),
            ("to_id", T, "manager who looks after them from then on"),
            ("day", D, "first day"),
            ("role", T, "role given, where they had no manager"),
            ("whole_book", B, "all customers of the manager were asked for"),
            ("party_ids", TS, "the customers"),
            ("reason", T, "why"),
            ("user", T, "acting user"),
            ("at", M, "when"),
            ("seq", I, "the number of that write"),
        ),
    ),
    NodeType("AuditEntry", "entry_id", BOOKKEEPING, "Who did what and when."),
)

_MONEY = (("currency", T, "ISO 4217"),)
_MANUAL = (
    ("evidence", T, "where a person registered it: what that stands on, in words or as a reference to a file"),
    ("registered_by", T, "who registered it"),
    ("approved_by", T, "the second person, who approved it"),
)
"""What links that a person registered carry (`source = manual`)."""

LINKS: tuple[LinkType, ...] = (
    LinkType(
        "IDENTIFIES",
        ("SourceRecord",),
        ("Party",),
        LOADED,
        "A source record describes a party.",
        _props(("by", T, "what joined it: key, uscc, certificate, lei, same_as, given, likeness"), *_MANUAL),
    ),
    LinkType(
        "POSSIBLY_SAME",
        ("Party",),
        ("Party",),
        BOOKKEEPING,
        "Two source records, `from_key` and `to_key`, are probably one party. While it is confirmed loads join the "
        "parties of both, and the link goes round from one to itself; flagged it waits for a person; rebutted, or "
        "closed, the parties part again.",
        _props(
            ("by", T, "likeness (found by matching) or person (proposed by somebody)"),
            ("probability", I, "that they are one, parts per billion"),
            ("explained", T, "the match field by field, JSON: field, left, right, level, weight"),
        ),
        basis="by",
    ),
    LinkType(
        "HAS_IDENTIFIER",
        ("Party",),
        ("Identifier",),
        LOADED,
        "A party uses a phone, address or e-mail.",
        _props(("use", T, "home, work, mobile …")),
        basis="use",
    ),
    LinkType(
        "OWNS",
        ("Party",),
        ("Party",),
        LOADED,
        "A holding in a company. A null share is unknown, which is not zero.",
        _props(
            ("share", S, "share of capital"),
            ("votes", S, "share of votes where it differs"),
            ("share_min", S, "lower end of a disclosed band"),
            ("share_max", S, "upper end of a disclosed band"),
            ("amount", C, "amount invested"),
            *_MONEY,
            ("holding_kind", T, "kind of holding"),
            *_MANUAL,
        ),
        basis="holding_kind",
    ),
    LinkType(
        "CONTROLS",
        ("Party",),
        ("Party",),
        LOADED,
        "Declared control by another basis than votes.",
        _props(
            ("basis", T, "agreement, board_majority, management, consolidated_accounts, actual_controller …"),
            *_MANUAL,
        ),
        basis="basis",
    ),
    LinkType(
        "CONTROLLED_BY",
        ("Party",),
        ("Party",),
        DERIVED,
        "A run's result: immediate controllers only; never read as input.",
        _props(
            ("basis", T, "direct, joint, indirect or a declared basis"),
            ("votes", S, "votes of the controller and all it controls"),
            ("round", I, "round of the fixpoint"),
            ("run_id", T, "run that found it"),
        ),
        basis="basis",
    ),
    LinkType(
        "LEGAL_REPRESENTATIVE_OF",
        ("Party",),
        ("Party",),
        LOADED,
        "Legal representative (法定代表人) of a company.",
        _props(*_MANUAL),
    ),
    LinkType(
        "EXECUTIVE_OF",
        ("Party",),
        ("Party",),
        LOADED,
        "Director, supervisor or executive of a company.",
        _props(("post", T, "post as the source names it"), *_MANUAL),
        basis="post",
    ),
    LinkType(
        "KIN_OF",
        ("Party",),
        ("Party",),
        LOADED,
        "Kinship; from is the `relation` of to.",
        _props(("relation", T, "spouse, parent, child, sibling …"), *_MANUAL),
        basis="relation",
    ),
    LinkType(
        "GUARANTEES",
        ("Party",),
        ("Party",),
        LOADED,
        "A guarantee for a party's debt. A null amount is unknown.",
        _props(
            ("amount", C, "amount guaranteed"),
            *_MONEY,
            ("kind", T, "joint, several, general …"),
            ("facility_id", T, "the facility guaranteed"),
            ("contract", T, "number of the guarantee contract"),
            *_MANUAL,
        ),
        basis="contract",
    ),
    LinkType(
        "DEPENDS_ON",
        ("Party",),
        ("Party",),
        LOADED,
        "Economic dependence: failure of `to` would reach `from`.",
        _props(
            ("criterion", T, "receipts, expenditure, output, guarantee, repayment, funding, same_source …"),
            ("weight", S, "the fraction behind it"),
            ("part_amount", C, "where a run found it: the amount that is compared"),
            ("whole_amount", C, "and what it is compared with"),
            *_MONEY,
            ("run_id", T, "run that found it; it stays flagged until a person decides"),
            *_MANUAL,
        ),
        basis="criterion",
    ),
    LinkType(
        "BORROWS",
        ("Party",),
        ("Facility",),
        LOADED,
        "A borrower of a facility.",
        _props(("role", T, "borrower or co_borrower")),
        basis="role",
    ),
    LinkType(
        "DRAWN_UNDER",
        ("Drawdown",),
        ("Facility",),
        LOADED,
        "A drawdown stands under a facility, so nothing is counted twice.",
    ),
    LinkType(
        "SECURED_BY",
        ("Facility",),
        ("Collateral",),
        LOADED,
        "A facility is secured by collateral.",
        _props(("amount", C, "amount secured: no more is covered; unknown: all that the collateral is worth"), *_MONEY),
    ),
    LinkType("PLEDGES", ("Party",), ("Collateral",), LOADED, "A party pledges collateral."),
    LinkType(
        "ISSUED_BY",
        ("Collateral",),
        ("Party",),
        LOADED,
        "Who owes what is pledged: the bank that holds a deposit, the issuer of a paper.",
    ),
    LinkType(
        "HAS_ACCOUNT",
        ("Party",),
        ("Account",),
        LOADED,
        "A party holds an account.",
        _props(("role", T, "holder, joint or authorised")),
        basis="role",
    ),
    LinkType(
        "TRANSFERS_TO",
        ("Account",),
        ("Account",),
        LOADED,
        "Payments of one complete month between two accounts, summed.",
        _props(
            ("month", T, "YYYY-MM"),
            ("amount", C, "sum"),
            *_MONEY,
            ("count", I, "number of payments"),
            ("days", IS, "days of the payments"),
            ("amounts", IS, "their amounts, minor units"),
        ),
        basis="month",
    ),
    LinkType(
        "PAID_INTO",
        ("Drawdown",),
        ("Account",),
        LOADED,
        "A drawdown was paid into an account.",
        _props(("at", M, "when"), ("amount", C, "sum"), *_MONEY, ("count", I, "number of payments")),
    ),
    LinkType(
        "REPAID_FROM",
        ("Drawdown",),
        ("Account",),
        LOADED,
        "A drawdown is repaid from an account.",
        _props(("at", M, "when last"), ("amount", C, "sum"), *_MONEY, ("count", I, "number of payments")),
    ),
    LinkType("HAS_FIGURES", ("Party",), ("YearFigures",), LOADED, "A party's figures of a year."),
    LinkType(
        "HOLDS",
        ("Party",),
        ("Product",),
        LOADED,
        "A party holds a product.",
        _props(("since", D, "first day"), ("until", D, "last day"), ("balance", C, "balance"), *_MONEY),
    ),
    LinkType(
        "MANAGED_BY",
        ("Party",),
        ("RelationshipManager",),
        LOADED,
        "A relationship manager looks after a party.",
        _props(("role", T, "main or assisting")),
        basis="role",
    ),
    LinkType(
        "BELONGS_TO",
        ("Party", "RelationshipManager", "Facility", "Account"),
        ("Branch",),
        LOADED,
        "Which branch keeps it.",
    ),
    LinkType(
        "PART_OF",
        ("Branch", "Team", "RelationshipManager"),
        ("Branch", "Team"),
        LOADED,
        "An organisation unit stands under another.",
        _props(("hierarchy", T, "rollup or coverage")),
        basis="hierarchy",
    ),
    LinkType(
        "REFERRED",
        ("Party",),
        ("Party",),
        LOADED,
        "A referrer (转介人) brought a customer.",
        _props(
            ("at", M, "when"),
            ("campaign_id", T, "campaign"),
            ("product_id", T, "product"),
            ("outcome", T, "pending, converted, declined"),
            ("value", C, "value of the first purchase"),
            ("bought_on", D, "day of that purchase"),
            *_MONEY,
            *_MANUAL,
        ),
    ),
    LinkType(
        "AGREED_WITH",
        ("Party",),
        ("Branch",),
        LOADED,
        "A referrer's agreement with a branch of the bank (转介协议): what is paid for a referral, from its first day "
        "to its last.",
        _props(
            ("agreement", T, "its number"),
            ("fee_rule", T, "what is paid, in words"),
            ("fee_rate", S, "the part of the first purchase that is paid"),
            ("amount", C, "or what is paid for each referral that counts"),
            *_MONEY,
            ("signed_on", D, "day it was signed"),
        ),
        basis="agreement",
    ),
    LinkType(
        "TARGETED_BY",
        ("Party",),
        ("Campaign",),
        LOADED,
        "A campaign approached a party.",
        _props(
            ("at", M, "when"),
            ("channel", T, "channel"),
            ("audience_id", T, "the audience by which it was chosen; empty where a source tells of it"),
            ("place", I, "its place in that audience, from 1, the best first"),
            ("score", I, "of the opening by which it was chosen, parts per billion; empty from a segment"),
        ),
        basis="channel",
    ),
    LinkType(
        "HELD_BACK_FROM",
        ("Party",),
        ("Campaign",),
        BOOKKEEPING,
        "A party that an audience left alone, drawn by lot, to compare those approached with.",
        _props(
            ("at", M, "when"),
            ("audience_id", T, "the audience"),
            ("place", I, "its place in that audience, from 1, the best first"),
            ("score", I, "of the opening by which it was chosen, parts per billion; empty from a segment"),
        ),
    ),
    LinkType(
        "RESPONDED_TO",
        ("Party",),
        ("Campaign",),
        LOADED,
        "A party answered a campaign.",
        _props(
            ("at", M, "when"),
            ("response", T, "interested, bought, refused …"),
            ("value", C, "what was bought is worth"),
            *_MONEY,
        ),
    ),
    LinkType(
        "TAGGED",
        ("Party",),
        ("Tag",),
        LOADED,
        "A party is marked with a tag. Who takes it off closes the link: it stays as history.",
        _props(("at", M, "when it was put on"), ("by", T, "who put it on")),
    ),
    LinkType(
        "INVOLVED_IN",
        ("Party", "RelationshipManager"),
        ("Event",),
        LOADED,
        "Who took part in an event.",
        _props(("role", T, "customer, handler …")),
        basis="role",
    ),
    LinkType(
        "MEMBER_OF",
        ("Party",),
        ("Group", "Household", "Family"),
        LOADED,
        "Membership, with its role and reasons.",
        _props(
            ("role", T, "head, member, connector, or company (in a family)"),
            ("reasons", TS, "why; a run names parties by their ids in braces"),
            ("run_id", T, "run that found it"),
        ),
    ),
)

STATUSES = ("confirmed", "flagged", "rebutted")
DECIDED_ON = (
    "OWNS",
    "CONTROLS",
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_OF",
    "KIN_OF",
    "GUARANTEES",
    "DEPENDS_ON",
    "POSSIBLY_SAME",
)
"""Links that a person may confirm or rebut: those between parties that conclusions stand on."""
REGISTERED = (
    "OWNS",
    "CONTROLS",
    "LEGAL_REPRESENTATIVE_OF",
    "EXECUTIVE_OF",
    "KIN_OF",
    "GUARANTEES",
    "DEPENDS_ON",
    "REFERRED",
)
"""Links that a person may register where no system knows them."""
RUN = "run"
"""The source of what a run derives."""
MANUAL = "manual"
"""The source of what persons write down themselves."""
MATCHING = "matching"
"""The source of what the matching of records finds."""
OWN_SOURCES = (RUN, MANUAL, MATCHING)
"""Names that no source of a bank may have: what goes by them is written and exported otherwise."""
PARTY_LABELS = frozenset({"Party", "Person", "Company", "Customer", "Prospect", "Guarantor", "Referrer"})
ROLES = ("Customer", "Prospect", "Guarantor", "Referrer")
NOT_WALKED = ("Product", "Branch", "Campaign", "Segment")
"""Labels whose links no network walks unless asked: nearly everybody touches them."""

_NODES_BY_LABEL = {n.label: n for n in NODES}
_LINKS_BY_TYPE = {link.type: link for link in LINKS}


def node_type(label: str) -> NodeType:
    """The node type of a label. Raises KeyError."""
    return _NODES_BY_LABEL[label]


def link_type(name: str) -> LinkType:
    """The link type of a name. Raises KeyError."""
    return _LINKS_BY_TYPE[name]


def versioned_nodes() -> tuple[NodeType, ...]:
    """Node types that loads or runs make: they carry seq_in and seq_out."""
    return tuple(n for n in NODES if n.origin is not Origin.BOOKKEEPING)
