"""The bank of DOMAIN.md 5.1 written by hand: five companies that owe, of which one depends on another."""

from __future__ import annotations

from graph.store import Store
from tests.handmade import Bank

AMOUNTS = {"P-A": 80, "P-B": 50, "P-X": 10, "P-D": 60, "P-E": 20}


def example_5(store: Store, *, dependence: str = "confirmed", guaranteed: int = 0, joint: int = 0) -> None:
    """A controls B, X controls D, D controls E, and D depends on B. Tier 1 is 1,000.

    dependence: the status of that link. guaranteed: of B's debt by A, which is a bank. joint: owed by A and B together.
    """
    bank = Bank()
    for key, amount in AMOUNTS.items():
        own = {"institution": "bank"} if key == "P-A" and guaranteed else {}
        bank.party(key, f"公司{key[-1]}", roles=("Customer",), **own)
        bank.node("Facility", f"F{key}", limit_amount=amount, drawn_amount=amount, currency="CNY", matures_on=21_000)
        bank.link("BORROWS", key, f"F{key}", role="borrower")
    for owner, owned in (("P-A", "P-B"), ("P-X", "P-D"), ("P-D", "P-E")):
        bank.link("OWNS", owner, owned, share=0.6)
    bank.link("DEPENDS_ON", "P-D", "P-B", "Party:Party", dependence, criterion="receipts", weight=0.7)
    if guaranteed:
        bank.link("GUARANTEES", "P-A", "P-B", amount=guaranteed, currency="CNY", facility_id="FP-B")
    if joint:
        bank.node("Facility", "FJ", limit_amount=joint, drawn_amount=joint, currency="CNY", matures_on=21_000)
        for key in ("P-A", "P-B"):
            bank.link("BORROWS", key, "FJ", role="borrower")
    bank.node("Group", "hand:group:GR", kind="declared", name="五家集团")
    for key in ("P-A", "P-B", "P-X"):
        bank.link("MEMBER_OF", key, "hand:group:GR", "Party:Group", role="head" if key == "P-A" else "member")
    bank.node("CapitalFigures", "C1", day=19_000, currency="CNY", net_tier_1=1_000, net_capital=1_000, tier_1=1_000)
    bank.load(store, "lending")
