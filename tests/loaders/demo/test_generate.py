"""The demo bank is the same for the same seed, holds together, and looks like a bank."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl
import pytest
from stdnum import lei, luhn
from stdnum.cn import ric, uscc

from graph.errors import BadInput
from loaders.demo.generate import generate
from loaders.demo.sizes import COUNTS
from tests.loaders.demo.conftest import SEED, Bank

REFERENCES = [
    ("ENT_INFO.CUSTOMERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("IND_INFO.CUSTOMERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("CUSTOMER_RELATIVE.CUSTOMERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("CUSTOMER_RELATIVE.RELATIVEID", "CUSTOMER_INFO.CUSTOMERID"),
    ("AGGREGATE_MEMBER.MEMBERCUSTOMERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("BUSINESS_CONTRACT.CUSTOMERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("BUSINESS_CONTRACT.BUSINESSTYPE", "BUSINESS_TYPE.TYPENO"),
    ("BUSINESS_CONTRACT.MANAGEORGID", "SYS20PF.S2BRNO"),
    ("BUSINESS_DUEBILL.RELATIVESERIALNO", "BUSINESS_CONTRACT.SERIALNO"),
    ("GUARANTY_DETAIL.GUARANTORID", "CUSTOMER_INFO.CUSTOMERID"),
    ("GUARANTY_DETAIL.BORROWERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("GUARANTY_DETAIL.CONTRACTSERIALNO", "BUSINESS_CONTRACT.SERIALNO"),
    ("GUARANTY_DETAIL.GUARANTYID", "GUARANTY_INFO.GUARANTYID"),
    ("GUARANTY_INFO.ISSUERID", "CUSTOMER_INFO.CUSTOMERID"),
    ("FINANCE_DATA.RECORDNO", "FINANCE_RECORD.RECORDNO"),
    ("CIF30PF.C3ACNO", "AAPF20.A2ACNO"),
    ("CIFJ0PF.CJCUNO", "CIF10PF.C1CUNO"),
    ("AAPF20.A2JTCU", "CIF10PF.C1CUNO"),
    ("AAPF90.A9ACNO", "AAPF20.A2ACNO"),
    ("ALPFN0.ALDBNO", "BUSINESS_DUEBILL.SERIALNO"),
    ("ALPFN0.ALPYAC", "AAPF20.A2ACNO"),
    ("HR_STAFF.TEAM_ID", "HR_ORG_LEVEL.ORG_ID"),
    ("CRM_HOLDING.PRODUCT_ID", "CRM_PRODUCT.PRODUCT_ID"),
    ("CRM_REFERRAL.CAMPAIGN_ID", "CRM_CAMPAIGN.CAMPAIGN_ID"),
    ("CRM_CONTACT.STAFF_ID", "HR_STAFF.STAFF_ID"),
    ("CRM_ASSIGNMENT.STAFF_ID", "HR_STAFF.STAFF_ID"),
]


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes(bank: Bank, tmp_path: Path) -> None:
    generate("small", SEED, tmp_path)
    assert _digests(tmp_path) == _digests(bank.folder)


def test_parquet_gives_the_same_bytes_too(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate("small", SEED, tmp_path / name, parquet=True)
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


def test_another_seed_gives_another_bank(bank: Bank, tmp_path: Path) -> None:
    generate("small", SEED + 1, tmp_path)
    here, there = _digests(tmp_path), _digests(bank.folder)
    assert here["credit/CUSTOMER_INFO.csv"] != there["credit/CUSTOMER_INFO.csv"]


def test_rates_move_with_the_seed_and_end_at_the_same(bank: Bank, tmp_path: Path) -> None:
    generate("small", SEED + 1, tmp_path)
    there = pl.read_csv(tmp_path / "credit" / "ERATE_INFO.csv", separator="|", infer_schema=False).head(-1)
    here = bank.table("ERATE_INFO")
    last = pl.col("RATEDATE") == "2024/12/31"
    assert here.filter(last).equals(there.filter(last))
    assert not here.filter(~last).equals(there.filter(~last))
    assert here["RATEDATE"].n_unique() == 12
    assert set(here["CURRENCY"]) == {"CNY", "USD", "EUR", "HKD", "JPY", "GBP"}
    assert set(here.filter(pl.col("CURRENCY") == "CNY")["PRICE"]) == {"1.000000"}


def test_small_is_about_two_thousand_parties(bank: Bank) -> None:
    assert bank.manifest.parties == COUNTS["small"].companies + COUNTS["small"].persons == 2_000


def test_dirty_rows_are_fewer_than_the_loader_forgives(bank: Bank) -> None:
    assert 10 <= len(bank.manifest.rejects) < 0.001 * sum(bank.manifest.rows.values())


@pytest.mark.parametrize(("column", "target"), REFERENCES)
def test_references_are_kept(bank: Bank, column: str, target: str) -> None:
    table, name = column.split(".")
    other, key = target.split(".")
    used = set(bank.table(table)[name].drop_nulls())
    assert used
    assert used <= set(bank.table(other)[key])


def test_customers_of_every_marketing_table_exist(bank: Bank) -> None:
    known = {"1": set(bank.table("CIF10PF")["C1CUNO"]), "2": set(bank.table("CIF20PF")["C2CUNO"])}
    for name in ("CRM_HOLDING", "CRM_PROFILE", "CRM_CAMPAIGN_TARGET", "CRM_CONTACT", "CRM_ASSIGNMENT"):
        table = bank.table(name)
        for kind, numbers in known.items():
            assert set(table.filter(pl.col("CUST_KIND") == kind)["CUST_NO"]) <= numbers, name


def test_check_digits_are_right(bank: Bank) -> None:
    customers = bank.table("CUSTOMER_INFO")
    companies = customers.filter(pl.col("CERTTYPE") == "Ent01")["CERTID"]
    persons = customers.filter(pl.col("CERTTYPE") == "Ind01")["CERTID"]
    identifiers = bank.table("ENT_INFO")["LEI"].drop_nulls()
    cards = bank.table("AAPF20").filter(pl.col("A2ACTP") == "3")["A2ACNO"]
    assert min(len(companies), len(persons), len(cards)) > 300
    assert len(identifiers) > 5
    assert all(uscc.is_valid(code) for code in companies)
    assert all(ric.is_valid(number) for number in persons)
    assert all(lei.is_valid(code) for code in identifiers)
    assert all(luhn.is_valid(number) for number in cards)


def test_certificates_agree_with_birth_and_sex(bank: Bank) -> None:
    persons = bank.table("IND_INFO").join(bank.table("CUSTOMER_INFO"), on="CUSTOMERID")
    chinese = persons.filter(pl.col("CERTTYPE") == "Ind01")
    assert (chinese["CERTID"].str.slice(6, 8) == chinese["BIRTHDAY"].str.replace_all("/", "")).all()
    assert (chinese["CERTID"].str.slice(16, 1).cast(pl.Int64) % 2 == chinese["SEX"].cast(pl.Int64) % 2).all()


def test_nobody_shares_a_certificate_but_across_systems(bank: Bank) -> None:
    assert bank.table("CUSTOMER_INFO")["CERTID"].is_unique().all()
    assert bank.table("CIF10PF")["C1CRNO"].is_unique().all()


def test_ownership_is_plausible(bank: Bank) -> None:
    stakes = bank.table("CUSTOMER_RELATIVE").filter((pl.col("RELATIONSHIP") == "5200") & pl.col("ENDDATE").is_null())
    share = pl.col("INVESTMENTPROP").cast(pl.Float64)
    owned = stakes.group_by("CUSTOMERID").agg(total=share.sum(), largest=share.max(), owners=pl.len())
    assert owned["total"].max() <= 100.000001  # type: ignore[operator]
    assert 0.4 < (owned["largest"] > 50).mean() < 0.6  # type: ignore[operator]
    assert (owned["owners"] <= 5).mean() > 0.8  # type: ignore[operator]


def test_both_hierarchies_differ_and_have_one_top(bank: Bank) -> None:
    levels = bank.table("HR_ORG_LEVEL")
    parents = {}
    for hierarchy in ("R", "C"):
        part = levels.filter(pl.col("HIERARCHY") == hierarchy)
        assert part["PARENT_ID"].null_count() == 1
        assert set(part["PARENT_ID"].drop_nulls()) <= set(part["ORG_ID"])
        parents[hierarchy] = dict(part.filter(pl.col("ORG_TYPE") == "SB").select("ORG_ID", "PARENT_ID").iter_rows())
    assert parents["R"].keys() == parents["C"].keys()
    assert all(parents["R"][branch] != parents["C"][branch] for branch in parents["R"])


def test_core_files_are_gb18030_and_padded(bank: Bank) -> None:
    raw = (bank.folder / "core" / "CIF20PF.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "有限公司 " in raw.decode("gb18030", errors="replace")  # one line is spoilt


def test_unknown_size_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="choose small, medium, large"):
        generate("huge", 1, tmp_path)  # type: ignore[arg-type]


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("x")
    with pytest.raises(BadInput, match="is a file"):
        generate("small", 1, place)


def test_progress_ends_with_the_last_step(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate("small", SEED, tmp_path, lambda what, done, of: told.append((what, done, of)))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == told[-1][2]
