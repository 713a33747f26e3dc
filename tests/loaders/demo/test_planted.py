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
    paid = _payments(bank, "2024")
    assert len(bank.manifest.dependences) >= 4
    for case in bank.manifest.dependences:
        received = {payer: sum_ for (payer, payee), sum_ in paid.items() if payee == case.dependent}
        assert sum(received.values()) == case.total_minor
        assert received[case.on] == case.amount_minor
        assert 2 * case.amount_minor >= case.total_minor


def _payments(bank: Bank, period: str) -> dict[tuple[str, str], int]:
    """(payer, payee) as credit keys -> fen, of months that begin so."""
    core = bank.table("CUSTOMER_INFO").drop_nulls("MFCUSTOMERID").select("MFCUSTOMERID", "CUSTOMERID")
    credit = dict(core.iter_rows())
    holder = dict(bank.table("AAPF20").select("A2ACNO", "A2CUNO").iter_rows())
    sums: dict[tuple[str, str], int] = defaultdict(int)
    months = bank.table("PAY_MONTHLY").filter(pl.col("MONTH").str.starts_with(period))
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


def _core_number(bank: Bank, key: str) -> str:
    return next(k for k in bank.manifest.keys.get(key, [key]) if k.startswith("core:")).rsplit(":", 1)[1]


Kin = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def kin(relatives: pl.DataFrame) -> Kin:
    """(one, other, code), both ways."""
    rows = relatives.filter(pl.col("RELATIONSHIP").str.starts_with("03")).select(
        "CUSTOMERID", "RELATIVEID", "RELATIONSHIP"
    )
    pairs = [(_key(one), _key(other), code) for one, other, code in rows.iter_rows()]
    return {*pairs, *((other, one, code) for one, other, code in pairs)}


def test_confirmed_households_are_spouses_minor_children_or_share_an_account(bank: Bank, kin: Kin) -> None:
    joint = {
        frozenset(pair) for pair in bank.table("AAPF20").drop_nulls("A2JTCU").select("A2CUNO", "A2JTCU").iter_rows()
    }
    born = {_key(number): birth for number, birth in _columns(bank, "IND_INFO", "CUSTOMERID", "BIRTHDAY")}
    reasons: set[str] = set()
    for household in bank.manifest.households:
        members, reasons = household.members, reasons | set(household.reasons)
        if "spouse" in household.reasons:
            assert (members[0], members[1], "0301") in kin, household.case
        if "joint account" in household.reasons:
            assert frozenset(_core_number(bank, member) for member in members) in joint
        if "minor child" in household.reasons:
            assert born[members[2]] > "2006/12/31"
            assert all((members[2], parent, "0302") in kin for parent in members[:2])
    assert {"spouse", "minor child", "joint account"} <= reasons
    apart = {case.case: case.persons for case in bank.manifest.not_one_household}
    one, other = apart["siblings apart"]
    assert (one, other, "0304") in kin
    for persons in apart.values():
        assert not any((one, other, "0301") in kin for one in persons for other in persons)


def test_families_are_kin_and_hold_their_companies(bank: Bank, stakes: Stakes, kin: Kin) -> None:
    assert bank.manifest.families
    for family in bank.manifest.families:
        found, persons = {family.persons[0]}, set(family.persons)
        while more := {other for one, other, _ in kin if one in found and other in persons} - found:
            found |= more
        assert found == persons
        held = {company for company, holders in stakes.items() if sum(holders.get(p, 0) for p in persons) > 50}
        assert held == set(family.companies)


def test_payment_patterns_stand_on_their_days(bank: Bank) -> None:
    assert {pattern.kind for pattern in bank.manifest.payment_patterns} == {
        "loan_returns_to_borrower", "loan_returns_to_guarantor", "fan",
    }  # fmt: skip
    for pattern in bank.manifest.payment_patterns:
        payments = _payments(bank, pattern.first_day[:7].replace("-", ""))
        first, *others = pattern.parties
        if pattern.kind == "fan":
            givers, takers = others[: len(others) // 2], others[len(others) // 2 :]
            assert all((giver, first) in payments for giver in givers)
            assert sum(payments[first, taker] for taker in takers) == pattern.amount_minor
        else:
            bridge, last = others
            assert payments[first, bridge] > payments[bridge, last] == pattern.amount_minor
            assert (last == first) == (pattern.kind == "loan_returns_to_borrower")


def test_openings_have_their_reasons(bank: Bank) -> None:
    held = bank.table("CRM_HOLDING").filter(pl.col("UNTIL").is_null())
    due = {(row["CUST_NO"], row["PRODUCT_ID"]): row["MATURES_ON"] for row in held.iter_rows(named=True)}
    profile = {row["CUST_NO"]: row for row in bank.table("CRM_PROFILE").iter_rows(named=True)}
    risk = {number: int(level) for number, level in _columns(bank, "CRM_PRODUCT", "PRODUCT_ID", "RISK_LEVEL")}
    asked = {row["CUST_NO"]: row for row in bank.table("CRM_CAMPAIGN_TARGET").iter_rows(named=True)}
    reasons = set()
    for case in bank.manifest.openings:
        number, product = _core_number(bank, case.party), case.product.rsplit(":", 1)[1]
        rated, target = profile[number], asked.get(number, {})
        evidence = {
            "matures": "2024-12-31" < (due.get((number, product)) or "") < "2025-02-01",
            "held": (number, product) in due,
            "unsuitable": risk[product] > int(rated["RISK_RATING"]),
            "opted": rated["OPT_OUT"] == "1",
            "refused": target.get("RESPONSE") == "REF" and target["RESPONDED_AT"] > "2024-12-01",
            "targeted": target.get("RESPONSE") == "NONE" and target["TARGETED_AT"] > "2024-12-01",
        }
        reason = case.reason.split()[0].rstrip(":")
        assert evidence[reason], case
        assert case.offered == (reason == "matures")
        reasons.add(reason)
    assert len(reasons) == 6


def test_the_banks_own_parties_are_holders_insiders_and_what_they_control(
    bank: Bank, stakes: Stakes, declared: dict[str, set[str]]
) -> None:
    by_why: dict[str, set[str]] = defaultdict(set)
    for case in bank.manifest.bank_parties:
        by_why[case.why].add(case.party)
    holders = {holder for holder, percent in stakes[bank.manifest.bank].items() if percent >= 5}
    certificates = dict(bank.table("CUSTOMER_INFO").select("CERTID", "CUSTOMERID").iter_rows())
    staff = bank.table("HR_STAFF").filter((pl.col("INSIDER") == "1") & pl.col("CERT_ID").is_not_null())["CERT_ID"]
    insiders = {_key(certificates[cert]) for cert in staff if cert in certificates}
    assert (by_why["holder"], by_why["insider"]) == (holders, insiders)
    for why, heads in (("controlled by holder", holders), ("controlled by insider", insiders)):
        found = set().union(*(controlled({head}, stakes, declared, at_least=False) for head in heads))
        assert found == by_why[why]


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


def test_referral_chains_loops_and_self_referrals(bank: Bank, stakes: Stakes, kin: Kin) -> None:
    table = bank.table("CRM_REFERRAL")
    referrals = {f"crm:CRM_REFERRAL:{row['REFERRAL_ID']}": row for row in table.iter_rows(named=True)}
    assert {case.flag for case in bank.manifest.flagged_referrals} == {"loop", "self_referral", "not_first"}
    flagged = {case.key for case in bank.manifest.flagged_referrals}
    brought = {row["REFERRED_NO"]: row["REFERRER_NO"] for key, row in referrals.items() if key not in flagged}
    for case in bank.manifest.flagged_referrals:
        row, ends = referrals[case.key], (case.referrer, case.referred)
        assert (row["REFERRER_NO"], row["REFERRED_NO"]) == tuple(_core_number(bank, end) for end in ends)
        if case.flag == "loop":  # whom he refers has brought him, over others
            here = row["REFERRER_NO"]
            while here != row["REFERRED_NO"]:
                here = brought[here]
        elif case.flag == "self_referral":
            assert (*ends, "0301") in kin or stakes[case.referred].get(case.referrer, 0) > 50
        else:
            others = table.filter(
                (pl.col("REFERRED_NO") == row["REFERRED_NO"]) & (pl.col("REFERRED_AT") < row["REFERRED_AT"])
            )
            assert others.height == 1
    for chain in bank.manifest.referral_chains:
        pairs = zip(chain.members, chain.members[1:], strict=False)
        assert all(brought[_core_number(bank, b)] == _core_number(bank, a) for a, b in pairs), chain.case
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
        *("is no rate above 0",),
        *("has 2 fields where", "holds bytes that are no GB18030"),
    ):
        assert any(reason.startswith(kind) for reason in reasons), kind


def test_manifest_reads_back(bank: Bank) -> None:
    assert Manifest.read(bank.folder) == bank.manifest
    assert "@" not in bank.manifest.model_dump_json().replace("@mail", "")
