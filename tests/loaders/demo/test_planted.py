"""What the manifest promises stands in the tables: worked out here again, in the plainest way, from the files."""

from __future__ import annotations

from collections import defaultdict

import polars as pl
import pytest

from loaders.demo.manifest import Circle, Manifest
from tests.loaders.demo.conftest import Bank

Stakes = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def relatives(bank: Bank) -> pl.DataFrame:
    return bank.table("CUSTOMER_RELATIVE").filter(pl.col("ENDDATE").is_null())


@pytest.fixture(scope="module")
def stakes(relatives: pl.DataFrame) -> Stakes:
    """Company -> holder -> percent, own shares taken out of the whole."""
    found: Stakes = defaultdict(dict)
    rows = relatives.filter(pl.col("RELATIONSHIP") == "5200").select("CUSTOMERID", "RELATIVEID", "INVESTMENTPROP")
    for company, holder, percent in rows.iter_rows():
        found[_key(company)][_key(holder)] = float(percent or 0)
    for company, holders in found.items():
        if own := holders.pop(company, 0):
            for holder in holders:
                holders[holder] *= 100 / (100 - own)
    return found


def _key(number: str) -> str:
    return f"credit:CUSTOMER_INFO:{number}"


def controlled(head: set[str], stakes: Stakes, declared: dict[str, set[str]], *, at_least: bool) -> set[str]:
    """The least fixpoint, taken literally."""
    members = set(head)
    while True:
        more = {
            company
            for company, holders in stakes.items()
            if company not in members
            and _passes(sum(percent for holder, percent in holders.items() if holder in members), at_least)
        }
        more |= {company for member in members for company in declared.get(member, set())} - members
        if not more:
            return members - head
        members |= more


def _passes(percent: float, at_least: bool) -> bool:
    return percent >= 50 - 1e-9 if at_least else percent > 50 + 1e-9


@pytest.fixture(scope="module")
def declared(relatives: pl.DataFrame) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for company, holder in (
        relatives.filter(pl.col("RELATIONSHIP").str.starts_with("07")).select("CUSTOMERID", "RELATIVEID").iter_rows()
    ):
        found[_key(holder)].add(_key(company))
    return found


def test_control_groups_are_exactly_what_their_head_controls(
    bank: Bank, stakes: Stakes, declared: dict[str, set[str]]
) -> None:
    groups = bank.manifest.control_groups
    assert len(groups) >= 12
    for group in groups:
        head = set(group.head)
        if len(head) > 1 and not group.family_as_one:
            one = group.head[0]
            found = controlled({one}, stakes, declared, at_least=False) | {one}
            assert found == head | set(group.members), group.case
        else:
            found = controlled(head, stakes, declared, at_least=group.sense == "at_least")
            assert found == set(group.members), group.case


def test_nobody_controls_the_near_misses(bank: Bank, stakes: Stakes, declared: dict[str, set[str]]) -> None:
    assert {case.case for case in bank.manifest.no_control} >= {"1.2 edge", "1.4 uncertain", "1.4b undisclosed"}
    for case in bank.manifest.no_control:
        for holder in stakes[case.company]:
            assert case.company not in controlled({holder}, stakes, declared, at_least=False), case.case


def test_no_random_link_touches_a_planted_company(bank: Bank, stakes: Stakes) -> None:
    planted = {key for group in bank.manifest.control_groups for key in group.members}
    planted_heads = {key for group in bank.manifest.control_groups for key in group.head}
    names = dict(bank.table("CUSTOMER_INFO").select("CUSTOMERID", "CUSTOMERNAME").iter_rows())
    for company in planted:
        for holder in stakes[company]:
            small = names[holder.rsplit(":", 1)[1]][:2] in {"钟离", "濮阳", "皇甫", "申屠", "澹台", "司徒", "上官"}
            assert small or holder in planted | planted_heads, (company, holder)


def test_declared_groups_differ_as_said(bank: Bank) -> None:
    members = bank.table("AGGREGATE_MEMBER")
    for group in bank.manifest.declared_groups:
        number = group.key.rsplit(":", 1)[1]
        found = {_key(m) for m in members.filter(pl.col("GROUPID") == number)["MEMBERCUSTOMERID"]}
        assert found == set(group.declared)
        assert set(group.missing) == set(group.found) - found
        assert set(group.extra) == found - set(group.found)
    assert any(group.missing and group.extra for group in bank.manifest.declared_groups)


def test_dependences_are_half_or_more_of_what_was_received(bank: Bank) -> None:
    paid = _payments_2024(bank)
    assert len(bank.manifest.dependences) >= 4
    for case in bank.manifest.dependences:
        received = {payer: sum_ for (payer, payee), sum_ in paid.items() if payee == case.dependent}
        assert sum(received.values()) == case.total_minor
        assert received[case.on] == case.amount_minor
        assert 2 * case.amount_minor >= case.total_minor


def _payments_2024(bank: Bank) -> dict[tuple[str, str], int]:
    """(payer, payee) as credit keys -> fen."""
    core = bank.table("CUSTOMER_INFO").drop_nulls("MFCUSTOMERID").select("MFCUSTOMERID", "CUSTOMERID")
    credit = dict(core.iter_rows())
    holder = dict(bank.table("AAPF20").select("A2ACNO", "A2CUNO").iter_rows())
    sums: dict[tuple[str, str], int] = defaultdict(int)
    months = bank.table("PAY_MONTHLY").filter(pl.col("MONTH").str.starts_with("2024"))
    for payer, payee, amount in months.select("PAYER_ACCT", "PAYEE_ACCT", "AMOUNT").iter_rows():
        ends = (_key(credit.get(holder.get(end, ""), end)) for end in (payer, payee))
        sums[next(ends), next(ends)] += round(float(amount) * 100)
    return sums


def test_payments_of_a_month_add_up(bank: Bank) -> None:
    rows = bank.table("PAY_MONTHLY").select("AMOUNT", "TXN_COUNT", "DAYS", "AMOUNTS")
    assert rows["TXN_COUNT"].n_unique() > 1
    for amount, count, days, amounts in rows.iter_rows():
        parts = amounts.split(";")
        assert int(count) == len(days.split(";")) == len(parts)
        assert sum(round(float(part) * 100) for part in parts) == round(float(amount) * 100)


def test_guarantees_of_circles_exist_and_nothing_else_between_them(bank: Bank) -> None:
    table = bank.table("GUARANTY_DETAIL").filter(pl.col("GUARANTYTYPE") == "010")
    given: dict[tuple[str, str], str | None] = {
        (_key(a), _key(b)): value
        for a, b, value in table.select("GUARANTORID", "BORROWERID", "GUARANTYVALUE").iter_rows()
    }
    kinds = {circle.kind for circle in bank.manifest.circles}
    assert kinds == {"circle", "mutual", "chain"}
    for circle in bank.manifest.circles:
        pairs = _pairs(circle)
        for pair, amount in zip(pairs, circle.amounts_minor, strict=True):
            value = given[pair]
            assert (None if value is None else round(float(value) * 100)) == amount
        inside = {pair for pair in given if set(pair) <= set(circle.members)}
        assert inside == set(pairs)


def _pairs(circle: Circle) -> list[tuple[str, str]]:
    members = circle.members
    following = members[1:] if circle.kind == "chain" else members[1:] + members[:1]
    return list(zip(members, following, strict=False))


def test_households_have_their_evidence(bank: Bank) -> None:
    core = {key: [k for k in keys if ":CIF10PF:" in k] for key, keys in bank.manifest.keys.items()}
    address = {f"core:CIF10PF:{no}": text for no, text in _columns(bank, "CIFA0PF", "CACUNO", "CAADDR")}
    phone = {
        f"core:CIF10PF:{no}": text
        for no, kind, text in bank.table("CIFJ0PF").select("CJCUNO", "CJCTTP", "CJCTNO").iter_rows()
        if kind == "1"
    }
    assert {household.status for household in bank.manifest.households} == {"confirmed", "flagged"}
    for household in bank.manifest.households:
        keys = [core.get(member, [member])[0] for member in household.members]
        if "phone" in household.reasons:
            assert len({phone[key] for key in keys}) == 1
        if "address" in household.reasons and "surname" not in household.reasons:
            assert len({address[key] for key in keys}) == 1
    for case in bank.manifest.not_one_household:
        keys = [core.get(person, [person])[0] for person in case.persons]
        if case.case == "same building and surname":
            assert len({address[key] for key in keys}) == len(keys)


def _columns(bank: Bank, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(v.strip() for v in row) for row in bank.table(table).select(names).iter_rows()]


def test_crowds_are_as_big_as_said(bank: Bank) -> None:
    addresses = bank.table("CIFA0PF")["CAADDR"].str.strip_chars().to_list()
    phones = bank.table("CIFJ0PF")["CJCTNO"].to_list()
    for crowd in bank.manifest.crowds:
        assert (addresses if crowd.kind == "address" else phones).count(crowd.text) == crowd.parties > 8


def test_duplicates_share_no_number_unless_said(bank: Bank) -> None:
    numbers = {_key(no): cert for no, cert in _columns(bank, "CUSTOMER_INFO", "CUSTOMERID", "CERTID")}
    for table, no, cert in (("CIF10PF", "C1CUNO", "C1CRNO"), ("CIF20PF", "C2CUNO", "C2CRNO")):
        numbers |= {f"core:{table}:{key}": number for key, number in _columns(bank, table, no, cert)}
    assert {duplicate.kind for duplicate in bank.manifest.duplicates} == {"person", "company"}
    for duplicate in bank.manifest.duplicates:
        one, other = duplicate.keys
        assert (numbers[one] == numbers[other]) == (duplicate.joined_by == "identifier"), duplicate.variant
        if duplicate.variant != "pinyin only, other telephone":
            assert duplicate.names[0] != duplicate.names[1]


def test_referral_chains_loops_and_self_referrals(bank: Bank) -> None:
    referrals = {f"crm:CRM_REFERRAL:{row[0]}": row for row in bank.table("CRM_REFERRAL").iter_rows()}
    flags = [case.flag for case in bank.manifest.flagged_referrals]
    assert {"loop", "self_referral", "not_first"} == set(flags)
    assert all(case.key in referrals for case in bank.manifest.flagged_referrals)
    for chain in bank.manifest.referral_chains:
        assert all(sum(credit.values()) == chain.bought_minor for credit in chain.credit_minor.values())


def test_random_referrals_have_no_loop(bank: Bank) -> None:
    flagged = {case.key.rsplit(":", 1)[1] for case in bank.manifest.flagged_referrals}
    rows = bank.table("CRM_REFERRAL").filter(~pl.col("REFERRAL_ID").is_in(flagged))
    brought = dict(rows.select("REFERRED_NO", "REFERRER_NO").iter_rows())
    for start in brought:
        seen, here = {start}, brought[start]
        while here in brought:
            assert here not in seen
            seen.add(here)
            here = brought[here]


def test_key_persons_are_customers_as_said(bank: Bank) -> None:
    core = dict(bank.table("CUSTOMER_INFO").select("CUSTOMERID", "MFCUSTOMERID").iter_rows())
    for case in bank.manifest.key_persons:
        assert (core[case.person.rsplit(":", 1)[1]] is not None) == case.person_is_customer
        assert (core[case.company.rsplit(":", 1)[1]] is not None) == case.company_is_customer
    assert len({(c.person_is_customer, c.company_is_customer) for c in bank.manifest.key_persons}) == 3


def test_connected_group_breaches_in_china_and_warns_under_basel(bank: Bank) -> None:
    tier1 = round(float(bank.table("CAPITAL_INFO")["NETTIER1"][-1]) * 100)
    largest = max(bank.manifest.connected_groups, key=lambda group: group.exposure_minor)
    assert largest.exposure_minor * 1_000 == 210 * tier1
    balance = bank.table("BUSINESS_CONTRACT").group_by("CUSTOMERID").agg(pl.col("BALANCE").cast(pl.Float64).sum())
    by_party = {_key(number): amount for number, amount in balance.iter_rows()}
    for group in bank.manifest.connected_groups:
        assert round(sum(by_party[m] for m in group.members) * 100) == group.exposure_minor


def test_searches_are_twenty_and_name_parties(bank: Bank) -> None:
    names = dict(bank.table("CUSTOMER_INFO").select("CUSTOMERID", "CUSTOMERNAME").iter_rows())
    assert len(bank.manifest.searches) == 20
    for search in bank.manifest.searches:
        assert search.expected.rsplit(":", 1)[1] in names
        assert "@" not in search.text


def test_rejects_name_the_line(bank: Bank) -> None:
    for reject in bank.manifest.rejects:
        if reject.column:
            table = bank.table(reject.table, clean=False)
            assert (table[reject.column][reject.line - 2] or "") == reject.value
        else:
            assert reject.value in bank.text(reject.table).splitlines()[reject.line - 1]


def test_every_kind_of_reject_is_planted(bank: Bank) -> None:
    reasons = {reject.reason for reject in bank.manifest.rejects}
    for kind in (
        *("is empty", "repeats the key", "has a wrong check digit", "is no percentage", "is no date", "is no amount"),
        *("is a code that", "refers to no row", "refers to no known table", "refers to a row that was rejected"),
        *("is no ISO 4217", "links a party with itself", "ends before it begins", "is no month"),
        *("has 2 fields where", "holds bytes that are no GB18030"),
    ):
        assert any(reason.startswith(kind) for reason in reasons), kind


def test_manifest_reads_back(bank: Bank) -> None:
    assert Manifest.read(bank.folder) == bank.manifest
    assert "@" not in bank.manifest.model_dump_json().replace("@mail", "")
