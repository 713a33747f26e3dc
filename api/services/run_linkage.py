"""Corporate-retail linkage (公私联动): key persons of customers who are none, and customers' own companies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from algorithms.columns import BoolArray, IntArray
from algorithms.groups import HEAD, Groups
from algorithms.openings import APPROACHED, OPTED_OUT, REFUSED, SOLD, WHY_NOT
from algorithms.threshold import PPB
from api.services.id_columns import Names
from api.services.key_person_rules import CONTROLLER, EXECUTIVE, FINANCE, LEGAL, ROLES
from api.services.opening_input import OpeningInput
from api.services.opening_tables import OPENINGS, SUPPRESSED, opening_ids
from api.services.risk_input import RiskInput
from api.services.run_input import RunInput

_OWN = ROLES.index(CONTROLLER)
"""Up to here a role makes the company the person's own."""
LINKAGE = "linkage"


@dataclass(frozen=True)
class LinkageFound:
    """openings: the rows of `OPENINGS` without product. suppressed: of `SUPPRESSED`. Both by party."""

    openings: pl.DataFrame
    suppressed: pl.DataFrame


def find_linkage(
    given: RunInput,
    risk: RiskInput,
    offers: OpeningInput,
    control: Groups,
    is_customer: BoolArray,
    resting: BoolArray,
    day: int,
) -> LinkageFound:
    """Who should be a customer, for somebody or something of theirs is one. control: the control groups. is_customer,
    resting: shape (n_parties,): customers, and those whose household was approached lately. day: of the run."""
    gaps = _gaps(_ties(given, risk, offers, control), is_customer)
    why_not = _why_not(gaps["party"].to_numpy().astype(np.int64), offers, resting, day)
    ids = pl.Series(given.party_ids, dtype=pl.String)
    party = ids.gather(gaps["party"])
    told = pl.DataFrame({"party_id": party, "linked_id": ids.gather(gaps["linked"])}).with_columns(
        product_id=pl.lit(None, pl.String),
        score=pl.lit(int(offers.rules.weights.linkage * PPB), pl.Int64),
        linked_as=Names(ROLES).of(gaps["kind"].to_numpy().astype(np.int64)),
        source=pl.lit(LINKAGE),
        place=pl.lit(1, pl.Int64),
        is_new=pl.lit(False),
        why_not=Names(WHY_NOT).of(why_not),
    )
    told = told.with_columns(opening_id=opening_ids(told))
    offered = told.filter(pl.col("why_not") == "")
    left_out = told.filter(pl.col("why_not") != "").rename({"why_not": "reason"})
    return LinkageFound(_filled(offered, OPENINGS), _filled(left_out, SUPPRESSED))


def _filled(frame: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """All columns of a table: what a linkage says nothing of is 0 or null."""
    columns = [
        pl.col(name)
        if name in frame.columns
        else (pl.lit(0, kind) if kind == pl.Int64 else pl.lit(None, kind)).alias(name)
        for name, kind in schema.items()
    ]
    return frame.select(columns)


def _ties(given: RunInput, risk: RiskInput, offers: OpeningInput, groups: Groups) -> pl.DataFrame:
    """Persons with companies: `person`, `company`, `kind`. The reporting bank itself is left out."""
    known = set(offers.tables["offer_finance_posts"]["post"])
    posts = risk.tables["key_managers"].select("person", "company", "post")
    finance = pl.col("post").is_in([post for post in posts["post"].unique() if post.casefold() in known])
    kind = (
        pl.when(pl.col("post") == LEGAL)
        .then(ROLES.index(LEGAL))
        .when(finance)
        .then(ROLES.index(FINANCE))
        .otherwise(ROLES.index(EXECUTIVE))
    )
    group = np.repeat(np.arange(len(groups)), np.diff(groups.first))
    members = pl.DataFrame({"group": group, "party": groups.party, "head": groups.role == HEAD})
    controls = members.filter("head").join(members, on="group").select(person="party", company="party_right")
    rows = pl.concat(
        [
            posts.select("person", "company", kind=kind.cast(pl.Int64)),
            controls.with_columns(kind=pl.lit(ROLES.index(CONTROLLER), pl.Int64)),
        ]
    )
    persons = given.persons
    bank = np.zeros(persons.size, dtype=np.bool_)
    bank[list(risk.reporting_banks)] = True
    person, company = (rows[name].to_numpy().astype(np.int64) for name in ("person", "company"))
    return rows.filter(pl.Series(persons[person] & ~persons[company] & ~bank[company]))


def _gaps(ties: pl.DataFrame, is_customer: BoolArray) -> pl.DataFrame:
    """Parties that are no customers, each with the tie that says most: `party`, `linked`, `kind`."""
    known = pl.Series(is_customer)
    sides = ties.with_columns(
        one=known.gather(ties["person"]), other=known.gather(ties["company"]), own=pl.col("kind") <= _OWN
    )
    persons = sides.filter(~pl.col("one") & pl.col("other")).select("kind", party="person", linked="company")
    companies = sides.filter(pl.col("one") & ~pl.col("other") & pl.col("own"))
    both = pl.concat([persons, companies.select("kind", party="company", linked="person")])
    return both.sort("party", "kind", "linked").unique("party", keep="first", maintain_order=True)


def _why_not(party: IntArray, offers: OpeningInput, resting: BoolArray, day: int) -> IntArray:
    """Why each is not asked, by code."""
    days = offers.rules.days
    done = offers.tables["offer_outcomes"].filter((pl.col("product") == "") & (pl.col("day") <= day))
    last = done.group_by("party", maintain_order=True).agg(pl.col("day", "outcome").last())

    def of(outcome: str, lasting: int) -> BoolArray:
        rows = last.filter((pl.col("outcome") == outcome) & (pl.col("day") >= day - lasting))
        return np.isin(party, rows["party"].to_numpy())

    shy = offers.tables["offer_clients"].filter(pl.col("opted_out") == 1)["party"].to_numpy()
    code = np.where(resting[party], APPROACHED, 0)
    code[of("refused", days.refused)] = REFUSED
    code[np.isin(party, shy)] = OPTED_OUT
    code[of("sold", days.sold)] = SOLD
    return code.astype(np.int64)
