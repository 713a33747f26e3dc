"""The shipped mappings on the real files: the traps of each, by number."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from graph import times
from loaders.mapping import load_mapping, shipped_mappings
from tests.loaders.reading import Result, flagged, real


@pytest.fixture(scope="module")
def sec13d() -> Result:
    return Result(load_mapping("sec13d"), real("sec13d"))


@pytest.fixture(scope="module")
def finbench() -> Result:
    return Result(load_mapping("finbench"), real("finbench-sf0.1"))


@pytest.fixture(scope="module")
def executives() -> Result:
    return Result(load_mapping("cn_executives"), real("cn-executives"))


@pytest.mark.parametrize("name", shipped_mappings())
def test_every_shipped_mapping_is_valid_and_named_as_its_file(name: str) -> None:
    assert load_mapping(name).name == name


def test_sec13d_takes_every_row_and_flags_the_doubtful(sec13d: Result) -> None:
    stakes = sec13d.links("OWNS")
    assert (stakes.height, sec13d.count("control_figures").rejected) == (10_593, 0)
    assert flagged(stakes, "self_link").height == 163
    assert flagged(stakes, "unknown:share").height == 1_389 == stakes["share"].null_count()
    assert flagged(stakes, "above_one")["to_key"].n_unique() == 546
    assert stakes["to_key"].n_unique() == 4_038 == sec13d.records.height
    count = sec13d.count("control_figures")
    assert (count.flagged, count.listed) == (stakes.filter(pl.col("flags").list.len() > 0).height, 163)


def test_sec13d_shares_are_fractions_and_ciks_keep_their_zeros(sec13d: Result) -> None:
    row = sec13d.links("OWNS").filter(pl.col("row_key") == "control_figures:0001026608-15-000014")
    assert row["share"].to_list() == [0.166]
    assert row["from_key"].to_list() == ["sec13d:filer:0001014360"]
    assert row["to_key"].to_list() == ["sec13d:filer:0000002098"]


def test_finbench_keeps_persons_and_companies_with_one_number_apart(finbench: Result) -> None:
    records = finbench.records
    shared = records.filter(pl.col("key").is_duplicated())
    assert (records.height, records["record_id"].n_unique()) == (2_000, 2_000)
    assert shared["key"].n_unique() == 38
    assert set(shared["table"]) == {"person", "company"}


def test_finbench_ids_stay_exact(finbench: Result) -> None:
    assert "finbench:account:4728498133762310144" in finbench.nodes("Account")["account_id"]


def test_finbench_sums_transfers_by_pair_and_month(finbench: Result) -> None:
    transfers = finbench.links("TRANSFERS_TO")
    assert finbench.count("transfer").read == finbench.count("transfer").accepted == 16_100
    assert transfers.height == 12_021
    assert transfers.select("from_key", "to_key").n_unique() == 9_525
    assert transfers["count"].sum() == 16_100 == transfers["days"].list.len().sum()
    assert (transfers["amounts"].list.sum() == transfers["amount"]).all()


def test_finbench_amounts_are_minor_units_of_the_files(finbench: Result) -> None:
    raw = pl.read_csv(real("finbench-sf0.1") / "transfer.csv.gz", separator="|", infer_schema=False)
    cents = raw["amount"].str.replace(".", "", literal=True).cast(pl.Int64).sum()  # all have two decimals
    assert finbench.links("TRANSFERS_TO")["amount"].sum() == cents


def test_finbench_deposits_and_repayments_link_drawdowns_and_accounts(finbench: Result) -> None:
    paid, repaid = finbench.links("PAID_INTO"), finbench.links("REPAID_FROM")
    assert (paid.height, paid["count"].sum()) == (4_078, 8_482)
    assert (repaid.height, repaid["count"].sum()) == (3_454, 6_059)
    drawdowns = set(finbench.nodes("Drawdown")["drawdown_id"])
    accounts = set(finbench.nodes("Account")["account_id"])
    for frame in (paid, repaid):
        assert set(frame["from_key"]) <= drawdowns
        assert set(frame["to_key"]) <= accounts


def test_finbench_guarantees_have_no_amount_which_is_unknown(finbench: Result) -> None:
    guarantees = finbench.links("GUARANTEES")
    assert guarantees.height == 752 + 799 == flagged(guarantees, "unknown:amount").height
    assert "amount" not in guarantees.columns


def test_finbench_ratios_add_to_one_within_rounding(finbench: Result) -> None:
    stakes = finbench.links("OWNS")
    sums = stakes.group_by("to_key").agg(pl.col("share").sum())["share"]
    assert stakes.height == 3_034 + 2_941
    assert flagged(stakes, "above_one").height == 0
    assert ((sums - 1).abs() < 1e-9).all()
    assert (sums != 1).any()  # the trap: they do not add up exactly


def test_finbench_rows_by_file_and_links_by_kind(finbench: Result) -> None:
    assert {c.table: c.read for c in finbench.log.counts()} == {
        **{"person": 1000, "company": 1000, "account": 4408, "loan": 2666, "transfer": 16100},
        **{"personInvest": 2941, "companyInvest": 3034, "personGuarantee": 799, "companyGuarantee": 752},
        **{"personApplyLoan": 1330, "companyApplyLoan": 1336, "deposit": 8482, "repay": 6059},
        **{"personOwnAccount": 2201, "companyOwnAccount": 2207},
    }
    assert all(c.rejected == 0 and c.read == c.accepted for c in finbench.log.counts())


def test_executives_hold_each_post_by_a_link_of_its_own(executives: Result) -> None:
    posts = executives.links("EXECUTIVE_OF")
    chairman = posts.filter(pl.col("from_key") == "cn_executives:executive:dddbd3ad0f2e3fca80da88296298bb51")
    assert sorted(chairman["post"]) == ["董事", "董事长"]
    assert executives.records.height == 20_872 + 3_188
    assert executives.count("executive_stock").read == 24_775 == executives.count("executive_stock").accepted
    assert posts.height == posts["id"].n_unique() == 29_073


def test_executives_names_and_unknown_genders(executives: Result) -> None:
    persons = executives.records.filter(pl.col("kind") == "person")
    assert "杜玉岱" in persons["name"]
    assert persons["gender"].null_count() == 63
    assert not any(count.flags for count in executives.log.counts())


def test_a_data_date_given_by_the_caller_is_on_every_link() -> None:
    result = Result(load_mapping("sec13d"), real("sec13d"), data_date=date(2025, 6, 30))
    assert result.links("OWNS")["data_day"].unique().to_list() == [times.to_day(date(2025, 6, 30))]
