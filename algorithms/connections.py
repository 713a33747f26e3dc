"""What connects clients: control, economic dependence and the kin rule, as arcs along which failure is carried.

DOMAIN.md 4. An arc runs from the party that fails to the party that falls with it: from a controller to what it
controls, from a provider to its dependent. A group is then what its head reaches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from algorithms.ballots import Links
from algorithms.columns import BoolArray, IntArray, offsets, order_by, rows_of
from algorithms.control import Control
from algorithms.kin import Kin, kin_control
from algorithms.votes import check_ordinals

Sovereign = Literal["no_connection", "alternative", "connects"]
KinSetting = Literal["off", "firm_with_main_investor"]

CONTROL, DEPENDENCE, KIN = 0, 1, 2
KINDS = ("control", "dependence", "kin")


@dataclass(frozen=True, slots=True)
class ConnectRule:
    """Which links connect clients under one rule set.

    flagged_counts: flagged links are firm. dependence: economic dependence connects at all. banks_depend: also
    where a bank is at either end (China: no, bank groups form by control only). kin: whether what a main investor or
    key manager controls jointly with close kin is one group; close is up to `kin_lineal` generations in direct
    line and `kin_collateral` beside it. sovereign: an exempt sovereign connects nothing (Basel LEX30, China), makes
    one group with each entity that it controls or that depends on it directly (EU CRR Art. 4(1)(39), alternative), or
    connects like any party.
    """

    flagged_counts: bool = False
    dependence: bool = True
    banks_depend: bool = True
    sovereign: Sovereign = "no_connection"
    kin: KinSetting = "off"
    kin_lineal: int = 3
    kin_collateral: int = 2

    def __post_init__(self) -> None:
        if self.sovereign not in ("no_connection", "alternative", "connects"):
            raise ValueError(f"sovereign is no_connection, alternative or connects, not {self.sovereign!r}")
        if self.kin not in ("off", "firm_with_main_investor"):
            raise ValueError(f"kin is off or firm_with_main_investor, not {self.kin!r}")
        if min(self.kin_lineal, self.kin_collateral) < 0:
            raise ValueError(f"kin is counted in generations from 0 on, not {self.kin_lineal}, {self.kin_collateral}")


@dataclass(frozen=True, slots=True)
class Dependence:
    """Links of economic dependence; all arrays have the shape (n_links,).

    dependent, provider: party ordinals. firm: whether a person confirmed the link (else it is flagged). Rebutted links
    are left out by the caller.
    """

    dependent: IntArray
    provider: IntArray
    firm: BoolArray


@dataclass(frozen=True, slots=True)
class Parties:
    """What is known of the parties; all arrays have the shape (n_parties,).

    has_exposure: the bank has some exposure to it. sovereign: an exempt sovereign. bank: a bank (or other institution
    that the rule set treats so). main_person: a main individual investor or key manager (a person). reporting_banks:
    ordinals of the parties that are the reporting bank itself, which as a lender connects nobody.
    """

    has_exposure: BoolArray
    sovereign: BoolArray
    bank: BoolArray
    main_person: BoolArray
    reporting_banks: tuple[int, ...] = ()


def plain_parties(n_parties: int) -> Parties:
    """Parties with exposure, none of which is a sovereign, a bank or a main investor."""
    none = np.zeros(n_parties, dtype=np.bool_)
    return Parties(np.ones(n_parties, dtype=np.bool_), none, none, none)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs between nodes 0..n_nodes-1: parties, then families, then a copy of a sovereign for each direct entity.

    source, target: nodes. kind: index into `KINDS`. firm: whether the arc counts in firm groups. row: the row of
    the dependence link, else -1. All of the shape (n_arcs,), in the order of (source, target) before sovereigns were
    copied, control before dependence before kin, firm arcs first; a pair may have several.
    party_of: shape (n_nodes,), the party that a node stands for, -1 for families. cut: shape (n_nodes,), the
    sovereigns that have lost arcs.
    """

    source: IntArray
    target: IntArray
    kind: IntArray
    firm: BoolArray
    row: IntArray
    party_of: IntArray
    cut: BoolArray

    @property
    def n_nodes(self) -> int:
        """Parties, families and copies."""
        return int(self.party_of.size)

    def firmly(self) -> Arcs:
        """The firm arcs alone, between the same nodes."""
        return self.rows(np.flatnonzero(self.firm))

    def rows(self, rows: IntArray) -> Arcs:
        """Some of the arcs, between the same nodes."""
        return replace(
            self,
            source=self.source[rows],
            target=self.target[rows],
            kind=self.kind[rows],
            firm=self.firm[rows],
            row=self.row[rows],
        )


def connecting_arcs(
    control: Control, dependence: Dependence, parties: Parties, rule: ConnectRule, kin: Kin | None = None
) -> Arcs:
    """All arcs that carry failure under a rule.

    Where a dependent counts as one controller with others, its dependence carries to what they control as one.
    A sovereign's arcs are cut where it connects nothing. So a party above a sovereign is connected to it alone.
    Raises ValueError for columns of other lengths and ordinals out of range. Cost: the links.
    """
    check_parties(parties, control.n_parties)
    held = _control_arcs(control)
    row = counted_dependence(dependence, parties, rule, control.n_parties)
    needed = _dependence_arcs(control, dependence, row)
    kinned = Links(*np.empty((2, 0), dtype=np.int64))
    kin_firm = np.zeros(0, dtype=np.bool_)
    if rule.kin != "off" and kin is not None:
        found = kin_control(control, kin, parties.main_person, rule.kin_lineal, rule.kin_collateral)
        more = ~control.structure.controls(found.person, found.company)
        kinned, kin_firm = Links(found.person[more], found.company[more]), found.joint[more]
    sizes = (held.source.size, needed[0].source.size, kinned.source.size)
    firm = np.concatenate((np.ones(sizes[0], dtype=np.bool_), dependence.firm[needed[1]], kin_firm))
    arcs = Arcs(
        source=np.concatenate((held.source, needed[0].source, kinned.source)),
        target=np.concatenate((held.target, needed[0].target, kinned.target)),
        kind=np.repeat(np.arange(3), sizes),
        firm=firm | rule.flagged_counts,
        row=np.concatenate((np.full(sizes[0], -1), needed[1], np.full(sizes[2], -1))),
        party_of=np.concatenate((np.arange(control.n_parties), np.full(len(control.families), -1))),
        cut=np.zeros(control.table.n_nodes, dtype=np.bool_),
    )
    return _without_sovereigns(_ordered(arcs), dependence, parties, rule)


def check_parties(parties: Parties, n_parties: int) -> None:
    """Raise ValueError when a column is not one of n_parties rows or a reporting bank is none of them."""
    for name in ("has_exposure", "sovereign", "bank", "main_person"):
        column: BoolArray = getattr(parties, name)
        if column.shape != (n_parties,):
            raise ValueError(f"parties.{name} has the shape {column.shape}, not {(n_parties,)}")
    check_ordinals("parties.reporting_banks", np.asarray(parties.reporting_banks, dtype=np.int64), n_parties)


def counted_dependence(dependence: Dependence, parties: Parties, rule: ConnectRule, n_parties: int) -> IntArray:
    """The rows of the dependence links that count under a rule, ascending."""
    size = dependence.dependent.size
    for name in ("dependent", "provider", "firm"):
        column: IntArray = getattr(dependence, name)
        if column.shape != (size,):
            raise ValueError(f"dependence.{name} has the shape {column.shape}, not {(size,)}")
    check_ordinals("dependence.dependent", dependence.dependent, n_parties)
    check_ordinals("dependence.provider", dependence.provider, n_parties)
    if not rule.dependence:
        return np.empty(0, dtype=np.int64)
    dependent, provider = dependence.dependent, dependence.provider
    counted = (dependent != provider) & ~np.isin(provider, parties.reporting_banks)
    if not rule.banks_depend:
        counted &= ~(parties.bank[dependent] | parties.bank[provider])
    return np.flatnonzero(counted)


def _control_arcs(control: Control) -> Links:
    """Links whose closure is control, without those of families that control nothing together."""
    links, n = control.structure.links, control.n_parties
    working = np.ones(control.table.n_nodes, dtype=np.bool_)
    working[n:] = control.counts[n:] > 0
    kept = working[links.source]
    return Links(links.source[kept], links.target[kept])


def _dependence_arcs(control: Control, dependence: Dependence, row: IntArray) -> tuple[Links, IntArray]:
    """Arcs from providers to dependents and to the families that these control something with; their rows."""
    n = control.n_parties
    families = [(member, n + k) for k, group in enumerate(control.families) for member in group]
    member, family = np.asarray(families, dtype=np.int64).reshape(-1, 2).T
    working = control.counts[family] > 0
    member, family = member[working], family[working]
    order = order_by(member)
    at, place = rows_of(offsets(member[order], n), dependence.dependent[row])
    source, target = dependence.provider[row], dependence.dependent[row]
    links = Links(np.concatenate((source, source[at])), np.concatenate((target, family[order][place])))
    return links, np.concatenate((row, row[at]))


def _ordered(arcs: Arcs) -> Arcs:
    """The arcs in order, each once by kind and firmness."""
    order = np.lexsort((arcs.row, ~arcs.firm, arcs.kind, arcs.target, arcs.source))
    ordered = arcs.rows(order)
    columns = (ordered.source, ordered.target, ordered.kind, ordered.firm)
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return ordered.rows(np.flatnonzero(first & (ordered.source != ordered.target)))


def _without_sovereigns(arcs: Arcs, dependence: Dependence, parties: Parties, rule: ConnectRule) -> Arcs:
    """The arcs with those out of exempt sovereigns cut off, or each moved to a copy of its sovereign."""
    sovereign = np.zeros(arcs.n_nodes, dtype=np.bool_)
    sovereign[: parties.sovereign.size] = parties.sovereign
    moved = sovereign[arcs.source]
    if rule.sovereign == "connects" or not bool(moved.any()):
        return arcs
    cut = np.zeros(arcs.n_nodes, dtype=np.bool_)
    cut[arcs.source[moved]] = True
    if rule.sovereign == "no_connection":
        return replace(arcs.rows(np.flatnonzero(~moved)), cut=cut)
    # One copy for each direct entity: a dependent with the families in which it is.
    entity = arcs.target.copy()
    depending = arcs.kind == DEPENDENCE
    entity[depending] = dependence.dependent[arcs.row[depending]]
    width = np.int64(arcs.n_nodes)
    pair = arcs.source[moved] * width + entity[moved]
    pairs, number = np.unique(pair, return_inverse=True)
    source = arcs.source.copy()
    source[moved] = arcs.n_nodes + number
    party_of = np.concatenate((arcs.party_of, pairs // width))
    grown = np.concatenate((cut, np.zeros(pairs.size, dtype=np.bool_)))
    return replace(arcs, source=source, party_of=party_of, cut=grown)
