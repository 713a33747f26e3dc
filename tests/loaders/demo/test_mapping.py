"""The demo bank through the shipped mapping: what is dirty is rejected, all else is taken, from CSV and Parquet alike."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from loaders.canonical import Batch, LinkTarget, NodeTarget, RecordTarget
from loaders.demo.generate import generate
from loaders.demo.layout import SYSTEM_OF
from loaders.demo.sizes import DATA_DAY, day
from loaders.mapping import load_mapping
from loaders.reader import read
from loaders.rejects import RejectLog
from tests.loaders.demo.conftest import SEED, Bank


def _read(folder: Path) -> tuple[list[Batch], RejectLog]:
    log = RejectLog()
    return list(read(load_mapping("credit_core_hr"), folder, rejects=log)), log


class Read:
    """A bank's batches, by what they are of."""

    def __init__(self, batches: list[Batch], log: RejectLog) -> None:
        self.batches, self.log = batches, log

    def links(self, kind: str, table: str = "") -> pl.DataFrame:
        found = [b for b in self.batches if isinstance(b.target, LinkTarget) and b.target.type == kind]
        return pl.concat([b.frame for b in found if table in ("", b.table)], how="diagonal")

    def nodes(self, label: str) -> pl.DataFrame:
        found = [b.frame for b in self.batches if isinstance(b.target, NodeTarget) and b.target.label == label]
        return pl.concat(found, how="diagonal")

    def records(self, table: str) -> pl.DataFrame:
        (found,) = [b.frame for b in self.batches if isinstance(b.target, RecordTarget) and b.table == table]
        return found


def _altered(bank: Bank, folder: Path, tables: dict[str, pl.DataFrame]) -> Read:
    """The bank with other rows in some of its tables."""
    shutil.copytree(bank.folder, folder, dirs_exist_ok=True)
    for name, frame in tables.items():
        system = SYSTEM_OF[name]
        text = frame.write_csv(separator=system.delimiter).encode(system.encoding)
        (folder / system.source / f"{name}.csv.gz").unlink(missing_ok=True)
        (folder / system.source / f"{name}.csv").write_bytes(text)
    return Read(*_read(folder))


def _with(frame: pl.DataFrame, which: pl.Expr, **values: str) -> pl.DataFrame:
    """The frame with other values in some rows."""
    return frame.with_columns(pl.when(which).then(pl.lit(v)).otherwise(pl.col(n)).alias(n) for n, v in values.items())


@pytest.fixture(scope="module")
def loaded(bank: Bank) -> tuple[list[Batch], RejectLog]:
    return _read(bank.folder)


def test_exactly_the_dirty_rows_are_rejected(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    found = {(r.table, r.line): r for r in loaded[1].kept}
    expected = {(r.table, r.line): r for r in bank.manifest.rejects}
    assert found.keys() == expected.keys()
    reasons = {(r.table, r.line, r.reason) for r in loaded[1].kept}
    for (table, line), reject in expected.items():
        assert any(t == table and n == line and why.startswith(reject.reason) for t, n, why in reasons), reject


def test_every_row_is_accounted_for(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    read_rows = {f"{SYSTEM_OF[c.table].source}:{c.table}": c.read for c in loaded[1].counts()}
    assert all(bank.manifest.rows[table] == rows for table, rows in read_rows.items())


def test_every_table_of_the_mapping_is_written_and_used(loaded: tuple[list[Batch], RejectLog]) -> None:
    mapping = load_mapping("credit_core_hr")
    unused = {c.table for c in loaded[1].counts() if c.accepted == 0 and c.table in {e.table for e in mapping.entries}}
    assert unused == set()


def test_every_row_key_names_a_table(loaded: tuple[list[Batch], RejectLog]) -> None:
    """Otherwise --full could not tell what its table no longer has."""
    tables = load_mapping("credit_core_hr").tables
    for batch in loaded[0]:
        if isinstance(batch.target, LinkTarget):
            assert set(batch.frame["row_key"].str.splitn(":", 2).struct[0]) <= set(tables), batch.entry


def test_control_of_a_share_and_a_day(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    """Percents became fractions, dates days, yuan fen: one stake looked at closely."""
    (owns,) = [b.frame for b in loaded[0] if isinstance(b.target, LinkTarget) and b.target.type == "OWNS"]
    row = bank.table("CUSTOMER_RELATIVE").filter(pl.col("INVESTMENTPROP") == "51.0000").row(0, named=True)
    link = owns.filter(pl.col("row_key") == f"CUSTOMER_RELATIVE:{row['SERIALNO']}").row(0, named=True)
    assert link["share"] == 0.51
    assert link["from_key"] == f"credit:CUSTOMER_INFO:{row['RELATIVEID']}"
    assert link["data_day"] == DATA_DAY


def test_statements_become_one_node_each(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    figures = [b.frame for b in loaded[0] if isinstance(b.target, NodeTarget) and b.target.label == "YearFigures"]
    statements = next(frame for frame in figures if "equity" in frame.columns)
    assert statements.height == bank.table("FINANCE_RECORD").height
    assert statements["equity"].null_count() == 0
    assert set(statements["year"]) == {2023, 2024}


def _nodes(loaded: tuple[list[Batch], RejectLog], label: str) -> pl.DataFrame:
    (found,) = [b.frame for b in loaded[0] if isinstance(b.target, NodeTarget) and b.target.label == label]
    return found


def test_capital_and_rates_are_dated_and_exact(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    capital = _nodes(loaded, "CapitalFigures")
    amounts = ("net_capital", "net_tier_1", "tier_1")
    assert capital.select("capital_id", "day", "currency", *amounts).rows() == [
        (
            f"credit:CAPITAL_INFO:{told.day.replace('-', '/')}",
            day(told.day),
            told.currency,
            *(getattr(told, f"{name}_minor") for name in amounts),
        )
        for told in bank.manifest.capital
    ]
    rates = _nodes(loaded, "ExchangeRate")
    assert rates.select("from_currency", "to_currency", "day", "rate").rows() == [
        (told.currency, "CNY", day(told.day), int(told.rate.replace(".", "")) * 1_000) for told in bank.manifest.rates
    ]
    assert set(rates["source"]) == {"credit"}


def test_a_bank_may_lack_both_tables(bank: Bank, tmp_path: Path) -> None:
    shutil.copytree(bank.folder, tmp_path, dirs_exist_ok=True)
    for name in ("CAPITAL_INFO", "ERATE_INFO"):
        (tmp_path / "credit" / f"{name}.csv").unlink()
    read = Read(*_read(tmp_path))
    labels = {b.target.label for b in read.batches if isinstance(b.target, NodeTarget)}
    assert not {"CapitalFigures", "ExchangeRate"} & labels
    assert not any(batch.warnings for batch in read.batches)


def test_contracts_say_what_they_are_to_a_conversion_factor(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    found = _nodes(loaded, "Facility").select("product", "item_kind", "commitment_kind", "conversion_factor").unique()
    assert {
        row[0]: row[1:] for row in found.rows() if row[0] in ("银行承兑汇票", "信用证", "保函", "承诺循环贷款")
    } == {
        "银行承兑汇票": ("direct_substitute", "cancellable", 1.0),
        "信用证": ("trade_contingent", "cancellable", 0.2),
        "保函": ("transaction_contingent", "cancellable", 0.5),
        "承诺循环贷款": ("loan", "committed", 0.5),
    }
    assert found.null_count().sum_horizontal().item() == 0


def test_protection_has_its_kind_its_end_and_its_provider(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    kinds = dict(_nodes(loaded, "Collateral").select("collateral_id", "protection_kind").iter_rows())
    assert set(kinds.values()) == {"own_deposit", "cash_margin", "other_deposit", "government_bond", None}
    links = {
        b.target.type: b.frame for b in loaded[0] if isinstance(b.target, LinkTarget) and b.table == "GUARANTY_INFO"
    }
    issued = {kinds[c]: party for c, party in links["ISSUED_BY"].select("from_key", "to_key").iter_rows()}
    (other,) = [p for case in bank.manifest.exposures for p in case.protections if p.kind == "other_deposit"]
    records = next(b.frame for b in loaded[0] if isinstance(b.target, RecordTarget) and b.table == "CUSTOMER_INFO")
    says = {row["record_id"]: row for row in records.iter_rows(named=True)}
    assert issued.keys() == {"other_deposit", "government_bond"}
    assert issued["other_deposit"] == other.provider
    assert says[issued["other_deposit"]]["institution"] == says[bank.manifest.bank]["institution"] == "bank"
    assert says[issued["government_bond"]]["exempt"] == "sovereign"
    assert set(records["institution"]) == {"bank", "financial", None}
    (short,) = [case for case in bank.manifest.exposures if case.case == "protection too short"]
    (given,) = [
        row
        for b in loaded[0]
        if isinstance(b.target, LinkTarget) and b.target.type == "GUARANTEES"
        for row in b.frame.filter(pl.col("to_key") == short.party).iter_rows(named=True)
    ]
    matures = dict(_nodes(loaded, "Facility").select("facility_id", "matures_on").iter_rows())
    assert (given["from_key"], given["valid_to"]) == (short.protections[0].provider, day("2025-07-01"))
    assert given["valid_to"] <= matures[given["facility_id"]]


def test_parquet_and_csv_load_alike(loaded: tuple[list[Batch], RejectLog], tmp_path: Path) -> None:
    generate("small", SEED, tmp_path, parquet=True)
    batches, log = _read(tmp_path)
    broken = {r.table: 1 for r in loaded[1].kept if "fields where" in r.reason or "bytes" in r.reason}  # CSV's own
    expected = [
        replace(
            count, read=count.read - broken.get(count.table, 0), rejected=count.rejected - broken.get(count.table, 0)
        )
        for count in loaded[1].counts()
    ]
    assert len(broken) == 2
    assert log.counts() == expected
    assert [b.entry for b in batches] == [b.entry for b in loaded[0]]
    for here, there in zip(batches, loaded[0], strict=True):
        assert_frame_equal(here.frame, there.frame)


def test_staff_carry_the_post_they_hold_now(bank: Bank, loaded: tuple[list[Batch], RejectLog]) -> None:
    staff = [
        b.frame
        for b in loaded[0]
        if isinstance(b.target, NodeTarget) and b.target.label == "RelationshipManager" and "post" in b.frame.columns
    ]
    held = bank.table("HR_POST").filter(pl.col("END_DATE").is_null() | (pl.col("END_DATE") == ""))
    expected = dict(held.select("STAFF_ID", "POST_NAME").iter_rows())
    assert dict(staff[0].filter(pl.col("post").is_not_null()).select("code", "post").iter_rows()) == expected


def test_a_released_mortgage_is_the_same_link_closed(
    bank: Bank, loaded: tuple[list[Batch], RejectLog], tmp_path: Path
) -> None:
    detail, history = bank.table("GUARANTY_DETAIL"), bank.table("GUARANTY_DETAIL_HIS")
    assert {"050", "060"} <= set(history["GUARANTYTYPE"])  # planted
    moved = detail.filter(pl.col("GUARANTYTYPE") == "050").head(1)
    released = moved.with_columns(HISDATE=pl.lit("2024/11/30"), HISREASON=pl.lit("1"), STATUS=pl.lit("2"))
    before = Read(*loaded)
    after = _altered(
        bank,
        tmp_path,
        {
            "GUARANTY_DETAIL": detail.join(moved, on="SERIALNO", how="anti"),
            "GUARANTY_DETAIL_HIS": pl.concat([history, released]),
        },
    )
    of_it = pl.col("row_key").str.ends_with(moved["SERIALNO"].item())
    for kind in ("SECURED_BY", "PLEDGES"):
        was, now = before.links(kind).filter(of_it), after.links(kind).filter(of_it)
        assert was["id"].to_list() == now["id"].to_list()
        assert was["valid_to"].item() > DATA_DAY
        assert now["valid_to"].to_list() == [day("2024-12-01")]
        assert before.links(kind)["id"].sort().equals(after.links(kind)["id"].sort())


def test_what_a_state_says_has_ended_is_not_in_force(bank: Bank, tmp_path: Path) -> None:
    relatives, customers = bank.table("CUSTOMER_RELATIVE"), bank.table("CIF10PF")
    standing = relatives.filter(pl.col("ENDDATE").is_null() & (pl.col("RELATIONSHIP") == "5200"))["SERIALNO"][0]
    ended = relatives.filter(pl.col("ENDDATE").is_not_null() & (pl.col("RELATIONSHIP") == "5200"))["SERIALNO"][0]
    guarantee = bank.table("GUARANTY_DETAIL").filter(pl.col("GUARANTYTYPE") == "010")["SERIALNO"][0]
    closed = customers["C1CUNO"][0]
    unread = relatives.filter(pl.col("RELATIONSHIP") == "0101")["SERIALNO"][0]
    relatives = _with(relatives, pl.col("SERIALNO") == unread, EFFSTATUS="2", ENDDATE="2024/02/30")
    read = _altered(
        bank,
        tmp_path,
        {
            "CUSTOMER_RELATIVE": _with(relatives, pl.col("SERIALNO") == standing, EFFSTATUS="2"),
            "GUARANTY_DETAIL": _with(bank.table("GUARANTY_DETAIL"), pl.col("SERIALNO") == guarantee, STATUS="2"),
            "CIF10PF": _with(customers, pl.col("C1CUNO") == closed, C1STAT="9"),
        },
    )
    owns = {row["row_key"].rpartition(":")[2]: row["valid_to"] for row in read.links("OWNS").iter_rows(named=True)}
    assert [(r.column, r.value) for r in read.log.kept if r.table == "CUSTOMER_RELATIVE"] == [("ENDDATE", "2024/02/30")]
    assert owns[standing] == DATA_DAY
    assert owns[ended] < DATA_DAY
    of_it = pl.col("row_key").str.ends_with(guarantee)
    assert read.links("GUARANTEES").filter(of_it)["valid_to"].to_list() == [DATA_DAY]
    roles = dict(read.records("CIF10PF").select("key", "roles").iter_rows())
    assert roles.pop(closed) == []
    assert all(held == ["Customer"] for held in roles.values())
    assert set(read.nodes("Event").filter(pl.col("event_kind") == "risk")["state"]) == {"open", "lifted"}


def test_a_statement_may_come_without_figures_and_says_its_scope(bank: Bank, tmp_path: Path) -> None:
    cover, figures = bank.table("FINANCE_RECORD"), bank.table("FINANCE_DATA")
    empty, consolidated = cover["RECORDNO"][0], cover["RECORDNO"][1]
    read = _altered(
        bank,
        tmp_path,
        {
            "FINANCE_RECORD": _with(cover, pl.col("RECORDNO") == consolidated, REPORTSCOPE="2"),
            "FINANCE_DATA": figures.filter(pl.col("RECORDNO") != empty),
        },
    )
    statements = read.nodes("YearFigures").filter(pl.col("figures_id").str.contains("FINANCE_RECORD"))
    assert statements.height == cover.height
    by_key = {row["figures_id"].rpartition(":")[2]: row for row in statements.iter_rows(named=True)}
    assert (by_key[empty]["year"], by_key[empty]["equity"], by_key[empty]["scope"]) == (
        int(cover["REPORTDATE"][0][:4]),
        None,
        "single",
    )
    assert by_key[consolidated]["scope"] == "consolidated"
    assert empty in {key.rpartition(":")[2] for key in read.links("HAS_FIGURES", "FINANCE_RECORD")["to_key"]}


def test_an_account_that_names_a_bank_is_one_at_that_bank(bank: Bank, tmp_path: Path) -> None:
    payments = bank.table("PAY_MONTHLY")
    other = payments.filter(pl.col("PAYEE_BANK").is_not_null()).row(0, named=True)
    twin = pl.DataFrame([other | {"PAYEE_BANK": "Bank of Somewhere"}], schema=payments.schema)
    twin = twin.with_columns(MONTH=pl.lit("202301"))
    read = _altered(bank, tmp_path, {"PAY_MONTHLY": pl.concat([payments, twin])})
    account = other["PAYEE_ACCT"]
    keys = {key for key in read.links("TRANSFERS_TO")["to_key"] if key.endswith(account)}
    assert keys == {f"crm:OUTSIDE_ACCOUNT:{bank}|{account}" for bank in (other["PAYEE_BANK"], "Bank of Somewhere")}
    assert keys <= set(read.nodes("Account").filter(pl.col("outside"))["account_id"])
    own = payments.filter(pl.col("PAYEE_BANK").is_null())["PAYEE_ACCT"][0]
    assert f"core:AAPF20:{own}" in set(read.links("TRANSFERS_TO")["to_key"])


def test_joins_gather_all_names_all_freezes_and_the_latest_post(bank: Bank, tmp_path: Path) -> None:
    changes, freezes, posts = bank.table("CIFM0PF"), bank.table("AAPF90"), bank.table("HR_POST")
    change = changes.row(0, named=True) | {"CMSEQN": "2", "CMCHDT": "20241201", "CMOLDV": "后来的旧名有限公司"}
    freeze = freezes.filter(pl.col("A9UFDT") == "0").row(0, named=True)
    second = freeze | {"A9SEQN": "2", "A9AMT": "10.50"}
    lifted = freeze | {"A9SEQN": "3", "A9AMT": "99.00", "A9UFDT": "20241101"}
    post = posts.filter(pl.col("END_DATE").is_null()).row(0, named=True)
    later = post | {"POST_CODE": "P04", "POST_NAME": "风险经理", "BEGIN_DATE": "2024-12-01"}
    read = _altered(
        bank,
        tmp_path,
        {
            "CIFM0PF": pl.concat([changes, pl.DataFrame([change], schema=changes.schema)]),
            "AAPF90": pl.concat([freezes, pl.DataFrame([second, lifted], schema=freezes.schema)]),
            "HR_POST": pl.concat([pl.DataFrame([later], schema=posts.schema), posts]),
        },
    )
    names = dict(read.records("CIF20PF").select("key", "former_names").iter_rows())
    assert names[change["CMCUNO"]] == [changes["CMOLDV"][0], "后来的旧名有限公司"]
    frozen = dict(read.nodes("Account").select("account_no", "frozen_amount").iter_rows())
    assert frozen[freeze["A9ACNO"]] == round(float(freeze["A9AMT"]) * 100) + 1050
    held = dict(read.nodes("RelationshipManager").select("code", "post").iter_rows())
    assert held[post["STAFF_ID"]] == "风险经理"
    assert not any("several" in count.flags for count in read.log.counts())
