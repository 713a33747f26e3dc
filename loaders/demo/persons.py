"""Persons: households with their couples and children, names, certificates, homes and telephones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from loaders.demo import digits
from loaders.demo.columns import NONE, IntArray, between, pick, weighted
from loaders.demo.geography import Geography, home_addresses
from loaders.demo.sizes import DATA_DAY, Counts, stream
from loaders.demo.words.business import FOREIGN_FAMILY, FOREIGN_GIVEN, FOREIGN_NATIONS, OCCUPATIONS
from loaders.demo.words.people import GIVEN_FEMALE, GIVEN_MALE, SURNAMES
from loaders.demo.words.places import BIRTH_PLACES

YEAR = 365
ADULT = 18 * YEAR + 5
DECLARED, JOINT_ACCOUNT, SHARED_PHONE, NO_EVIDENCE = range(4)
"""How the data tell that a couple lives together."""

_HOUSEHOLD_SIZES = (0.30, 0.30, 0.28, 0.12)
_EVIDENCE = (0.65, 0.15, 0.17, 0.03)


@dataclass(frozen=True)
class Households:
    """Who lives with whom, one entry a person. Ordinals of persons count from 0; NONE where there is none."""

    number: IntArray
    position: IntArray
    """0 the first adult, 1 the other, 2 and more their children."""
    first: IntArray
    """The person at position 0 of the same household."""
    size: IntArray
    evidence: IntArray
    sex: IntArray
    """1 male, 2 female."""
    birth: IntArray
    surname: IntArray
    served: IntArray
    """1 where the household banks here (its members are in the core system)."""

    @property
    def adult(self) -> IntArray:
        """1 for persons of age on the data day."""
        return (self.birth <= DATA_DAY - ADULT).astype(np.int64)


def make_households(counts: Counts, seed: int, alone: int = 0) -> Households:
    """Random households until the number of persons is reached; the first `alone` persons live by themselves."""
    rng = stream(seed, "households")
    n = counts.persons
    sizes = weighted(rng, _HOUSEHOLD_SIZES, n) + 1
    sizes[:alone] = 1
    ends = np.cumsum(sizes)
    households = int(np.searchsorted(ends, n)) + 1
    sizes = sizes[:households]
    sizes[-1] -= int(ends[households - 1]) - n
    starts = np.cumsum(sizes) - sizes
    number = np.repeat(np.arange(households, dtype=np.int64), sizes)
    position = np.arange(n, dtype=np.int64) - starts[number]
    first_is_man = (rng.random(households) < 0.6).astype(np.int64)[number]
    child_sex = between(rng, 1, 2, n)
    adult_sex = np.where((position == 0) == (first_is_man == 1), 1, 2)
    first_birth = DATA_DAY - between(rng, 26 * YEAR, 78 * YEAR, households)[number]
    partner_birth = np.minimum(first_birth + between(rng, -6 * YEAR, 6 * YEAR, n), DATA_DAY - 23 * YEAR)
    child_birth = np.minimum(
        np.maximum(first_birth, partner_birth) + between(rng, 23 * YEAR, 33 * YEAR, n), DATA_DAY - 90
    )
    own_surname = weighted(rng, [s[2] for s in SURNAMES], n)
    birth = np.where(position == 0, first_birth, np.where(position == 1, partner_birth, child_birth))
    father = starts[number] + np.where(first_is_man == 1, 0, np.minimum(1, sizes[number] - 1))
    return Households(
        number=number,
        position=position,
        first=starts[number],
        size=sizes[number],
        evidence=weighted(rng, _EVIDENCE, households)[number],
        sex=np.where(position < 2, adult_sex, child_sex),
        birth=np.where(birth == NONE, birth - 1, birth),
        surname=np.where(position < 2, own_surname, own_surname[father]),
        served=(rng.random(households) < 0.86).astype(np.int64)[number],
    )


def make_persons(counts: Counts, geography: Geography, homes: Households, seed: int) -> pl.DataFrame:
    """Attributes of every person, one row each, in the order of `homes`."""
    rng = stream(seed, "persons")
    n = counts.persons
    index = np.arange(n, dtype=np.int64)
    foreign = (rng.random(n) < 0.008) & (homes.position == 0) & (homes.size == 1)
    district = between(rng, 0, len(geography.districts) - 1, n)[homes.first]
    names = _names(rng, homes, foreign)
    mobile = _mobiles(index)
    shares_phone = (homes.position == 1) & (homes.evidence == SHARED_PHONE)
    return names.with_columns(
        _certificates(rng, homes, foreign, index),
        sex=homes.sex,
        birth=homes.birth,
        occupation=pick(OCCUPATIONS, between(rng, 0, len(OCCUPATIONS) - 1, n)),
        district=district,
        branch=geography.home_of[district] + between(rng, 0, geography.per_city - 1, n)[homes.first],
        address=home_addresses(geography, district, homes.number, (rng.random(n) < 0.1).astype(np.int64)),
        mobile=mobile.gather(np.where(shares_phone, homes.first, index)),
        mail=pl.select(
            pl.when(pl.Series(rng.random(n) < 0.25)).then(pl.concat_str(pl.lit("u"), mobile, pl.lit("@mail.example")))
        ).to_series(),
        since=np.maximum(DATA_DAY - between(rng, 60, 20 * YEAR, n), homes.birth + 30),
        core=homes.served,
        household=homes.number,
    )


def _names(rng: np.random.Generator, homes: Households, foreign: np.ndarray) -> pl.DataFrame:
    n = len(homes.sex)
    male, is_foreign = pl.Series(homes.sex == 1), pl.Series(foreign)
    two = pl.Series(rng.random(n) < 0.82)
    given, given_en = _given(rng, n, male, two)
    chinese = pl.concat_str(pick([s[0] for s in SURNAMES], homes.surname), given)
    english = pl.concat_str(pick([s[1].title() for s in SURNAMES], homes.surname), pl.lit(" "), given_en)
    abroad = pick(_foreign_names(), between(rng, 0, len(_foreign_names()) - 1, n))
    nation = pick(FOREIGN_NATIONS, between(rng, 0, len(FOREIGN_NATIONS) - 1, n))
    return pl.select(
        name=pl.when(is_foreign).then(abroad).otherwise(chinese),
        name_en=pl.when(is_foreign).then(abroad).otherwise(english),
        nation=pl.when(is_foreign).then(nation).otherwise(pl.lit("CN")),
    )


def _given(rng: np.random.Generator, n: int, male: pl.Series, two: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Given names of one or two characters, and their pinyin; the first entries of the lists are commoner."""
    size = min(len(GIVEN_MALE), len(GIVEN_FEMALE))
    first, second = (np.minimum((size * rng.random(n) ** 1.35).astype(np.int64), size - 1) for _ in range(2))

    def chosen(part: int, ordinals: IntArray) -> pl.Expr:
        man, woman = (pick([g[part] for g in names], ordinals) for names in (GIVEN_MALE, GIVEN_FEMALE))
        return pl.when(male).then(man).otherwise(woman)

    written = pl.select(
        zh=pl.concat_str(chosen(0, first), pl.when(two).then(chosen(0, second)).otherwise(pl.lit(""))),
        en=pl.concat_str(
            chosen(1, first).str.to_titlecase(), pl.when(two).then(chosen(1, second)).otherwise(pl.lit(""))
        ),
    )
    return written["zh"], written["en"]


def _foreign_names() -> list[str]:
    return [f"{given} {family}" for given in FOREIGN_GIVEN for family in FOREIGN_FAMILY]


def _mobiles(index: IntArray) -> pl.Series:
    """Distinct mobile numbers."""
    prefixes = np.array([138, 139, 136, 135, 137, 150, 151, 158, 186, 188, 189, 177, 133, 159], dtype=np.int64)
    rest = digits.scattered(index, 10**8, 7_654_321, 31_415_926)
    return pl.Series(prefixes[index % len(prefixes)] * 10**8 + rest).cast(pl.String)


def _certificates(
    rng: np.random.Generator, homes: Households, foreign: np.ndarray, index: IntArray
) -> tuple[pl.Series, pl.Series]:
    """Kind (`Ind01`, `Ind03`) and number of each person's certificate; all numbers differ."""
    n = len(index)
    place = between(rng, 0, len(BIRTH_PLACES) - 1, n)
    born = pl.select(pl.Series(homes.birth).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y%m%d").cast(pl.Int64))
    birth = born.to_series().to_numpy()
    # Persons of one place, day and sex take running numbers from a start that depends on the three.
    grouped = pl.DataFrame({"place": place, "birth": birth, "sex": homes.sex})
    rank = grouped.select(pl.int_range(pl.len()).over("place", "birth", "sex")).to_series().to_numpy()
    start = (place * 131 + birth * 17 + homes.sex * 7) % 500
    serial = (start + rank) % 500 * 2 + homes.sex % 2
    codes = np.frombuffer("".join(BIRTH_PLACES).encode(), dtype=np.uint8).reshape(-1, 6)
    resident = digits.text_column(digits.resident_ids(codes[place], birth, serial))
    passport = pl.select(
        pl.concat_str(
            pl.lit("P"), pl.Series(digits.scattered(index, 10**8, 9_876_543, 27_182_818)).cast(pl.String).str.zfill(8)
        )
    ).to_series()
    is_foreign = pl.Series(foreign)
    number = pl.select(pl.when(is_foreign).then(passport).otherwise(resident)).to_series().alias("cert")
    kind = pl.select(pl.when(is_foreign).then(pl.lit("Ind03")).otherwise(pl.lit("Ind01"))).to_series()
    return kind.alias("cert_kind"), number


def kin_of(homes: Households, seed: int) -> dict[str, IntArray]:
    """Declared kin inside households: arrays `of`, `who`, `code` (301 spouse, 302 parent), ordinals of persons."""
    rng = stream(seed, "kin")
    index = np.arange(len(homes.number), dtype=np.int64)
    couple = (homes.position == 1) & (homes.evidence == DECLARED)
    spouse_of, spouse = homes.first[couple], index[couple]
    minor = (homes.position >= 2) & (homes.adult == 0)
    declared = rng.random(len(index))
    child = (minor & (declared < 0.9)) | ((homes.position >= 2) & (declared < 0.35))
    children, parents = index[child], homes.first[child]
    both = rng.random(len(children)) < 0.75
    return {
        "of": np.concatenate([spouse_of, children, children[both]]),
        "who": np.concatenate([spouse, parents, parents[both] + 1]),
        "code": np.concatenate([np.full(len(spouse), 301), np.full(len(children) + int(both.sum()), 302)]),
    }


def distant_kin(homes: Households, seed: int) -> dict[str, IntArray]:
    """Declared kin across households (siblings, parents of grown children): never a household by itself."""
    rng = stream(seed, "distant kin")
    adults = np.flatnonzero((homes.position < 2) & (homes.adult == 1)).astype(np.int64)
    n = len(adults) // 2
    if n == 0:
        empty = np.empty(0, dtype=np.int64)
        return {"of": empty, "who": empty, "code": empty}
    near = rng.permutation(adults)[: max(1, len(adults) // 2)]
    one, other = rng.choice(near, n), rng.choice(near, n)
    older = homes.birth[other] < homes.birth[one] - 20 * YEAR
    fits = (homes.number[one] != homes.number[other]) & (older | (homes.surname[one] == homes.surname[other]))
    return {"of": one[fits], "who": other[fits], "code": np.where(older, 302, 304)[fits]}
