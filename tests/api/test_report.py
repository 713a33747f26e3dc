"""The report on exposures: the worked examples 4.5 and 5.2 as a spreadsheet, opened again."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl
import pytest
from openpyxl import load_workbook

from algorithms.votes import Bases, Stakes
from api.services import report_figures
from api.services.report_exposure import exposure_workbook
from api.services.rule_sets import rule_sets
from api.services.run_archive import Archive
from api.services.run_compute import compute_control, compute_found
from api.services.run_frozen import freeze
from api.services.run_input import RunInput
from api.services.run_parameters import RunParameters
from api.services.run_results import Earlier, EarlierGroups
from graph import times
from graph.errors import BadInput, NotFound
from graph.store import EVERYTHING, View
from tests.api.risk_tables_given import risk
from tests.api.worlds import no_households

DAY = date(2025, 1, 1)
NAMES = {"A": "=甲集团", "B": "乙公司", "D": "丁公司", "E": "戊公司", "F": "己公司", "G": "-庚"}
NOBODY = EarlierGroups({}, frozenset())


class Given:
    """A view that knows one run and the names of its parties."""

    run_id = "RUN-000007"
    scope = EVERYTHING

    def __init__(self, **run: Any) -> None:
        self.run = {
            "run_id": self.run_id,
            "state": "published",
            "as_of": times.to_day(DAY),
            "published_at": 1_735_700_000_000,
            "user": "tester",
            "input_digest": "ab12",
            "result_digest": "cd34",
            "parameters": json.dumps({"threshold_ppb": 500_000_000, "rules": ["cn-large-exposure"], "guanxi": "0.1"}),
            "articles": json.dumps({"control": "ART-C", "connected": "ART-N"}),
            "warnings": ["12 parties were not assessed: their exposure is not above the set part of tier 1"],
            **run,
        }

    @property
    def store(self) -> Given:
        return self

    def snapshot(self, statement: str, ids: list[str]) -> dict[str, Any]:
        assert statement == "run/names"
        known = [one for one in ids if one in NAMES]
        return {"party_ids": np.asarray(known), "names": np.asarray([NAMES[one] for one in known])}

    def read(self, statement: str, *_: object, **params: Any) -> list[dict[str, Any]]:
        if statement == "catalogue/run":
            return [{"run": self.run}] if params["run_id"] == self.run_id else []
        if statement == "groups/names":
            named = [{"group_id": one, "kind": "declared", "name": "申报集团"} for one in params["ids"] if one == "GR"]
            return [{"found": named}]
        if statement == "resolve/joined":
            return []
        assert statement == "resolve/party_ids"
        return [{"found": [[one, one, NAMES[one], None, "company"] for one in params["ids"] if one in NAMES]}]


def kept(folder: Path, capital: list[dict[str, Any]] | None = None, *sets: str, **more: Any) -> None:
    """The archive of a run over 4.5: A controls B, D depends on B (flagged) and controls E; F controls G."""
    held = Stakes(*(np.asarray(c, dtype=np.int64) for c in ([0, 2, 4], [1, 3, 5], [600_000_000] * 3)))
    nodes = np.arange(6, dtype=np.int64)
    given = RunInput(list("ABDEFG"), nodes, nodes, held, Bases(), (), rows=3, merged=0, unseen=0)
    lent = risk(
        **{
            "facilities": [
                {"facility_id": name, "limit_amount": amount, "drawn_amount": amount}
                for name, amount in zip("ABDEFG", (80_00, 50_00, 60_00, 20_00, 7_00, -1), strict=True)
            ],
            "borrowers": [{"facility": k, "party": k} for k in range(6)],
            "dependence": [{"dependent": 2, "provider": 1}],
            "capital": [{"net_tier_1": 1_000_00, "net_capital": 1_000_00}] if capital is None else capital,
            **more,
        }
    )
    rules = rule_sets(sets or ("cn-large-exposure",))
    tables = Archive(folder, Given.run_id)
    tables.begin()
    freeze(
        tables,
        given,
        lent,
        rules,
        Earlier.of_groups(NOBODY, NOBODY),
    )
    control = compute_control(given, RunParameters())
    found = compute_found(
        given, lent, control, NOBODY, NOBODY, no_households(given, lent), [one.rules for one in rules], DAY
    )
    tables.write_found(given, found, 1_000)


def made(folder: Path, view: Given | None = None, **asked: Any) -> bytes:
    return exposure_workbook(cast(View, view or Given()), folder, bank="示范银行", **asked)


def opened(folder: Path, view: Given | None = None, **asked: Any) -> Any:
    return load_workbook(BytesIO(made(folder, view, **asked)))


def rows(page: Any) -> list[dict[str, Any]]:
    """The rows of a sheet by the English titles of its columns."""
    head, *found = page.iter_rows(values_only=True)
    titles = [str(title).split("\n", 1)[0] for title in head]
    return [dict(zip(titles, row, strict=True)) for row in found]


def texts(page: Any) -> str:
    return "\n".join(str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None)


def test_firm_and_potential_stand_in_one_row_with_base_and_limit(tmp_path: Path) -> None:
    kept(tmp_path)
    book = opened(tmp_path)
    assert book.sheetnames == ["Summary", "Groups", "Members", "Single parties", "Reportable", "Excluded", "Parameters"]
    first, *others = rows(book["Groups"])
    assert first["Group"] == "=甲集团"
    assert (first["Kind"], first["Rule set"], first["Base"]) == ("connected", "cn-large-exposure", "net tier 1")
    assert [first[f"Firm {name}"] for name in ("exposure", "ratio", "state")] == [130, 0.13, "within 正常"]
    assert [first[f"Potential {name}"] for name in ("exposure", "ratio", "state")] == [210, 0.21, "breach 超限"]
    against = ("Base amount", "Limit", "Limit amount", "Of the limit", "Unknown amounts")
    assert [first[name] for name in against] == [1_000, 0.2, 200, 1.05, 0]
    assert [(one["Group"], one["Firm exposure"], one["Potential exposure"]) for one in others] == [
        ("丁公司", 80, None),
        ("己公司", 7, None),
    ]
    assert others[1]["Unknown amounts"] == 2  # G's limit and what it has drawn


def test_what_is_reported_is_told_with_its_reason(tmp_path: Path) -> None:
    """5.1 with potential figures: {A,B,D,E} owe 210, {D,E} 80; more than 2.5% of 1,000 is reported in China, and the
    largest by Basel, where 7 is 0.7%."""
    kept(
        tmp_path, [{"net_tier_1": 1_000_00, "net_capital": 1_000_00, "tier_1": 1_000_00}],
        "cn-large-exposure", "basel-lex",
    )  # fmt: skip
    found = rows(opened(tmp_path)["Reportable"])
    told = [(one["Rule set"], one["Counterparty"], one["Exposure"], one["Ratio"]) for one in found]
    assert told == [
        ("cn-large-exposure", "=甲集团", 210, 0.21),
        ("cn-large-exposure", "丁公司", 80, 0.08),
        ("basel-lex", "=甲集团", 210, 0.21),
        ("basel-lex", "丁公司", 80, 0.08),
        ("basel-lex", "己公司", 7, 0.007),
    ]
    assert found[1]["Why it is reported"] == "more than 2.5% of net tier 1, before or after protection (Art. 4)"
    assert found[2]["Why it is reported"].endswith("among the 20 largest (LEX20)")
    assert found[4]["Why it is reported"] == "among the 20 largest (LEX20)"
    assert found[4]["Unknown amounts"] == 2


def test_without_capital_nothing_passes_and_that_is_said(tmp_path: Path) -> None:
    kept(tmp_path, [])
    (one,) = rows(opened(tmp_path)["Reportable"])
    assert one["Why it is reported"] == "no net tier 1 capital known for 2025-01-01"


def test_a_declared_group_stands_beside_those_found(tmp_path: Path) -> None:
    kept(tmp_path, declared=[{"party": 0}, {"party": 4}])
    book = opened(tmp_path)
    (found,) = [one for one in rows(book["Groups"]) if one["Kind"] == "declared"]
    assert (found["Group"], found["Group id"], found["Firm exposure"], found["Potential exposure"]) == (
        "申报集团",
        "GR",
        87,
        None,
    )
    members = [one for one in rows(book["Members"]) if one["Group"] == "申报集团"]
    assert [(one["Member"], one["Role"], one["Why it is a member"], one["Article"]) for one in members] == [
        ("=甲集团", "declared", "declared by the source", ""),
        ("己公司", "declared", "declared by the source", ""),
    ]


def test_members_have_readable_reasons_and_their_own_exposure(tmp_path: Path) -> None:
    kept(tmp_path)
    found = [one for one in rows(opened(tmp_path)["Members"]) if one["Group"] == "=甲集团"]
    assert [one["Member"] for one in found] == ["=甲集团", "乙公司", "丁公司", "戊公司"]
    why = [one["Why it is a member"] for one in found]
    assert why[1] == "controlled by =甲集团 (direct) with 60% of the votes"
    assert why[2] == "depends on 乙公司 (receipts, flagged: nobody has confirmed it)"
    assert "{" not in "".join(why)
    assert {one["Article"] for one in found} == {"ART-N"}
    (of_control,) = {one["Article"] for one in rows(opened(tmp_path)["Members"]) if one["Group"] == "己公司"}
    assert of_control == "ART-C"
    assert [one["Status"] for one in found] == ["confirmed", "confirmed", "flagged", "flagged"]
    own = "Own exposure, cn-large-exposure"
    assert [one[own] for one in found] == [80, 50, 60, 20]
    assert rows(opened(tmp_path)["Members"])[-1][own] == "amount unknown 未知"  # which is not zero


def test_rule_sets_that_test_nothing_are_refused_and_have_no_column(tmp_path: Path) -> None:
    kept(tmp_path, None, "cn-large-exposure", "cn-bo", "cn-related-party")
    with pytest.raises(
        BadInput, match="cn-bo tests no exposure against a limit; ask for cn-large-exposure, cn-related"
    ):
        made(tmp_path, rules=("cn-bo",))
    with pytest.raises(BadInput, match="cn-bo tests no exposure against a limit; ask for"):
        opened(tmp_path, rules=("cn-bo", "cn-bo"))
    columns = [name for name in rows(opened(tmp_path)["Members"])[0] if name.startswith("Own exposure")]
    assert columns == ["Own exposure, cn-large-exposure"]


def test_single_parties_stand_by_nearness_to_their_limit(tmp_path: Path) -> None:
    kept(tmp_path)
    found = rows(opened(tmp_path)["Single parties"])
    used = [one["Of the limit"] for one in found]
    assert used == sorted(used, key=lambda one: -1 if one is None else one, reverse=True)
    unknown = found[-1]
    told = [unknown[name] for name in ("Party", "Amount", "Ratio", "State", "Of the limit")]
    assert told == ["-庚", "amount unknown 未知", None, "undecided 待定", None]
    assert [(one["Party"], one["Amount"], one["Ratio"], one["State"]) for one in found[:2]] == [
        ("=甲集团", 80, 0.08, "warning 预警"),
        ("丁公司", 60, 0.06, "within 正常"),
    ]


def test_related_parties_of_the_bank_stand_alone_by_group_and_all_together(tmp_path: Path) -> None:
    kept(tmp_path, None, "cn-related-party", institutions=[{"party": 0, "bank_role": "insider"}])
    book = opened(tmp_path)
    singles = [(one["Party"], one["Party id"], one["Amount"], one["Ratio"]) for one in rows(book["Single parties"])]
    assert singles == [
        ("=甲集团", "A", 80, 0.08),
        (NAMES["B"], "B", 50, 0.05),
        ("all related parties of the bank 全部关联方", "", 130, 0.13),
    ]
    (group,) = rows(book["Groups"])
    assert (group["Firm exposure"], group["Firm ratio"], group["Firm state"]) == (130, 0.13, "warning 预警")
    owed = [one["Own exposure, cn-related-party"] for one in rows(book["Members"])]
    assert owed == [80, 50]


def test_a_run_that_kept_less_is_told_so(tmp_path: Path) -> None:
    kept(tmp_path)
    table = Archive(tmp_path, Given.run_id).table("exposures")
    pl.read_parquet(table).drop("nearness", "unknown").write_parquet(table)
    with pytest.raises(NotFound, match="lacks nearness, unknown in the table exposures"):
        made(tmp_path)


def test_the_summary_names_the_run_its_digests_and_what_is_missing(tmp_path: Path) -> None:
    kept(tmp_path)
    told = texts(opened(tmp_path)["Summary"])
    for one in ("示范银行", "2025-01-01", "RUN-000007", "ab12", "cd34", "by tester", "12 parties were not assessed"):
        assert one in told
    assert "figures have unknown amounts behind them" in told
    assert "This run is stale" not in told
    assert "This run is stale" in texts(opened(tmp_path, Given(stale=True))["Summary"])


def test_tests_are_counted_by_state_in_the_summary(tmp_path: Path) -> None:
    kept(tmp_path)
    page = opened(tmp_path)["Summary"]
    found = [row[1:7] for row in page.iter_rows(values_only=True) if row[0] and "group of connected" in str(row[0])]
    assert found == [
        ("cn-large-exposure", "firm", 3, 0, 0, 0),
        ("cn-large-exposure", "potential", 0, 0, 1, 0),
    ]


def test_capital_that_is_not_loaded_is_said_and_not_guessed(tmp_path: Path) -> None:
    kept(tmp_path, [])
    book = opened(tmp_path)
    assert texts(book["Summary"]).count("not loaded 未提供") == 3
    first = rows(book["Groups"])[0]
    assert (first["Firm state"], first["Firm ratio"], first["Base amount"]) == ("undecided 待定", None, None)
    assert (first["Of the limit"], first["Limit amount"]) == (None, None)


def test_capital_below_zero_has_no_ratio_and_is_said(tmp_path: Path) -> None:
    kept(tmp_path, [{"net_tier_1": -1_000_00, "net_capital": -1_000_00}])
    book = opened(tmp_path)
    first = rows(book["Groups"])[0]
    assert (first["Firm state"], first["Firm ratio"], first["Base amount"]) == ("breach 超限", None, -1_000)
    assert {one["Ratio"] for one in rows(book["Reportable"])} == {None}


def test_exempt_parts_and_unknown_amounts_are_told_apart(tmp_path: Path) -> None:
    kept(tmp_path, institutions=[{"party": 1, "institution": "", "exempt": "sovereign"}])
    exempt, unknown, *others = rows(opened(tmp_path)["Excluded"])
    assert (exempt["What"], exempt["Party"], exempt["Before protection"], exempt["Exempt part"]) == (
        "exempt part",
        "乙公司",
        50,
        50,
    )
    assert (unknown["What"], unknown["Party"], unknown["Unknown amounts"]) == ("unknown amounts", "-庚", 2)
    assert {one["What"] for one in others} == {"left out"}
    assert any("not assessed" in one["In words"] for one in others)


def test_parameters_carry_articles_digests_and_rates(tmp_path: Path) -> None:
    sets = rule_sets(("cn-large-exposure",))
    facilities = [{"facility_id": "A", "limit_amount": 1, "drawn_amount": 1, "currency": "USD"}]
    kept(tmp_path, facilities=facilities, borrowers=[{}], rates=[{"rate": 7_188_400_000}])
    found = rows(opened(tmp_path)["Parameters"])
    by_name = {(one["Section"], one["Name"]): one for one in found}
    assert by_name["run", "threshold_ppb"]["Value"] == "0.5"
    assert by_name["rule set", "SHA-256 of its text"]["Value"] == sets[0].digest
    assert by_name["limit", "group-exposure"]["Article"] == "Art. 8"
    assert "at most: 20%" in by_name["limit", "group-exposure"]["Value"]
    assert by_name["rate used", "USD to CNY"]["Value"] == "17971/2500"
    assert by_name["exempt", "sovereign"]["Since"] == "2018-07-01"


def test_names_are_text_whatever_they_begin_with(tmp_path: Path) -> None:
    kept(tmp_path)
    cells = [cell for page in opened(tmp_path) for row in page.iter_rows() for cell in row]
    assert sum(cell.value == "=甲集团" for cell in cells) > 3
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    kept(tmp_path)
    assert made(tmp_path) == made(tmp_path)


def test_one_rule_set_of_several_may_be_asked_for(tmp_path: Path) -> None:
    kept(tmp_path, None, "cn-large-exposure", "basel-lex")
    view = Given(warnings=["cn-large-exposure: said of the one", "basel-lex: said of the other", "said of all"])
    both, one = opened(tmp_path, view), opened(tmp_path, view, rules=["basel-lex"])
    assert "said of the one" in texts(both["Summary"])
    assert "said of the one" not in texts(one["Summary"])
    assert {"basel-lex: said of the other", "said of all"} <= set(texts(one["Summary"]).splitlines())
    assert {row["Rule set"] for row in rows(both["Groups"])} == {"cn-large-exposure", "basel-lex"}
    for name in ("Groups", "Single parties"):
        assert {row["Rule set"] for row in rows(one[name])} == {"basel-lex"}
    with pytest.raises(BadInput, match="did not use the rule set 'hkma'; it used cn-large-exposure, basel-lex"):
        made(tmp_path, rules=["hkma"])


def test_what_is_not_listed_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path)
    monkeypatch.setattr(report_figures, "MOST_ROWS", 2)
    book = opened(tmp_path)
    assert len(rows(book["Single parties"])) == 2
    assert "more tests of single parties are not listed" in texts(book["Summary"])
    assert "1 more tests of groups are not listed" in texts(book["Excluded"])


def test_an_unknown_run_and_an_archive_elsewhere_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no finished run 'RUN-9'"):
        made(tmp_path, run_id="RUN-9")
    with pytest.raises(NotFound, match="not in the archive"):
        made(tmp_path)
