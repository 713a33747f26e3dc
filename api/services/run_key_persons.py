"""Key persons of companies (公私联动), and what both are to the bank: found once by a run, for all questions."""

from __future__ import annotations

from collections.abc import Collection
from itertools import starmap

import numpy as np
import polars as pl

from algorithms.columns import BoolArray
from algorithms.key_persons import actual_controllers
from api.services.household_input import HomeInput
from api.services.key_person_rules import CONTROLLER, EXECUTIVE, FINANCE, LEGAL, ROLES
from api.services.linkage_input import TABLES as LINKAGE
from api.services.linkage_pairs import OWN, PAIRS, TOLD, one_a_pair
from api.services.opening_input import OpeningInput
from api.services.run_input import RunInput
from api.services.run_members import CONFIRMED
from api.services.run_results import control_link_id

READ = ("institutions", "offer_clients", "home_products", "offer_finance_posts", *LINKAGE)
"""The frozen tables that they follow from, beside immediate control."""


def customers_of(given: RunInput, homes: HomeInput, offers: OpeningInput) -> BoolArray:
    """Shape (n_parties,): who is a customer, for a source says so or for a product is held."""
    found = np.zeros(len(given.party_ids), dtype=np.bool_)
    found[offers.column("offer_clients", "party")[offers.column("offer_clients", "customer") == 1]] = True
    found[homes.column("home_products", "party")] = True
    return found


def find_key_persons(
    given: RunInput,
    offers: OpeningInput,
    links: pl.DataFrame,
    is_customer: BoolArray,
    banks: Collection[int] = (),
) -> pl.DataFrame:
    """The rows of `PAIRS`, sorted by ids. links: immediate control as the run found it. is_customer: as `customers_of`
    tells it. banks: ordinals of the reporting bank itself, which nobody wins as a customer: it is left out."""
    told = pl.concat([_posts(offers), _controllers(given, links)])
    natural = pl.Series(given.persons)
    is_pair = natural.gather(told["person_id"]) & ~natural.gather(told["company_id"])
    found = one_a_pair(told.filter(is_pair & ~told["company_id"].is_in(list(banks))))
    known = _parties(offers, is_customer)
    company, person = (known.select(pl.all().gather(found[f"{end}_id"])) for end in ("company", "person"))
    ids = given.ids
    return found.with_columns(
        company_id=ids.gather(found["company_id"]),
        person_id=ids.gather(found["person_id"]),
        industry=company["industry"],
        **{f"company_{name}": company[name] for name in OWN},
        **{f"person_{name}": person[name] for name in OWN},
    ).select(list(PAIRS))


def _posts(offers: OpeningInput) -> pl.DataFrame:
    """Rows of `TOLD` over ordinals: a legal representative holds no post, an executive without a name for it is one."""
    known = set(offers.tables["offer_finance_posts"]["post"])
    rows = offers.tables["linkage_posts"]
    finance = [post for post in rows["post"].unique() if post.casefold() in known]
    legal = pl.col("post") == LEGAL
    role = pl.when(legal).then(ROLES.index(LEGAL)).when(pl.col("post").is_in(finance)).then(ROLES.index(FINANCE))
    return rows.select(
        company_id="company",
        person_id="person",
        role=role.otherwise(ROLES.index(EXECUTIVE)).cast(pl.Int64),
        post=pl.when(~legal).then(pl.col("post").replace("", EXECUTIVE)),
        status="status",
        link="link",
    )


def _controllers(given: RunInput, links: pl.DataFrame) -> pl.DataFrame:
    """Rows of `TOLD` over ordinals for actual controllers: one for each link of immediate control, else one without."""
    below, above = (links[end].to_numpy() for end in ("controlled", "controller"))
    company, person = actual_controllers(below, above, given.persons)
    direct = links.filter(pl.Series(given.persons[above], dtype=pl.Boolean))
    named = direct.select(
        company_id="controlled",
        person_id="controller",
        link=pl.Series(
            starmap(control_link_id, direct.select("controlled_id", "controller_id", "basis").iter_rows()),
            dtype=pl.String,
        ),
    )
    found = pl.DataFrame({"company_id": company, "person_id": person})
    found = found.join(named, on=["company_id", "person_id"], how="left", maintain_order="left")
    return found.with_columns(
        role=pl.lit(ROLES.index(CONTROLLER), pl.Int64),
        post=pl.lit(None, pl.String),
        status=pl.lit(CONFIRMED),
    ).select("company_id", "person_id", *list(TOLD)[2:])


def _parties(offers: OpeningInput, is_customer: BoolArray) -> pl.DataFrame:
    """What each party is to the bank, in the order of ordinals: `industry`, and the columns `OWN`."""
    everyone = pl.DataFrame({"party": np.arange(is_customer.size), "is_customer": is_customer})
    known = offers.tables["linkage_parties"].rename({"branch": "branch_id", "manager": "manager_id"})
    branches = offers.tables["linkage_branches"].rename({"branch": "branch_id", "name": "branch"})
    managers = offers.tables["linkage_managers"].rename({"manager": "manager_id", "name": "manager"})
    found = everyone.join(known, on="party", how="left", maintain_order="left")
    for names, id in ((branches, "branch_id"), (managers, "manager_id")):
        found = found.join(names, on=id, how="left", maintain_order="left")
    return found.select("industry", *OWN).with_columns(pl.col(pl.String).replace("", None))
