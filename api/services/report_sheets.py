"""The sheets of the report on exposures: summary, groups, members, single parties, reportable, excluded, parameters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from algorithms.limits import percent
from algorithms.threshold import PPB
from api.services.control_setting import CONTROL
from api.services.export import votes_text
from api.services.reasons import told
from api.services.report_figures import ExposureReport
from api.services.report_reportable import Reported
from api.services.rules_page import tables_of
from api.services.words import UNKNOWN_AMOUNT
from graph import times
from viz.workbook import Cell, Column, Lines, Sheet, Table

TOP = 10
_STATES = {"within": "正常", "warning": "预警", "breach": "超限", "undecided": "待定"}
MOST_HEADS = 3
_AGAINST = (
    Column("Base", "基数", width=10),
    Column("Base amount", "基数金额", "money", 12),
    Column("Limit", "限额比例", "ratio", 8),
    Column("Limit amount", "限额金额", "money", 11),
    Column("Of the limit", "占限额", "used", 9),
    Column("Unknown amounts", "未知金额数", "count", 9),
)
_CAPITAL = {"net_capital": "net capital 资本净额", "net_tier_1": "net tier 1 一级资本净额", "tier_1": "tier 1 一级资本"}
_HOW = (
    "Firm 确定: confirmed links alone. Potential 潜在: flagged links too; empty where every link of the group is "
    "confirmed, so that it has one figure. A declared group has one figure, that of the members its source tells.",
    "Amounts under a header in millions are kept whole in the cells. An amount that is unknown is not zero: figures "
    "with unknown amounts behind them are lower bounds.",
    "A limit is breached by more than the limit. Undecided: the capital figure, or all that is "
    "owed, is not known, and is not guessed.",
    "Reportable 报告: groups with what their flagged links add, and parties that are in no group.",
    "Parties and groups go by the names that they have today.",
)


def sheets_of(found: ExposureReport) -> tuple[Sheet, ...]:
    """All sheets, in their order."""
    return (
        _summary(found),
        Sheet("Groups", [_groups(found)]),
        Sheet("Members", [_members(found)]),
        Sheet("Single parties", [_singles(found)]),
        Sheet("Reportable", [_reportable(found)]),
        Sheet("Excluded", [_excluded(found)]),
        Sheet("Parameters", [_parameters(found)]),
    )


def _summary(found: ExposureReport) -> Sheet:
    parts = (_facts(found), _capital(found), _counts(found), _top_groups(found), _top_singles(found))
    missing = Lines("What is missing or left out 缺失与未计入", list(_missing(found)) or ["nothing known"])
    return Sheet("Summary", [*parts, missing, Lines("How to read this 说明", _HOW)], (44, 30, 14, 14, 14, 14, 14, 14))


def _facts(found: ExposureReport) -> Table:
    run = found.run
    rows = (
        ("bank 银行", found.bank),
        ("day 日期", found.as_of.isoformat()),
        ("run 运行", run["run_id"]),
        ("published 发布时间", f"{times.iso_moment(run['published_at'])}, by {run.get('user') or 'unknown'}"),
        ("rule sets 规则集", ", ".join(one.rules.id for one in found.sets)),
        ("reporting currency 报告货币", found.currency),
        ("digest of the input 输入摘要", run["input_digest"]),
        ("digest of the result 结果摘要", run["result_digest"]),
        ("Guanxi", str(found.parameters.get("guanxi", "unknown"))),
    )
    return Table((Column("Item", "项目"), Column("Value", "内容")), rows, "Exposure against limits 风险暴露与限额")


def _capital(found: ExposureReport) -> Table:
    columns = (
        Column("Capital figure", "资本"),
        Column("Source", "来源"),
        Column("Day", "日期", "day"),
        Column("Amount", "金额", "money"),
    )
    rows = [
        (_CAPITAL.get(name, name), found.source if amount is not None else "not loaded 未提供", day, amount)
        for kind, name, day, amount in found.basis.select("kind", "name", "day", "amount_minor").iter_rows()
        if kind == "capital"
    ]
    return Table(columns, rows, "Capital that limits are measured against 资本基数")


def _counts(found: ExposureReport) -> Table:
    columns = (
        Column("Test", "测试"),
        Column("Rule set", "规则集"),
        Column("Figure", "口径"),
        *(Column(state, zh, "count") for state, zh in _STATES.items()),
    )
    counted = {row[:4]: row[4] for row in found.counts.select("rules", "test", "status", "state", "len").iter_rows()}
    rows: list[tuple[Cell, ...]] = []
    for rules, test in found.limits:
        for status in ("firm", "potential", "declared"):
            numbers = [counted.get((rules, test, status, state), 0) for state in _STATES]
            if any(numbers):
                rows.append((_test(found, rules, test), rules, status, *numbers))
    return Table(columns, rows, "Tests by state 各状态数量")


def _top_groups(found: ExposureReport) -> Table:
    columns = (
        Column("Group", "集团"),
        Column("Rule set: test", "规则集"),
        *_figures("Firm", "确定"),
        *_figures("Potential", "潜在"),
        Column("Of the limit", "占限额", "used"),
    )
    nearest = found.groups.unique("group_id", keep="first", maintain_order=True).head(TOP)
    rows = [
        (
            f"{_group(found, one['group_id'])} ({one['group_id']})",
            f"{one['rules']}: {one['test']}",
            *_figure(one, "firm_")[::2],
            *_figure(one, "potential_")[::2],
            _used(one),
        )
        for one in nearest.iter_rows(named=True)
    ]
    return Table(columns, rows, f"The {TOP} groups nearest to a limit 最接近限额的集团")


def _figures(title: str, title_zh: str) -> tuple[Column, Column]:
    return Column(f"{title} amount", f"{title_zh}金额", "money"), Column(f"{title} state", f"{title_zh}状态", "state")


def _top_singles(found: ExposureReport) -> Table:
    columns = (
        Column("Party", "客户"),
        Column("Rule set: test", "规则集"),
        Column("Amount", "金额", "money"),
        Column("State", "状态", "state"),
        Column("Of the limit", "占限额", "used"),
    )
    nearest = found.singles.unique("group_id", keep="first", maintain_order=True).head(TOP)
    rows = [
        (
            _party(found, one["group_id"]),
            f"{one['rules']}: {one['test']}",
            *_figure(one)[::2],
            _used(one),
        )
        for one in nearest.iter_rows(named=True)
    ]
    return Table(columns, rows, f"The {TOP} single parties nearest to a limit 最接近限额的单一客户")


def _missing(found: ExposureReport) -> Iterator[str]:
    if found.run.get("stale"):
        yield "This run is stale: a load that it read was rolled back later."
    yield from found.warnings
    if found.unknown:
        yield f"{found.unknown:,} figures have unknown amounts behind them: they are lower bounds"
    yield from found.cut


def _groups(found: ExposureReport) -> Table:
    columns = (
        Column("Group", "集团", width=26),
        Column("Group id", "集团编号", width=18),
        Column("Kind", "类型", width=10),
        Column("Rule set", "规则集", width=17),
        Column("Test", "测试", width=30),
        Column("Firm exposure", "确定金额", "money", 11),
        Column("Firm ratio", "确定比例", "ratio", 9),
        Column("Firm state", "确定状态", "state", 13),
        Column("Potential exposure", "潜在金额", "money", 11),
        Column("Potential ratio", "潜在比例", "ratio", 9),
        Column("Potential state", "潜在状态", "state", 13),
        *_AGAINST,
    )
    rows = [
        (
            _group(found, one["group_id"]),
            one["group_id"],
            found.kinds.get(one["group_id"], "control"),
            one["rules"],
            _test(found, one["rules"], one["test"]),
            *_figure(one, "firm_"),
            *_figure(one, "potential_"),
            *_against(found, one),
        )
        for one in found.groups.iter_rows(named=True)
    ]
    return Table(columns, rows)


def _singles(found: ExposureReport) -> Table:
    columns = (
        Column("Party", "客户", width=36),
        Column("Party id", "客户编号", width=20),
        Column("Rule set", "规则集", width=20),
        Column("Test", "测试", width=40),
        Column("Amount", "金额", "money", 14),
        Column("Ratio", "比例", "ratio", 10),
        Column("State", "状态", "state", 13),
        *_AGAINST,
    )
    rows = [
        (
            _party(found, one["group_id"]),
            one["group_id"],
            one["rules"],
            _test(found, one["rules"], one["test"]),
            *_figure(one),
            *_against(found, one),
        )
        for one in found.singles.iter_rows(named=True)
    ]
    return Table(columns, rows)


def _figure(one: dict[str, Any], prefix: str = "") -> tuple[Cell, Cell, Cell]:
    """Amount, ratio and state; an amount of which nothing is known is no zero."""
    amount, ratio, state, unknown = (one[f"{prefix}{name}"] for name in ("amount_minor", "ratio", "state", "unknown"))
    return _known(amount, unknown), None if unknown and not amount else ratio, state


def _known(amount: int | None, unknown: int | None) -> Cell:
    return UNKNOWN_AMOUNT if unknown and not amount else amount


def _against(found: ExposureReport, one: dict[str, Any]) -> tuple[Cell, ...]:
    """The cells under `_AGAINST`."""
    base = found.limits[one["rules"], one["test"]].base.replace("_", " ")
    return base, one["base_minor"], one["limit"], one["allowed_minor"], _used(one), one["unknown"]


def _used(one: dict[str, Any]) -> int | None:
    """The part of the limit that is used, where there is a limit at all, and something owed is known."""
    return one["nearness"] if one["allowed_minor"] else None


def _members(found: ExposureReport) -> Table:
    tested = set(found.groups["rules"].to_list())
    sets = [one.rules.id for one in found.sets if one.rules.id in tested]
    cited: dict[str, str] = json.loads(found.run.get("articles") or "{}")
    columns = (
        Column("Group", "集团", width=32),
        Column("Group id", "集团编号", width=20),
        Column("Member", "成员", width=32),
        Column("Party id", "客户编号", width=20),
        Column("Role", "角色", width=11),
        Column("Status", "状态", width=11),
        Column("Why it is a member", "原因", "note", 70),
        Column("Article", "条款", "note", 40),
        *(Column(f"Own exposure, {rules}", "自身金额", "money", 16) for rules in sets),
    )
    rows = [
        (
            _group(found, one["group_id"]),
            one["group_id"],
            _party(found, one["party_id"]),
            one["party_id"],
            one["role"],
            one["status"],
            "\n".join(told(one["reasons"], found.names)),
            cited.get(found.kinds.get(one["group_id"], CONTROL), ""),
            *(_known(*found.own.get((one["party_id"], rules), (None, 0))) for rules in sets),
        )
        for one in found.members.iter_rows(named=True)
    ]
    return Table(columns, rows)


def _reportable(found: ExposureReport) -> Table:
    columns = (
        Column("Rule set", "规则集", width=20),
        Column("Counterparty", "交易对手", width=34),
        Column("Id", "编号", width=20),
        Column("Before protection", "缓释前金额", "money", 15),
        Column("Exposure", "风险暴露", "money", 15),
        Column("Exempt part", "豁免金额", "money", 15),
        Column("Base amount", "基数金额", "money", 12),
        Column("Ratio", "比例", "ratio", 10),
        Column("Unknown amounts", "未知金额数", "count", 11),
        Column("Why it is reported", "报告原因", "note", 60),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in found.reported:
        for row in one.rows.iter_rows(named=True):
            called = _group(found, row["group_id"]) if row["group_id"] else _party(found, row["party_id"])
            amounts = (row["before_minor"], row["after_minor"], row["exempt_minor"])
            ratio = max(amounts) * PPB // one.base_minor if one.base_minor is not None and one.base_minor > 0 else None
            figures = (*amounts, one.base_minor, ratio, row["unknown"] or None)
            rows.append((one.rules, called, row["group_id"] or row["party_id"], *figures, _why_reported(one, row)))
        rows += [(one.rules, "", "", None, None, None, None, None, None, text) for text in one.missing]
    return Table(columns, rows)


def _why_reported(one: Reported, row: dict[str, Any]) -> str:
    rule = one.rule
    edge = f"{rule.sense.replace('_', ' ')} {percent(Fraction(rule.ratio, PPB))} of {rule.base.replace('_', ' ')}"
    told = [f"{edge}, before or after protection"] if row["passes"] else []
    told += [f"among the {rule.largest} largest"] if row["among_largest"] else []
    return f"{'; '.join(told)} ({rule.article})"


def _excluded(found: ExposureReport) -> Table:
    columns = (
        Column("What", "事项", width=18),
        Column("Rule set", "规则集", width=20),
        Column("Party", "客户", width=34),
        Column("Party id", "客户编号", width=20),
        Column("Before protection", "缓释前金额", "money", 15),
        Column("Exempt part", "豁免金额", "money", 15),
        Column("Unknown amounts", "未知金额数", "count", 11),
        Column("In words", "说明", "note", 60),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in found.excluded.iter_rows(named=True):
        what = "exempt part" if one["exempt_minor"] else "unknown amounts"
        figures = (_known(one["before_minor"], one["unknown"]), one["exempt_minor"] or None, one["unknown"] or None)
        rows.append((what, one["rules"], _party(found, one["party_id"]), one["party_id"], *figures, _told(one)))
    rows += [("left out", "", "", "", None, None, None, text) for text in _missing(found)]
    return Table(columns, rows)


def _told(one: dict[str, Any]) -> str:
    parts = ["kept out of the limits, and reportable"] if one["exempt_minor"] else []
    if one["unknown"]:
        parts.append("its figures are lower bounds")
    return "; ".join(parts)


def _parameters(found: ExposureReport) -> Table:
    columns = (
        Column("Section", "类别", width=22),
        Column("Rule set", "规则集", width=20),
        Column("Name", "名称", width=30),
        Column("Value", "值", "note", 80),
        Column("Article", "条款", "note", 40),
        Column("Since", "生效日期", width=12),
    )
    rows: list[tuple[Cell, ...]] = [
        ("run", "", name, _parameter(name, value), "", "") for name, value in found.parameters.items()
    ]
    for kind, name, day, amount, rate in found.basis.select("kind", "name", "day", "amount_minor", "rate").iter_rows():
        if kind == "rate":
            rows.append(("rate used", "", f"{name} to {found.currency}", str(rate), "", _since(day)))
        elif amount is None:
            rows.append(("capital", "", name, "not loaded: tests against it are undecided", "", _since(day)))
    for one in found.sets:
        rules = one.rules
        facts = {"title": f"{rules.title.en} {rules.title.zh}", "source": f"{rules.source.en}; {rules.source.zh}"}
        facts |= {"file": one.origin, "SHA-256 of its text": one.digest}
        rows += [("rule set", rules.id, name, value, "", str(rules.since)) for name, value in facts.items()]
        for titles, table in tables_of(rules):
            rows += [_setting(rules.id, titles, row) for row in table]
    return Table(columns, rows)


def _parameter(name: str, value: object) -> str:
    if name.endswith("_ppb") and isinstance(value, int):
        return votes_text(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _setting(rules: str, titles: tuple[str, ...], row: tuple[object, ...]) -> tuple[Cell, ...]:
    """One number of a rule set; those of several columns name each."""
    name, *values, article, since = (str(cell).replace("`", "") for cell in row)
    named = zip(titles[1:-2], values, strict=True)
    value = values[0] if len(values) == 1 else "; ".join(f"{title}: {text}" for title, text in named if text)
    return titles[0], rules, name, value, article, since


def _since(day: date | None) -> str:
    return day.isoformat() if day else ""


def _test(found: ExposureReport, rules: str, test: str) -> str:
    limit = found.limits[rules, test]
    return f"{limit.title.en} {limit.title.zh} ({limit.article})"


def _party(found: ExposureReport, party_id: str) -> str:
    return found.names.get(party_id, party_id)


def _group(found: ExposureReport, group_id: str) -> str:
    """A group by the names of its heads."""
    if group_id in found.names:
        return found.names[group_id]
    heads = found.heads.get(group_id, ())
    more = [f"{len(heads) - MOST_HEADS} more"] if len(heads) > MOST_HEADS else []
    return " and ".join([*(_party(found, one) for one in heads[:MOST_HEADS]), *more]) or group_id
