"""Values that can be read and yet cannot be: each is told with table, line, column, value and reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from loaders.mapping import load_mapping
from loaders.rejects import RejectLog
from tests.loaders.reading import Result, mapping_of

EXCHANGE = load_mapping("exchange")
Told = list[tuple[str, ...]]


def told_of(folder: Path, **files: str) -> tuple[Result, Told]:
    """What exchange files give, and what the file of rejects says: line, action, column, value, reason."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    file = folder / "told" / "rejects.csv"
    result = Result(EXCHANGE, folder, rejects=RejectLog(file, "keep-going"))
    if not file.exists():
        return result, []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return result, [tuple(row[2:]) for row in csv.reader(stream)][1:]


def test_a_certificate_names_its_type(tmp_path: Path) -> None:
    rows = "P1,310101199001011234\nP2,passport:E1234567\nP3,resident_id:\nP4, E 77\nP5,\n"
    result, told = told_of(tmp_path, party=f"party,certificate\n{rows}")
    assert result.records["certificate"].to_list() == [None, "passport:E1234567", None, None, None]
    assert [row[:4] for row in told] == [
        ("2", "flagged", "certificate", "310101199001011234"),
        ("4", "flagged", "certificate", "resident_id:"),
        ("5", "flagged", "certificate", "E 77"),
    ]
    assert all("does not name its type" in row[4] for row in told)
    assert result.records["flags"].to_list()[3] == ["identifier:certificate=E77"]


def test_unknown_roles_are_told_and_left_out(tmp_path: Path) -> None:
    result, told = told_of(tmp_path, party="party,roles\nP1,customer;Guarantor\nP2,Customer\nP3,\n")
    assert result.records["roles"].to_list() == [["Guarantor"], ["Customer"], []]
    reason = "is none of Customer, Prospect, Guarantor, Referrer"
    assert told == [("2", "flagged", "roles", "customer;Guarantor", reason)]
    assert result.count("party").flags == {"code:roles": 1}


def test_an_unknown_status_is_told(tmp_path: Path) -> None:
    _, told = told_of(tmp_path, control="controller,company,status\nA,B,sure\nA,C,rebutted\nA,D,\n")
    assert told == [("2", "flagged", "status", "sure", "is none of confirmed, flagged, rebutted")]


def test_amounts_below_zero_are_unknown_not_owed(tmp_path: Path) -> None:
    result, told = told_of(
        tmp_path,
        guarantee="guarantor,debtor,amount\nA,B,-5\nA,C,0\nA,D,5\n",
        collateral="collateral,value,confirmed_value\nK,-1,-2\n",
        facility="facility,limit_amount,drawn_amount\nF,-1,-2\n",
        security="facility,collateral,amount\nF,K,-1\n",
    )
    assert sorted(result.links("GUARANTEES")["amount"].to_list(), key=str) == [0, 500, None]
    assert sorted(row[2] for row in told) == [
        "amount", "amount", "confirmed_value", "drawn_amount", "limit_amount", "value"
    ]  # fmt: skip
    assert {row[4] for row in told} == {"is below zero"}
    assert result.count("guarantee").flags == {"unknown:amount": 1, "value:amount": 1}
    assert result.nodes("Facility")["drawn_amount"].to_list() == [None]


def test_what_is_owed_paid_or_earned_is_not_below_zero(tmp_path: Path) -> None:
    result, told = told_of(
        tmp_path,
        drawdown="drawdown,facility,amount,balance\nD,F,-5.00,-0.01\nE,F,5,0\n",
        figures="figures,party,year,revenue,expenditure,equity,net_profit\nY,P,2024,-7,-8,-9,-10\n",
        transfer="from_account,to_account,month,amount\nA,B,2024-12,-20\n",
        loan_payment="drawdown,account,direction,amount\nD,A,in,-3\nD,A,out,-4\n",
        referral="referrer,referred,value\nP,Q,-6\n",
    )
    assert result.nodes("Drawdown").select("amount", "balance").rows() == [(None, None), (500, 0)]
    figures = result.nodes("YearFigures").select("revenue", "expenditure", "equity", "net_profit")
    assert figures.rows() == [(None, None, -900, -1_000)], "a loss and equity below zero are figures like others"
    for link, column in (
        ("TRANSFERS_TO", "amount"),
        ("PAID_INTO", "amount"),
        ("REPAID_FROM", "amount"),
        ("REFERRED", "value"),
    ):
        assert result.links(link)[column].to_list() == [None]
    assert {row[4] for row in told} == {"is below zero"}
    assert len(told) == 8


def test_a_reversal_lowers_the_sum_of_payments(tmp_path: Path) -> None:
    rows = "A,B,2024-12-01,100\nA,B,2024-12-02,-20\n"
    result, told = told_of(tmp_path, transfer=f"from_account,to_account,date,amount\n{rows}")
    assert result.links("TRANSFERS_TO")["amount"].to_list() == [8_000]
    assert told == []


def test_nobody_owns_a_person(tmp_path: Path) -> None:
    result, told = told_of(
        tmp_path,
        party="party,kind\nP1,person\nP2,person\nC1,company\nC2,\n",
        ownership="owner,company,share\nP1,C1,0.5\nC1,P2,0.5\nP1,C2,0.1\nP1,C3,0.1\n",
        control="controller,company,basis\nC1,P1,agreement\n",
        position="person,company,post\nC1,C2,legal_representative\nP1,P2,director\n",
        kin="person,relative,relation\nP1,C1,spouse\nP1,P2,spouse\n",
    )
    assert result.links("OWNS").height == 3
    assert sorted(told) == [
        ("2", "rejected", "company", "P1", "is no company"),
        ("2", "rejected", "relative", "C1", "is no person"),
        ("3", "rejected", "company", "P2", "is no company"),
        ("3", "rejected", "company", "P2", "is no company"),
    ]
    assert result.links("LEGAL_REPRESENTATIVE_OF").height == 1, "a company may represent a partnership"


@pytest.mark.parametrize(("action", "flags"), [("flag", {"kind:to": 1}), ("ignore", {})])
def test_what_a_mapping_says_of_ends_of_the_wrong_kind(tmp_path: Path, action: str, flags: dict[str, int]) -> None:
    mapping = mapping_of(
        "name: small\nsources: {s: {}}\n"
        f"checks: {{kind: {action}, unknown: ignore}}\n"
        "tables: {MAN: {key: NO}, STAKE: {}}\n"
        "entries:\n"
        "- {party: person, table: MAN}\n"
        "- {link: OWNS, table: STAKE, from: {ref: MAN, column: A}, to: {ref: MAN, column: B}}\n"
    )
    (tmp_path / "MAN.csv").write_text("NO\n1\n2\n")
    (tmp_path / "STAKE.csv").write_text("A,B\n1,2\n")
    assert Result(mapping, tmp_path).count("STAKE").flags == flags


def test_a_row_of_a_thing_has_one_end_of_each_sort(tmp_path: Path) -> None:
    result, told = told_of(
        tmp_path,
        facility="facility,borrower,branch\nF1,A,B1\nF1,C,B1\nF1,A,B1\nF2,A,B1\nF2,A,B2\n",
        drawdown="drawdown,facility\nD1,F1\nD1,F2\n",
    )
    reason = "is another than on the first row of its key"
    assert told == [("3", "rejected", "borrower", "C", reason), ("6", "rejected", "branch", "B2", reason)]
    assert result.links("BORROWS").select("from_key", "to_key").rows() == [
        ("exchange:party:A", "exchange:facility:F1"),
        ("exchange:party:A", "exchange:facility:F2"),
    ]
    assert result.links("DRAWN_UNDER").height == 2, "the file is made for these links"


def test_what_is_only_missing_makes_no_file(tmp_path: Path) -> None:
    result, told = told_of(tmp_path, guarantee="guarantor,debtor,amount\nA,B,\n")
    assert (result.count("guarantee").flags, told) == ({"unknown:amount": 1}, [])
    assert result.log.written is None


def test_of_flagged_rows_those_of_which_a_value_is_told_are_counted(tmp_path: Path) -> None:
    rows = "A,B,,x,\nA,C,,,\nD,D,,,\nD,E,0.4,,\nF,G,0.1,,sure\nF,H,7,,\n"
    result, told = told_of(tmp_path, ownership=f"owner,company,share,amount,status\n{rows}")
    count = result.count("ownership")
    assert (count.rejected, count.flagged, count.listed) == (1, 4, 3)
    assert count.flags == {"code:status": 1, "self_link": 1, "unknown:share": 3, "value:amount": 1}
    assert sorted({row[0] for row in told if row[1] == "flagged"}) == ["2", "4", "6"]
