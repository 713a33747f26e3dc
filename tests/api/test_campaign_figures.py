"""What came of a campaign in figures: each party once, unknown values counted, unknown rates left unknown."""

from __future__ import annotations

from api.services.campaigns import CampaignRef, Contacted, _comparison, _fraction, _value

FUND = CampaignRef(campaign_id="c", product_id="fund")
BARE = CampaignRef(campaign_id="c")


def asked(answer: str | None = None, holds: bool = False, value: tuple[int | None, str] | None = None) -> Contacted:
    return Contacted(approached=10, by_audience=True, answer=answer, holds=holds, value=value)


def alone(holds: bool = False) -> Contacted:
    return Contacted(held_back=10, holds=holds, value=(None, "") if holds else None)


def test_rates_are_exact_and_cut() -> None:
    assert (_fraction(1, 3), _fraction(-2, 3), _fraction(0, 7), _fraction(3, 3)) == (
        "0.333333333",
        "-0.666666666",
        "0.000000000",
        "1.000000000",
    )


def test_values_are_summed_by_currency_and_unknown_ones_counted() -> None:
    buyers = [
        asked("bought", value=(100_00, "CNY")),
        asked("bought", value=(50, "JPY")),
        asked("bought", value=(None, "")),
        asked(holds=True, value=(1, "CNY")),
        asked("bought"),
    ]
    known, unknown = _value(buyers)
    assert ([(one.amount, one.currency) for one in known], unknown) == ([("100.01", "CNY"), ("50", "JPY")], 2)


def test_those_approached_against_those_held_back() -> None:
    by_a_source = Contacted(approached=10, answer="bought")
    told = _comparison(FUND, [asked("bought"), asked("refused"), asked(holds=True), by_a_source, alone(), alone(True)])
    assert (told.approached.parties, told.approached.bought, told.approached.rate) == (3, 2, "0.666666666")
    assert (told.held_back.parties, told.held_back.bought, told.held_back.rate) == (2, 1, "0.500000000")
    assert (told.difference, told.note) == ("0.166666666", None)


def test_what_nothing_tells_stays_unknown() -> None:
    told = _comparison(BARE, [asked("bought"), alone()])
    assert (told.approached.bought, told.held_back.bought, told.held_back.rate, told.difference) == (
        1,
        None,
        None,
        None,
    )
    assert told.note
    nobody = _comparison(FUND, [asked("bought")])
    assert (nobody.held_back.parties, nobody.held_back.rate, nobody.difference) == (0, None, None)
    assert nobody.note
