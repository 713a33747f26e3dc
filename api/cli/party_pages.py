"""A 360 in a terminal: a head, one table a section, and what is empty or left out with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from api.cli.days import told_moment
from api.cli.frame import out
from api.cli.group_pages import print_decisions
from api.cli.party_figures import figure_tables
from api.cli.sheet import fitted, print_facts
from api.cli.totals import told_figure, total_cells
from api.services import party_answer as a
from api.services import party_business as business
from api.services import party_relations as relations
from api.services.answers import Evidence, Money, PartyRef, counted, many
from api.services.contribution import Contribution
from api.services.grading_answer import GradingSection
from api.services.measures import Figure, Measure
from api.services.opening_answer import OpeningTold
from api.services.party_risk import RiskItem
from api.services.words import percent, told_money

Cells = tuple[Any, ...]


def _money(value: Money | None) -> str:
    return told_money(value) if value else "unknown"


def _party(ref: PartyRef | None) -> str:
    return f"{ref.name or ref.name_en or ''} {ref.party_id}".strip() if ref else ""


def _share(item: relations.HoldingItem) -> str:
    if item.share is not None:
        return percent(item.share)
    if item.share_min is not None or item.share_max is not None:
        return f"{percent(item.share_min or 0)} to {percent(1.0 if item.share_max is None else item.share_max)}"
    return "unknown"


def _dependence(item: relations.DependenceItem) -> Cells:
    compared = f"{_money(item.part)} of {_money(item.whole)}" if item.part else ""
    return item.criterion, _votes(item.weight), _party(item.party), compared


def _votes(value: float | None) -> str:
    return percent(value) if value is not None else ""


def _referral(item: relations.ReferralItem) -> Cells:
    bought = f"bought for {_money(item.bought_for)}" if item.bought_for or item.bought_on else ""
    return (
        item.link.valid_from or "unknown",
        _party(item.party),
        item.outcome,
        bought,
        _several((item.campaign_id or "").rpartition(":")[2], *item.reasons),
    )


def _facility(item: business.FacilityItem) -> Cells:
    amounts = _money(item.limit_amount), _money(item.drawn_amount)
    told = _several(item.product, item.classification, item.guarantee_kind)
    return (item.code or item.facility_id, *amounts, item.matures_on or "unknown", told)


def _drawdown(item: business.DrawdownItem) -> Cells:
    overdue = f"{item.overdue_days} days overdue" if item.overdue_days else ""
    told = _several("drawdown", item.classification, overdue)
    number = f"└ {item.code or item.drawdown_id}"
    return (number, _money(item.amount), _money(item.balance), item.matures_on or "unknown", told)


def _collateral(item: business.CollateralItem) -> Cells:
    return ("└ secured by", _money(item.value), "", "", _several(item.name or item.collateral_kind, item.state))


def _several(*told: str | None) -> str:
    return ", ".join(filter(None, told))


def _risk(item: RiskItem) -> Cells:
    overdue = f"{item.overdue_days} days overdue" if item.overdue_days else None
    what = item.title or item.number or (item.party and f"{item.link.type} {_party(item.party)}")
    told = (told_moment(item.at)[:10], item.classification, overdue, item.severity, item.state)
    return (
        item.sign.replace("_", " "),
        what,
        told_money(item.amount) if item.amount else "",
        ", ".join(filter(None, told)),
    )


def _opening(item: OpeningTold) -> Cells:
    called = item.product.called if item.product else "a new customer"
    return item.score[:5], called, item.state or "", "; ".join(item.reasons), item.opening_id


def _above(item: business.BranchItem, hierarchy: str) -> str:
    """What stands above a branch in one hierarchy, from the nearest up."""
    units = [unit for unit in item.above if unit.hierarchy == hierarchy]
    told = " < ".join(unit.name or unit.id for unit in sorted(units, key=lambda unit: unit.steps))
    return f"{hierarchy}: {told}" if told else ""


def _under(item: Any) -> list[Cells]:
    """What stands under an item, in the columns of its own row: a facility's drawdowns and collateral, a family's
    households, companies and business."""
    if isinstance(item, relations.FamilyItem):
        return _of_family(item)
    if not isinstance(item, business.FacilityItem):
        return []
    left_out = item.drawdown_count - len(item.drawdowns)
    more: list[Cells] = [(f"└ {counted(left_out)} more drawdowns",)] if left_out > 0 else []
    return [*map(_drawdown, item.drawdowns), *more, *map(_collateral, item.collateral)]


def _of_family(item: relations.FamilyItem) -> list[Cells]:
    homes: list[Cells] = [
        (f"└ household {one.household_id}", ", ".join(map(_party, one.members))) for one in item.households
    ]
    companies: list[Cells] = [("└ company", _party(one)) for one in item.companies]
    totals: list[Cells] = [(f"└ {name}", amount, count) for name, amount, count in map(total_cells, item.totals)]
    return [*homes, *companies, *totals]


_HEADS: Mapping[str, Cells] = {
    "facilities": ("number", "limit or amount", "outstanding", "until", "what"),
    "openings": ("score", "what", "", "why", "opening"),
}
"""Heads of the columns where their cells do not say what they are."""
_COLUMNS: Mapping[str, tuple[str, Callable[[Any], Cells]]] = {
    "identifiers": (
        "Identifiers",
        lambda i: (i.kind, i.text or i.value, i.use, f"shared with {i.shared_with}" if i.shared_with else ""),
    ),
    "financial": ("Figures", lambda _: ()),  # `figure_tables`
    "facilities": ("Facilities and drawdowns", _facility),
    "accounts": ("Accounts", lambda i: (i.account_no, i.account_kind, i.role, _money(i.balance), i.state)),
    "products": ("Products held", lambda i: (i.name or i.product_id, i.family, f"since {i.since or 'unknown'}")),
    "managers": ("Managers", lambda i: (i.name, i.code, i.role)),
    "branch": ("Branch", lambda i: (i.name, i.code, _above(i, "rollup"), _above(i, "coverage"))),
    "owners": ("Owners", lambda i: (_share(i), _party(i.party), i.holding_kind)),
    "owned": ("Holdings", lambda i: (_share(i), _party(i.party), i.holding_kind)),
    "controllers": ("Controlled by", lambda i: (_party(i.party), i.basis, _votes(i.votes))),
    "controlled": ("Controls", lambda i: (_party(i.party), i.basis, _votes(i.votes))),
    "groups": (
        "Groups",
        lambda i: (i.kind, i.name, i.group_id, i.role, many(i.members, "member"), "; ".join(i.reasons)),
    ),
    "household": (
        "Household",
        lambda i: (i.household_id, ", ".join(_party(m.party) for m in i.members), "; ".join(i.reasons)),
    ),
    "family": (
        "Family",
        lambda i: (
            i.family_id,
            f"{many(i.members, 'member')}, head {_party(i.head) or 'outside your scope'}",
            "; ".join(i.reasons),
        ),
    ),
    "guarantees_given": ("Guarantees given", lambda i: (_money(i.amount), _party(i.party), i.kind, i.contract)),
    "guarantees_received": ("Guarantees received", lambda i: (_money(i.amount), _party(i.party), i.kind, i.contract)),
    "depends_on": ("Depends on", _dependence),
    "dependents": ("Depend on it", _dependence),
    "key_persons": ("Key persons", lambda i: (i.post, _party(i.party))),
    "posts": ("Posts", lambda i: (i.post, _party(i.party))),
    "kin": (
        "Kin",
        lambda i: (f"is its {i.relation}" if not i.reverse else f"it is the {i.relation} of", _party(i.party)),
    ),
    "referred_by": ("Referred by", _referral),
    "referred": ("Referred", _referral),
    "possibly_same": (
        "Possibly the same",
        lambda i: ("joined" if i.joined else _party(i.party), i.probability, " and ".join(i.records)),
    ),
    "tags": ("Tags", lambda i: (i.text, i.tagged_by, told_moment(i.tagged_at))),
    "risk": ("Signs of risk", _risk),
    "campaigns": (
        "Campaigns",
        lambda i: (
            told_moment(i.at)[:10],
            i.name or i.campaign_id,
            f"answered: {i.response}" if i.response else i.channel,
        ),
    ),
    "services": ("Signed services", lambda i: (told_moment(i.at)[:10], i.title, i.channel)),
    "events": ("Events", lambda i: (told_moment(i.at), i.event_kind, i.title, i.event_id)),
    "openings": ("Openings", _opening),
    "grading": ("Grading and contribution", lambda i: (f"{i.points} points", i.measure.replace("_", " "), i.text)),
    "sources": ("Source records", lambda i: (i.record_id, i.by, "; ".join(_otherwise(i)))),
}
_NOT_OF = {
    "person": ("owners", "controllers", "key_persons"),
    "company": ("posts", "kin", "household"),
}
"""Sections that a kind of party cannot have: that they are empty says nothing."""
FEW = 12
"""Items printed of a section."""
WHOLE = 18
"""Letters of an id, which is not broken."""
_MONEY_HEADS = ("limit or amount", "outstanding")
_WHOLE_HEADS = ("number", "until")


def print_party(answer: a.PartyAnswer) -> None:
    """The whole answer."""
    head = Text(answer.name or answer.party_id, style="bold")
    head.append(f"  {answer.name_en or ''}".rstrip(), style="none")
    out.print(head)
    told = [answer.party_id, answer.kind or "", *answer.roles, f"as of {answer.as_of}", f"state {answer.seq}"]
    out.print(" · ".join(part for part in [*told, answer.run_id or ""] if part), style="dim")
    if answer.run_note:
        out.print(answer.run_note, style="dim")
    if answer.sections.basic:
        _print_basic(answer.sections.basic)
    print_decisions(answer.decisions)
    empty: dict[str, list[str]] = {}
    for name, (title, _) in _COLUMNS.items():
        section = getattr(answer.sections, name)
        if section is None:
            continue
        if section.items or (isinstance(section, GradingSection) and section.contributions):
            _print_section(name, section, answer.kind)
        elif name not in _NOT_OF.get(answer.kind or "", ()):
            empty.setdefault(section.empty or "nothing", []).append(title)
    for reason, titles in empty.items():
        out.print(f"{', '.join(titles)}: {reason}", style="dim")


def _print_basic(basic: a.Basic) -> None:
    rows = []
    for name in a.Basic.model_fields:
        value = getattr(basic, name)
        if name in ("name", "name_en", "kind", "roles", "empty", "sources") or value in (None, []):
            continue
        rows.append((Text(name.replace("_", " "), style="dim"), _plain(value)))
    print_facts(rows)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return _money(value)
    return "、".join(value) if isinstance(value, list) else str(value)


def _otherwise(item: business.SourceItem) -> Iterator[str]:
    """What a record says otherwise, and what a registered one said before it was corrected."""
    yield from (f"{name}: {value}" for name, value in item.differs.items())
    for one in item.earlier:
        until = f"until {one.until[:10]}" if one.until else "before"
        yield from (f"{until} {name}: {value or 'none'}" for name, value in one.told.items())


def _registered(link: Evidence | None) -> list[str]:
    """The evidence of a link that persons registered, and who they were."""
    if link is None or link.evidence is None:
        return []
    return [f"{link.evidence} (registered by {link.registered_by}, approved by {link.approved_by})"]


def _of_grading(section: GradingSection) -> list[Cells]:
    """What a grade adds up to, and what the customer and its households contribute."""
    sums = [
        ("the customer" if one.of == "party" else f"{one.of} {one.id}", f"{one.first} to {one.last}", _sums(one))
        for one in section.contributions
    ]
    graded = (f"{section.points} points", "of", f"{section.most_points}: grade {section.grade}")
    ungraded = ("no grade", "", section.empty)
    return [graded if section.grade else ungraded, *sums]


def _sums(one: Contribution) -> str:
    told: tuple[tuple[Measure, Figure], ...] = (("revenue", one.revenue), ("contribution", one.contribution))
    return "; ".join(f"{name} {told_figure(name, figure)}" for name, figure in told)


def _print_section(name: str, section: a.Section[Any] | GradingSection, kind: str | None = None) -> None:
    title, _ = _COLUMNS[name]
    more = f" ({counted(section.total)})" if section.total > 1 else ""
    sources = f"  {', '.join(section.sources)}" if section.sources else ""
    heading = Text(f"\n{title}{more}", style="bold")
    heading.append(sources, style="dim")
    out.print(heading)
    of_years: list[Any] = [*section.items[:FEW]]
    tables = figure_tables(of_years, kind) if name == "financial" else [_table(name, section)]
    for table in tables:
        out.print(table)
    if section.total > FEW:
        out.print(f"… {counted(section.total - FEW)} more; --json tells all that is shown", style="dim")


def _table(name: str, section: a.Section[Any] | GradingSection) -> Table:
    heads = _HEADS.get(name, ())
    rows = [[str(cell) if cell is not None else "" for cell in row] for row in _rows(name, section)]
    table = Table(box=None, show_header=bool(heads), pad_edge=False, header_style="dim")
    columns = list(zip_longest(heads, *rows, fillvalue=""))
    widths = fitted(columns, [_least(*column) for column in columns], out.width)
    # a long name is broken over two lines and never cut; an id stays whole where there is room
    for (head, *_), width in zip(columns, widths, strict=True):
        table.add_column(head, justify="right" if head in _MONEY_HEADS else "left", overflow="fold", width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _least(head: str, *cells: str) -> int:
    if head in (*_MONEY_HEADS, *_WHOLE_HEADS):
        return max(map(cell_len, (head, *cells)))
    return min(max((len(word) for cell in cells for word in cell.split() if word.isascii()), default=0), WHOLE)


def _rows(name: str, section: a.Section[Any] | GradingSection) -> Iterator[Cells]:
    _, cells = _COLUMNS[name]
    for item in section.items[:FEW]:
        link = getattr(item, "link", None)
        doubtful = "" if link is None or link.status == "confirmed" else link.status
        yield (*cells(item), doubtful, *_registered(link))
        yield from _under(item)
    if isinstance(section, GradingSection):
        yield from _of_grading(section)
