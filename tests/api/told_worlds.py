"""Small worlds for explanations, from the tables that a run reads: parties by name, as DOMAIN.md writes its examples."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from algorithms.control import control
from algorithms.threshold import PPB, UNKNOWN
from algorithms.votes import Bases, ControlRule, Stakes
from api.services.answers import PartyRef
from api.services.exposure_basis import basis_of
from api.services.rule_sets import rule_set
from api.services.run_connected import connected_under
from api.services.run_input import RunInput
from api.services.why_words import Cast, Teller
from tests.api.risk_tables_given import risk

DAY = date(2025, 1, 1)


@dataclass(frozen=True)
class Given:
    """A small world. held: "holder company" -> percent. depends: "D on B"; firm: whether somebody confirmed it."""

    held: dict[str, int] = field(default_factory=dict)
    depends: tuple[str, ...] = ()
    firm: bool = True
    owing_nothing: str = ""
    sovereign: str = ""
    declared: dict[str, str] = field(default_factory=dict)
    couple: str = ""
    rules: str = "cn-large-exposure"
    names: str = ""
    bands: dict[str, tuple[int, int]] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def world(given: Given) -> tuple[list[str], Teller, Stakes]:
    """The parties' names by ordinal, a teller of what follows, and the holdings."""
    words = " ".join((*given.held, *given.depends, *given.declared, given.owing_nothing, given.couple)).split()
    names = given.names.split() or sorted(set(words) - {"on"})
    at = {name: place for place, name in enumerate(names)}
    pairs = [pair.split() for pair in (*given.held, *given.bands)]
    shares = [(share, share, share) for share in given.held.values()]
    shares += [(UNKNOWN, low, high) for low, high in given.bands.values()]
    votes = [[one if one == UNKNOWN else one * (PPB // 100) for one in row] for row in shares]
    columns = [
        [at[pair[0]] for pair in pairs],
        [at[pair[1]] for pair in pairs],
        *([row[k] for row in votes] for k in range(3)),
    ]
    stakes = Stakes(*(np.asarray(column, dtype=np.int64) for column in columns))
    over = [pair.split() for pair in given.declared]
    kinds = tuple(sorted(set(given.declared.values())))
    bases = Bases(
        np.asarray([at[pair[0]] for pair in over], dtype=np.int64),
        np.asarray([at[pair[1]] for pair in over], dtype=np.int64),
        np.asarray([kinds.index(kind) for kind in given.declared.values()], dtype=np.int64),
        kinds,
    )
    none = np.empty(0, dtype=np.int64)
    read = RunInput(names, none, none, stakes, bases, (), rows=len(pairs), merged=0, unseen=0)
    owing = [name for name in names if name not in (given.owing_nothing + " " + given.sovereign).split()]
    links = [link.split(" on ") for link in given.depends]
    tables: dict[str, list[dict[str, Any]]] = {
        "facilities": [{"facility_id": name, "limit_amount": 100, "drawn_amount": 100} for name in owing],
        "borrowers": [{"facility": k, "party": at[name]} for k, name in enumerate(owing)],
        "dependence": [
            {"dependent": at[one], "provider": at[other], "status": int(given.firm)} for one, other in links
        ],
        "institutions": [{"party": at[name], "exempt": "sovereign"} for name in given.sovereign.split()],
        "capital": [{"net_tier_1": 1_000, "tier_1": 1_000, "net_capital": 1_000}],
        "payment_months": [{"month": 202401 + month} for month in range(12)],
    }
    lent = risk(**tables | given.tables)
    couples = [tuple(at[name] for name in given.couple.split())] if given.couple else []
    settled = control(stakes, len(names), ControlRule(family_as_one=bool(couples)), bases, couples)
    basis = basis_of(lent, DAY)
    under = connected_under(read, lent, settled, rule_set(given.rules).rules, basis)
    seen = {place: PartyRef(party_id=name, name=name, kind="company") for place, name in enumerate(names)}
    return names, Teller("en", Cast("en", seen), under, settled, basis, lent), stakes
