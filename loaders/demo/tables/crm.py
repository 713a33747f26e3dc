"""The marketing system's tables."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo.catalogue import PRODUCTS, product_number
from loaders.demo.columns import NONE, IntArray, day_text, scaled_text
from loaders.demo.layout import TABLES
from loaders.demo.world import World, serial

_MEASURES = ("deposits", "loans", "revenue", "contribution")


def days(values: pl.Series) -> pl.Series:
    return day_text(values, "%Y-%m-%d")


def _product_numbers(ordinals: pl.Series) -> pl.Series:
    return serial(ordinals, "PRD", 4)


def crm_outsider(world: World) -> pl.DataFrame:
    rows = [
        (f"O{n + 1:06d}", kind, name, english, f"1990000{n:04d}", "2023-01-05")
        for n, (kind, name, english) in enumerate(world.outsiders)
    ]
    return pl.DataFrame(rows, schema=_schema("CRM_OUTSIDER"), orient="row")


def crm_profile(world: World) -> pl.DataFrame:
    rows = world.profiles
    return rows.select(
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        SEGMENT="segment",
        GRADE="grade",
        RISK_RATING=pl.col("risk").cast(pl.String),
        OPT_OUT="opt_out",
        REVENUE=scaled_text(rows["revenue"], 2),
        RATED_ON=pl.lit("2024-12-31"),
    )


def crm_product(_: World) -> pl.DataFrame:
    rows = [
        (product_number(n), p.name, p.english, p.category, p.kind, str(p.risk), p.term) for n, p in enumerate(PRODUCTS)
    ]
    return pl.DataFrame(rows, schema=_schema("CRM_PRODUCT"), orient="row")


def crm_holding(world: World) -> pl.DataFrame:
    rows = world.holdings
    return rows.select(
        HOLDING_ID=serial(np.arange(rows.height), "H"),
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        PRODUCT_ID=_product_numbers(rows["product"]),
        SINCE=days(rows["since"]),
        UNTIL=days(rows["until"]),
        MATURES_ON=days(rows["matures"]),
        BALANCE=scaled_text(rows["balance"], 2),
    )


def _numbers(world: World, ends: IntArray) -> tuple[pl.Series, pl.Series]:
    """Customer numbers and kinds; ends below zero are outsiders: -(ordinal + 2)."""
    outside = pl.Series(ends < 0)
    own = np.maximum(ends, 0)
    number = pl.when(outside).then(serial(-ends - 2, "O", 6)).otherwise(world.core_numbers(own))
    kind = pl.when(outside).then(pl.lit("3")).otherwise(world.core_kinds(own))
    return pl.select(number).to_series(), pl.select(kind).to_series()


def crm_referral(world: World) -> pl.DataFrame:
    rows = world.referrals
    referrer, referrer_kind = _numbers(world, rows["referrer"].to_numpy())
    referred, referred_kind = _numbers(world, rows["referred"].to_numpy())
    return rows.select(
        REFERRAL_ID=serial(np.arange(rows.height), "RF"),
        REFERRER_NO=referrer,
        REFERRER_KIND=referrer_kind,
        REFERRED_NO=referred,
        REFERRED_KIND=referred_kind,
        REFERRED_AT=days(rows["day"]),
        CAMPAIGN_ID=serial(rows["campaign"], "CP", 4),
        PRODUCT_ID=_product_numbers(rows["product"]),
        OUTCOME="outcome",
        VALUE=scaled_text(rows["value"], 2),
        BOUGHT_AT=days(rows["bought"]),
    )


def crm_campaign(world: World) -> pl.DataFrame:
    made = world.campaigns
    starts, ends = days(pl.Series([c.starts for c in made])), days(pl.Series([c.ends for c in made]))
    rows = [
        (f"CP{n + 1:04d}", c.name, c.english, product_number(c.product), c.channel, starts[n], ends[n])
        for n, c in enumerate(made)
    ]
    return pl.DataFrame(rows, schema=_schema("CRM_CAMPAIGN"), orient="row")


def crm_campaign_target(world: World) -> pl.DataFrame:
    rows = world.targets
    return rows.select(
        TARGET_ID=serial(np.arange(rows.height), "TG"),
        CAMPAIGN_ID=serial(rows["campaign"], "CP", 4),
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        TARGETED_AT=days(rows["day"]),
        CHANNEL="channel",
        RESPONSE="response",
        RESPONDED_AT=days(rows["answered"]),
    )


def crm_contact(world: World) -> pl.DataFrame:
    rows = world.contacts
    hour = (pl.col("minute") // 60).cast(pl.String).str.zfill(2)
    minute = (pl.col("minute") % 60).cast(pl.String).str.zfill(2)
    return rows.select(
        CONTACT_ID=serial(np.arange(rows.height), "CT"),
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        KIND="kind",
        AT=pl.concat_str(days(rows["day"]), pl.lit(" "), hour, pl.lit(":"), minute),
        STAFF_ID=serial(rows["manager"], "S", 5),
        SUBJECT="subject",
        DUE_ON=days(rows["due"]),
        STATE="state",
    )


def crm_assignment(world: World) -> pl.DataFrame:
    rows = world.assignments
    return rows.select(
        ASSIGNMENT_ID=serial(np.arange(rows.height), "AS"),
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        STAFF_ID=serial(rows["manager"], "S", 5),
        ROLE="role",
        FROM_DATE=days(rows["begin"]),
        TO_DATE=days(rows["end"]),
    )


def crm_year_figures(world: World) -> pl.DataFrame:
    rows = world.figures
    lists = {
        measure.upper(): pl.concat_str(
            *(scaled_text(rows[f"{measure}{month:02d}"], 2) for month in range(1, 13)), separator=";"
        )
        for measure in _MEASURES
    }
    return rows.select(
        CUST_NO=world.core_numbers(rows["party"]),
        CUST_KIND=world.core_kinds(rows["party"]),
        YEAR=pl.lit("2024"),
        **lists,
    )


_BANKS = pl.Series(["东港银行", "华信银行", "江州农村商业银行", "南岭城市商业银行", "Harbour Trust Bank"])


def pay_monthly(world: World) -> pl.DataFrame:
    rows = world.transfers
    holders = pl.concat([world.companies["name"], world.persons["name"]]).gather(world.accounts["party"])
    outside = rows["outside"].clip(0)
    other = pl.concat_str(pl.lit("6800"), (outside * 7_919 + 100_000_007).cast(pl.String).str.zfill(12))
    columns: dict[str, object] = {}
    for side in ("payer", "payee"):
        account = rows[side]
        own, safe = account != NONE, account.clip(0)
        columns[f"{side.upper()}_ACCT"] = pl.when(own).then(world.account_numbers.gather(safe)).otherwise(other)
        columns[f"{side.upper()}_NAME"] = pl.when(own).then(holders.gather(safe)).otherwise(_outside_names(outside))
        columns[f"{side.upper()}_BANK"] = pl.when(~own).then(_BANKS.gather(outside % len(_BANKS)))
    amount, count = rows["amount"], rows["times"]
    # The last payment takes what the even parts leave; days fall six apart, the first as told or by the sum.
    part, start = (
        amount // count,
        pl.select(pl.when(rows["day"] > 0).then(rows["day"]).otherwise(amount % 14 + 1)).to_series(),
    )
    day_list, amount_list = start.cast(pl.String), scaled_text(amount - part * (count - 1), 2)
    for n in (1, 2):
        more = count > n
        day_list = _more(day_list, more, (start + 6 * n).cast(pl.String))
        amount_list = _more(amount_list, more, scaled_text(part, 2))
    return rows.select(
        **columns,  # type: ignore[arg-type]
        MONTH=pl.col("month").cast(pl.String),
        CURRENCY=pl.lit("CNY"),
        AMOUNT=scaled_text(amount, 2),
        TXN_COUNT=count.cast(pl.String),
        DAYS=day_list,
        AMOUNTS=amount_list,
    ).select(_schema("PAY_MONTHLY").keys())


def _more(text: pl.Series, wanted: pl.Series, item: pl.Series) -> pl.Series:
    return pl.select(pl.when(wanted).then(pl.concat_str(text, pl.lit(";"), item)).otherwise(text)).to_series()


def _outside_names(ordinals: pl.Series) -> pl.Expr:
    cities = pl.Series(["常州", "绍兴", "嘉兴", "佛山", "泉州", "烟台", "洛阳", "绵阳"])
    trades = pl.Series(["广源", "同济", "三和", "永利", "万顺", "兴达", "鼎新", "中联", "海通", "百盛", "天和"])
    lines = pl.Series(["贸易", "实业", "商行", "科技", "物资"])
    return pl.concat_str(
        cities.gather(ordinals % len(cities)),
        trades.gather(ordinals // 8 % len(trades)),
        lines.gather(ordinals // 88 % len(lines)),
        pl.lit("有限公司"),
    )


def _schema(table: str) -> dict[str, type[pl.String]]:
    return dict.fromkeys(TABLES[table].column_names, pl.String)
