"""Households, families, audiences and a run over the same: what is planted in the demo bank is found again."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from api.services.audience import AudienceAsked, try_audience
from api.services.audience_rules import audience_rules
from api.services.changes import changes
from api.services.export import export
from api.services.homes import family, household
from api.services.party import party
from api.services.replay import replay
from api.services.run import run
from api.services.run_parameters import RunParameters
from api.services.segment import make_segment
from api.services.segment_filter import FilterGiven
from bench.planted import ASKED
from graph.errors import NotFound
from graph.store import Scope
from tests.contract.demo_bank.given import Bank, exported
from tests.contract.loads import ask

pytestmark = pytest.mark.contract


def test_what_is_planted_is_found_and_what_only_seems_to_be_is_not(bank: Bank) -> None:
    """Also key persons, referral chains and flagged referrals: the small bank has no chance likeness among them."""
    for name, table, compare, _ in ASKED:
        score = compare(bank.manifest, exported(bank, table))
        assert score.planted, name
        assert (score.precision, score.recall) == (1, 1), (name, score.told)


def test_an_audience_has_one_of_each_household_and_everybody_is_counted(bank: Bank) -> None:
    filter = {"all": [{"field": "kind", "is": "person"}, {"field": "role", "is": "customer"}]}
    make_segment(bank.view, "private customers", FilterGiven.model_validate(filter), "tester")
    (first,) = ask(bank.store, "MATCH (c:Campaign) RETURN c.code AS code ORDER BY code LIMIT 1")
    (customers,) = ask(bank.store, "MATCH (p:Person:Customer) RETURN count(*) AS n")
    asked = AudienceAsked(segment="private customers")
    found = try_audience(bank.view, bank.folder / "archive", first["code"], asked, audience_rules(), None)
    told = found.audience
    assert told.candidates == customers["n"]
    left_out = {one.reason: one.parties for one in told.excluded}
    assert told.approached + told.held_back + sum(left_out.values()) == told.candidates
    assert left_out["household"] > 0
    home = {row["party_id"]: row["household_id"] for row in exported(bank, "households", source_keys=False)}
    homes = [home[one.party.party_id] for one in found.members if one.party.party_id in home]
    assert len(homes) == len(set(homes)) > 0


def test_planted_households_say_why_and_whether_that_is_sure(bank: Bank) -> None:
    rows = {row["party_id"]: row for row in exported(bank, "households")}
    known = {key: planted for planted, keys in bank.manifest.keys.items() for key in keys}
    found = {known.get(key, key): row for key, row in rows.items()}
    said = {"spouse": "spouse of", "minor child": "minor", "joint account": "joint account with",
            "address": "same address", "surname": "surname", "phone": "telephone"}  # fmt: skip
    for planted in bank.manifest.households:
        members = [found[member] for member in planted.members]
        assert {row["status"] for row in members} == {planted.status}, planted.case
        assert [row["role"] for row in members].count("head") == 1
        reasons = "; ".join(row["reasons"] for row in members)
        assert all(said[reason] in reasons for reason in planted.reasons), (planted.case, reasons)


def test_planted_families_are_found_with_their_companies(bank: Bank) -> None:
    known = {key: planted for planted, keys in bank.manifest.keys.items() for key in keys}
    families: dict[str, dict[str, set[str]]] = {}
    for row in exported(bank, "families"):
        kind = "companies" if row["role"] == "company" else "persons"
        parties = families.setdefault(row["family_id"], {"persons": set(), "companies": set()})
        parties[kind].add(known.get(row["party_id"], row["party_id"]))
    for planted in bank.manifest.families:
        assert {"persons": set(planted.persons), "companies": set(planted.companies)} in families.values()


def test_a_household_and_a_family_are_told_with_what_they_have_together(bank: Bank) -> None:
    planted = next(one for one in bank.manifest.households if one.case == "joint account")
    persons = bank.ids(*planted.members)
    (home,) = party(bank.view, persons[0]).sections.household.items
    answer = household(bank.view, home.household_id)
    assert {member.party.party_id for member in answer.members} == set(persons)
    assert answer.head in [member.party for member in answer.members]
    names = {member.party.called for member in answer.members}
    assert {reason for member in answer.members for reason in member.reasons} == {
        f"joint account with {n}" for n in names
    }
    (balances,) = [total for total in answer.totals if total.figure == "balances"]
    held = [item for person in persons for item in party(bank.view, person).sections.accounts.items]
    once = {item.account_id: item.balance for item in held}
    assert len(once) < len(held)
    assert balances.amount
    assert Decimal(balances.amount.amount) == sum(Decimal(one.amount) for one in once.values() if one)
    assert (balances.count, balances.unknown) == (len(once), 0)
    rows = exported(bank, "families")
    told = family(bank.view, rows[0]["family_id"])
    assert len(told.members) == sum(row["family_id"] == told.id for row in rows)
    shown = {one.family_id: one for one in party(bank.view, told.members[0].party.party_id).sections.family.items}
    own = shown[told.id]
    assert (own.head, own.totals, own.members) == (told.head, told.totals, told.total)
    companies = {member.party.party_id for member in told.members if member.role == "company"}
    assert {company.party_id for company in own.companies} == companies != set()
    lived = [household(bank.view, home.household_id) for home in own.households]
    assert [{one.party_id for one in home.members} for home in own.households] == [
        {member.party.party_id for member in home.members} for home in lived
    ]
    assert len(lived) >= 1
    with pytest.raises(NotFound, match="guanxi show PARTY"):
        household(bank.view, "H-NONE")
    with pytest.raises(NotFound, match="No family has the id"):
        family(bank.view, home.household_id)


def test_members_of_a_household_carry_its_token_and_show_each_other_by_it(bank: Bank) -> None:
    out = io.StringIO()
    export(bank.view, "households", out, archive=bank.folder / "archive")
    homes = {row["party_id"]: row["household_id"] for row in csv.DictReader(io.StringIO(out.getvalue()))}
    told = "MATCH (p:Party) UNWIND p.scope AS token WITH p, token WHERE token STARTS WITH 'household:' RETURN p.party_id AS party, token"
    tokens = [(row["party"], row["token"]) for row in ask(bank.store, told)]
    assert sorted(tokens) == sorted((party_id, f"household:{home}") for party_id, home in homes.items())
    one = next(iter(homes.values()))
    mine = bank.store.view(scope=Scope(frozenset({f"household:{one}"})))
    assert {member.party.party_id for member in household(mine, one).members} == {
        p for p, home in homes.items() if home == one
    }
    other = next(home for home in homes.values() if home != one)
    with pytest.raises(NotFound):
        household(mine, other)
    changed = {
        change.group.id
        for each in changes(mine, bank.view.as_of, bank.folder / "archive").runs
        for change in each.households
    }
    assert changed == {one}


def test_changes_tell_households_and_families(bank: Bank) -> None:
    archive = bank.folder / "archive"
    first = changes(bank.view, bank.view.as_of, archive).runs[-1]
    kinds = {(one.change, one.group.kind) for one in first.households}
    assert kinds == {("created", "household"), ("created", "family")}
    assert all(one.group.name for one in first.households)
    kept = archive / first.run_id / "household_changes.parquet"
    kept.rename(aside := kept.with_suffix(".aside"))
    try:
        answer = changes(bank.view, bank.view.as_of, archive)
    finally:
        aside.rename(kept)
    assert answer.runs[-1].households == []
    assert any(note.startswith(f"{first.run_id}: households") for note in answer.omitted)


def test_a_run_over_the_same_writes_nothing_and_its_replay_finds_the_same(bank: Bank) -> None:
    archive = bank.folder / "archive"
    one, same, incremental = (
        run(bank.store, archive, RunParameters(), user="tester", incremental=more) for more in (False, False, True)
    )
    for again in (same, incremental):
        assert (again.input_digest, again.result_digest) == (one.input_digest, one.result_digest)
        written = {name: n for name, n in again.counts.items() if name.endswith(("_opened", "_closed", "_changed"))}
        assert set(written.values()) == {0}, written
    assert {"household_opened", "family_changed", "household_memberships_closed", "scopes_changed"} <= written.keys()
    assert same.counts["households"] == incremental.counts["households"] > 0
    assert incremental.counts["tables_taken_over"] == 26
    assert replay(bank.store, archive, incremental.run_id).equal
