"""Companies: names in Chinese and English, codes with check digits, size, home, capital."""

from __future__ import annotations

import numpy as np
import polars as pl

from loaders.demo import digits
from loaders.demo.columns import IntArray, between, pick, power_law, weighted
from loaders.demo.geography import Geography, office_addresses
from loaders.demo.sizes import DATA_DAY, Counts, stream
from loaders.demo.words.business import FOREIGN_FIRST, FOREIGN_HOMES, FOREIGN_SECOND, FORMS, INDUSTRIES
from loaders.demo.words.people import TRADE

YEAR = 365
_SIZES = ("2", "3", "4", "5")
_SIZE_WEIGHTS = (0.02, 0.10, 0.38, 0.50)
_RATINGS = ("AAA", "AA", "A", "BBB", "BB", "B", "C", "D")
_RATING_WEIGHTS = (2.0, 8.0, 20.0, 28.0, 24.0, 13.0, 4.0, 1.0)
_CAPITAL_STEPS = np.array([10_000, 3_000, 500, 100], dtype=np.int64) * 1_000_000


def make_companies(counts: Counts, geography: Geography, seed: int, domestic: int = 0) -> pl.DataFrame:
    """Attributes of every company, one row each; the first `domestic` ones are none of the foreign."""
    rng = stream(seed, "companies")
    n = counts.companies
    index = np.arange(n, dtype=np.int64)
    foreign = (rng.random(n) < 0.02) & (index >= domestic)
    district = between(rng, 0, len(geography.districts) - 1, n)
    industry = weighted(rng, [i.weight for i in INDUSTRIES], n)
    scope = weighted(rng, _SIZE_WEIGHTS, n)
    form = weighted(rng, [f.weight for f in FORMS], n)
    home = weighted(rng, [h[2] for h in FOREIGN_HOMES], n)
    names = _names(rng, geography, n, foreign, district, industry, form, home)
    capital = _CAPITAL_STEPS[scope] * between(rng, 1, 20, n)
    listed = (rng.random(n) < 0.15) & (scope == 0)
    return names.with_columns(
        *_codes(geography, index, foreign, district),
        former=_former(rng, geography, district, industry, n, foreign),
        lei=_identifiers(index, scope == 0),
        nature=pl.select(
            pl.when(pl.Series(foreign)).then(pl.lit("9000")).otherwise(pick([f.code for f in FORMS], form))
        ).to_series(),
        industry=pick([i.code for i in INDUSTRIES], industry),
        scope=pick(_SIZES, scope),
        district=district,
        setup=DATA_DAY - between(rng, 200, 30 * YEAR, n),
        address=office_addresses(geography, district, between(rng, 0, 10**7, n)),
        telephone=_telephones(geography, district, index),
        country=pl.select(
            pl.when(pl.Series(foreign)).then(pick([h[0] for h in FOREIGN_HOMES], home)).otherwise(pl.lit("CN"))
        ).to_series(),
        capital=capital,
        staff=np.maximum(1, capital // 40_000_000 + power_law(rng, 60, n, 2.0)),
        listed=np.where(listed, "1", "2"),
        rating=pick(_RATINGS, weighted(rng, _RATING_WEIGHTS, n)),
        branch=geography.home_of[district] + between(rng, 0, geography.per_city - 1, n),
        core=((rng.random(n) < 0.65) & ~foreign | (rng.random(n) < 0.15)).astype(np.int64),
        since=DATA_DAY - between(rng, 60, 15 * YEAR, n),
    )


def _trade_name(rng: np.random.Generator, n: int) -> tuple[pl.Series, pl.Series]:
    first, second = between(rng, 0, len(TRADE) - 1, n), between(rng, 0, len(TRADE) - 1, n)
    second = np.where(first == second, (second + 1) % len(TRADE), second)
    characters, romanised = [t[0] for t in TRADE], [t[1] for t in TRADE]
    parts = pl.DataFrame(
        {
            "a": pick(characters, first),
            "b": pick(characters, second),
            "c": pick(romanised, first),
            "d": pick(romanised, second),
        }
    )
    made = parts.select(zh=pl.concat_str("a", "b"), en=pl.concat_str(pl.col("c").str.to_titlecase(), "d"))
    return made["zh"], made["en"]


def _names(
    rng: np.random.Generator,
    geography: Geography,
    n: int,
    foreign: np.ndarray,
    district: IntArray,
    industry: IntArray,
    form: IntArray,
    home: IntArray,
) -> pl.DataFrame:
    trade, trade_en = _trade_name(rng, n)
    parts = pl.DataFrame(
        {
            "city": pick([d.city for d in geography.districts], district),
            "city_en": pick([d.city_en for d in geography.districts], district),
            "trade": trade,
            "trade_en": trade_en,
            "industry": pick([i.word for i in INDUSTRIES], industry),
            "industry_en": pick([i.english for i in INDUSTRIES], industry),
            "form": pick([f.word for f in FORMS], form),
            "form_en": pick([f.english for f in FORMS], form),
            "first": pick(FOREIGN_FIRST, between(rng, 0, len(FOREIGN_FIRST) - 1, n)),
            "middle": pick(FOREIGN_FIRST, between(rng, 0, len(FOREIGN_FIRST) - 1, n)),
            "second": pick(FOREIGN_SECOND, between(rng, 0, len(FOREIGN_SECOND) - 1, n)),
            "suffix": pick([h[1] for h in FOREIGN_HOMES], home),
            "style": between(rng, 0, 2, n),
        }
    )
    blank = pl.lit(" ")
    chinese = pl.when(pl.col("style") == 0).then(
        pl.concat_str("trade", pl.lit("（"), "city", pl.lit("）"), "industry", "form")
    ).otherwise(pl.concat_str("city", pl.when(pl.col("style") == 1).then(pl.lit("市")).otherwise(pl.lit("")),
                              "trade", "industry", "form"))  # fmt: skip
    english = pl.concat_str("city_en", blank, "trade_en", blank, "industry_en", blank, "form_en")
    abroad = pl.concat_str("first", blank, "middle", blank, "second", blank, "suffix")
    is_foreign = pl.Series(foreign)
    return parts.select(
        name=pl.when(is_foreign).then(abroad).otherwise(chinese),
        name_en=pl.when(is_foreign).then(abroad).otherwise(english),
    )


def _former(
    rng: np.random.Generator, geography: Geography, district: IntArray, industry: IntArray, n: int, foreign: np.ndarray
) -> pl.Series:
    """The name before the last change, for a few."""
    trade, _ = _trade_name(rng, n)
    named = pl.Series((rng.random(n) < 0.04) & ~foreign)
    city = pick([d.city for d in geography.districts], district)
    word = pick([i.word for i in INDUSTRIES], industry)
    return pl.select(pl.when(named).then(pl.concat_str(city, trade, word, pl.lit("有限公司")))).to_series()


def _codes(geography: Geography, index: IntArray, foreign: np.ndarray, district: IntArray) -> list[pl.Series]:
    """Certificate kind and number, and the organisation code (empty for foreign companies)."""
    regions = np.frombuffer("".join(d.code for d in geography.districts).encode(), dtype=np.uint8).reshape(-1, 6)
    organisation = digits.organisation_codes(index)
    social = digits.text_column(digits.social_credit_codes(regions[district], organisation))
    registered = pl.select(
        pl.concat_str(
            pl.lit("F"), pl.Series(digits.scattered(index, 10**8, 4_567_891, 13_579_135)).cast(pl.String).str.zfill(8)
        )
    ).to_series()
    is_foreign = pl.Series(foreign)
    return [
        pl.select(pl.when(is_foreign).then(pl.lit("Ent02")).otherwise(pl.lit("Ent01"))).to_series().alias("cert_kind"),
        pl.select(pl.when(is_foreign).then(registered).otherwise(social)).to_series().alias("cert"),
        pl.select(pl.when(~is_foreign).then(digits.text_column(organisation))).to_series().alias("organisation"),
    ]


def _identifiers(index: IntArray, wanted: np.ndarray) -> pl.Series:
    """Legal entity identifiers for some."""
    codes = digits.text_column(digits.legal_entity_identifiers(index))
    return pl.select(pl.when(pl.Series(wanted)).then(codes)).to_series()


def _telephones(geography: Geography, district: IntArray, index: IntArray) -> pl.Series:
    area = pick([d.area_code for d in geography.districts], district)
    number = pl.Series(digits.scattered(index, 6 * 10**7, 7_654_321, 3_141_592) + 2 * 10**7).cast(pl.String)
    return pl.select(pl.concat_str(area, pl.lit("-"), number)).to_series()
