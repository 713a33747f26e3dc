"""DOMAIN.md 4.1 and 5.1 as a bank, where the dependence of D on B stands in its payments alone."""

from __future__ import annotations

from graph.store import Store
from tests.contract.loads import ask
from tests.handmade import Bank

OWED = {"P-A": 80, "P-B": 50, "P-X": 10, "P-D": 60, "P-E": 20}


def example(store: Store, paid: int = 60) -> Bank:
    """A controls B, X controls D, D controls E; B paid D so much of the 100 that D received. Tier 1 is 1,000."""
    bank = Bank()
    for key, amount in OWED.items():
        bank.party(key, f"公司{key[-1]}")
        facility = f"hand:facility:{key}"
        bank.node("Facility", facility, limit_amount=amount, drawn_amount=amount, currency="CNY", matures_on=21_000)
        bank.link("BORROWS", key, facility, role="borrower")
        bank.node("Account", f"hand:account:{key}", account_no=key)
        bank.link("HAS_ACCOUNT", key, f"hand:account:{key}", role="holder")
    for owner, owned in (("P-A", "P-B"), ("P-X", "P-D"), ("P-D", "P-E")):
        bank.link("OWNS", owner, owned, share=0.6)
    ends = "hand:account:P-B", "hand:account:P-D"
    bank.link("TRANSFERS_TO", *ends, amount=paid, month="2024-11", currency="CNY", count=1)
    bank.node("YearFigures", "hand:figures:P-D", year=2024, currency="CNY", revenue=100, scope="single")
    bank.link("HAS_FIGURES", "P-D", "hand:figures:P-D")
    capital = dict.fromkeys(("net_tier_1", "net_capital", "tier_1"), 1_000)
    bank.node("CapitalFigures", "hand:capital:1", day=19_000, currency="CNY", **capital)
    bank.load(store, "lending")
    return bank


def pay(store: Store, amount: int) -> None:
    """Let B have paid D another amount."""
    ask(store, "MATCH ()-[r:TRANSFERS_TO]->() SET r.amount = $amount", amount=amount)
