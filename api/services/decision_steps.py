"""What the steps of all decisions share: whose turn it is, and whether there is anything left to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from api.services.decision_kept import Kept, basis_of, is_same_person, read_kept
from graph import times
from graph.errors import BadInput, NotFound
from graph.publishing import new_id
from graph.store import Row, Tx


def new_decision_id() -> str:
    """An id that no decision has."""
    return new_id("write").replace("write", "decision")


def one_kept(tx: Tx, decision_id: str) -> Kept:
    """A decision as kept. Raises NotFound."""
    rows = tx.run("decisions/one", decision_id=decision_id)
    if not rows:
        raise NotFound(f"There is no decision {decision_id[:80]!r}.", field="id", value=decision_id[:80])
    return read_kept(rows[0]["decision"])


def on_link(tx: Tx, kind: str, link: Row) -> list[Kept]:
    """All decisions on what a link says, whichever row says it; the latest first."""
    ends = {"from_key": link.get("from_key") or "", "to_key": link.get("to_key") or ""}
    rows = tx.run("decisions/on_link", link_type=kind, basis=basis_of(kind, link), **ends)
    return [read_kept(row["decision"]) for row in rows]


def check_alive(kept: Kept) -> None:
    """Raises BadInput for a decision that was withdrawn or overtaken."""
    if kept.withdrawal:
        raise BadInput(f"{kept.id} was withdrawn by {kept.withdrawal.by}.", field="id", value=kept.id)
    if kept.superseded_by:
        raise BadInput(f"{kept.superseded_by} took the place of {kept.id}.", field="id", value=kept.id)


def check_other_person(tx: Tx, kept: Kept, who: str) -> None:
    """Raises BadInput where somebody would approve his own decision, a manager under another of his names as well."""
    if is_one_user(tx, kept.proposed_by, who):
        known = "" if is_same_person(kept.proposed_by, who) else f" as {kept.proposed_by}"
        raise BadInput(
            f"{who} proposed {kept.id}{known}, and nobody approves his own decision: another person has to.",
            field="user",
            value=who,
        )


def is_one_user(tx: Tx, one: str, other: str) -> bool:
    """Whether two names are one user's: the same, or the id, staff number or name of one manager."""
    if is_same_person(one, other):
        return True
    rows = tx.run("decisions/persons")
    meant = ({row["manager_id"] for row in rows if _is_called(row, name)} for name in (one, other))
    return bool(set.intersection(*meant))


def _is_called(manager: Row, name: str) -> bool:
    return any(
        own and is_same_person(str(own), name) for own in (manager["manager_id"], manager["code"], manager["name"])
    )


def check_not_their_manager(tx: Tx, parties: Iterable[str], who: str, today: date) -> None:
    """Raises BadInput where somebody would approve, rebut or decline what is told of his own customers.

    Managers are known by their id, staff number or name: until callers are asked who they are, that of another person
    of the same name does not count either.
    """
    for row in tx.run("decisions/managers", ids=sorted(set(parties)), day=times.to_day(today)):
        if _is_called(row, who):
            raise BadInput(
                f"{who} looks after {row['party']} ({row['party_id']}), and nobody approves, rebuts or declines what "
                "is told of his own customers: another person has to.",
                field="user",
                value=who,
            )


def supersede(tx: Tx, kept: Kept, others: Iterable[Kept]) -> None:
    """Note that a decision took the place of others, as far as they are alive. What is registered is no opinion on it
    and stays."""
    for other in others:
        if other.id != kept.id and not (other.is_registration or other.withdrawal or other.superseded_by):
            overtaken = {"superseded_by": kept.id, "superseded_seq": tx.number}
            tx.run("decisions/change", decision_id=other.id, properties=overtaken)


def approved_by(tx: Tx, kept: Kept, who: str, figures: str) -> None:
    """Note that a person approved a decision, and the figures that it was approved for."""
    approved = {
        "approved_by": [*(one.by for one in kept.approvals), who],
        "approved_at": [*(one.at for one in kept.approvals), times.now_ms()],
        "approved_seq": [*(one.seq for one in kept.approvals), tx.number],
        "figures": [*kept.figures, figures],
    }
    tx.run("decisions/change", decision_id=kept.id, properties=approved)
