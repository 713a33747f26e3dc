"""`decide`, `decide-household`, `approve`, `withdraw`, `decisions`, `queue`: what persons decide."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from api.cli.days import told_moment
from api.cli.frame import Json, KeepDb, Key, User, app, once_of, opened, out, print_json
from api.cli.sheet import print_facts, print_notes, print_sheet
from api.services import decide, decide_home
from api.services.decision_answer import DecisionItem
from api.services.decision_kept import PARTY_LINK
from api.services.decision_queue import QueueAnswer, queue
from api.services.decisions import decision, decisions
from api.services.words import told_money
from api.settings import Settings
from api.wiring import Guanxi
from graph.errors import BadInput

Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence; kept for good.")]
Version = Annotated[
    int | None, typer.Option("--link-version", help="The version that you have seen; another by now is refused.")
]
DecisionId = Annotated[str, typer.Argument(metavar="DECISION", help="As `guanxi decisions` tells it.")]


@app.command("decide")
def decide_command(
    link: Annotated[str, typer.Argument(metavar="LINK", help="The id of a link, as `guanxi queue` tells it.")],
    reason: Reason,
    confirm: Annotated[bool, typer.Option("--confirm", help="It is true.")] = False,
    rebut: Annotated[bool, typer.Option("--rebut", help="It is not.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="What was decided holds no longer.")] = False,
    link_version: Version = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Decide about a link. It counts when another person approves it."""
    chosen = [name for name, given in (("confirm", confirm), ("rebut", rebut), ("reopen", reopen)) if given]
    if len(chosen) != 1:
        raise BadInput("Give one of --confirm, --rebut and --reopen.", field="decision")
    with opened(keep_db) as (guanxi, _):
        who = _named(user, guanxi.settings)
        once = once_of(key, who, "decide", link, chosen[0], reason, link_version)
        print_decision(guanxi, decide.propose(guanxi.store, link, chosen[0], reason, who, link_version, once), as_json)


@app.command("decide-household")
def decide_household_command(
    one: Annotated[str, typer.Argument(metavar="PERSON", help="Any id of a person.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Any id of another person.")],
    reason: Reason,
    together: Annotated[bool, typer.Option("--together", help="They live as one household.")] = False,
    apart: Annotated[bool, typer.Option("--apart", help="They do not.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="What was decided holds no longer.")] = False,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Decide that two persons are one household, or are not. The next run reads it when another person approves it."""
    chosen = [name for name, given in (("together", together), ("apart", apart), ("reopen", reopen)) if given]
    if len(chosen) != 1:
        raise BadInput("Give one of --together, --apart and --reopen.", field="decision")
    with opened(keep_db) as (guanxi, _):
        who = _named(user, guanxi.settings)
        once = once_of(key, who, "decide-household", one, other, chosen[0], reason)
        decision_id = decide_home.propose_home(guanxi.view(), (one, other), chosen[0], reason, who, once)
        print_decision(guanxi, decision_id, as_json)


@app.command("approve")
def approve_command(
    decision_id: DecisionId,
    link_version: Version = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Approve what another person decided: the next run reads it."""
    with opened(keep_db) as (guanxi, _):
        who = _named(user, guanxi.settings)
        once = once_of(key, who, "approve", decision_id, link_version)
        print_decision(guanxi, decide.approve(guanxi.store, decision_id, who, link_version, once), as_json)


@app.command("withdraw")
def withdraw_command(
    decision_id: DecisionId,
    reason: Reason,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Take back a decision that does not count yet, or decline another person's."""
    with opened(keep_db) as (guanxi, _):
        who = _named(user, guanxi.settings)
        once = once_of(key, who, "withdraw", decision_id, reason)
        print_decision(guanxi, decide.withdraw(guanxi.store, decision_id, reason, who, once), as_json)


@app.command("decisions")
def decisions_command(
    state: Annotated[str | None, typer.Option(help="pending, counted, closed, superseded or withdrawn")] = None,
    limit: int = 50,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What persons have decided, the latest first."""
    with opened(keep_db) as (guanxi, _):
        answer = decisions(guanxi.view(), state, limit)
        if as_json:
            print_json(answer)
            return
        if not answer.decisions:
            out.print("No decisions." if state is None else f"No decisions are {state}.")
        for one in answer.decisions:
            _print(one)
        print_notes(*answer.omitted)


@app.command("queue")
def queue_command(limit: int = 20, as_json: Json = False, keep_db: KeepDb = False) -> None:
    """What persons registered, then flagged links that wait for a person, the most exposure at stake first."""
    with opened(keep_db) as (guanxi, _):
        answer = queue(guanxi.view(), guanxi.settings.archive, limit)
        print_json(answer) if as_json else _print_queue(answer)


def _print_queue(answer: QueueAnswer) -> None:
    for registered in answer.registrations:
        _print(registered)
    if not answer.links:
        out.print("No link is flagged.")
        return
    rows = []
    for one in answer.links:
        at_stake = told_money(one.at_stake) if one.at_stake else "not known"
        more = " or more" if one.is_lower_bound else ""
        rows.append((at_stake + more, one.link_id, one.text, " ".join(one.groups), " ".join(one.decisions)))
    print_sheet(("at stake", "link", "", "groups", "waiting"), rows, title=("at stake", "link"))
    print_notes(f"At stake: {answer.measure}.", *answer.omitted)


def _named(user: str | None, settings: Settings) -> str | None:
    """Who decides: named here or by GUANXI_USER; nobody is taken for whoever is logged in."""
    return user or settings.user


def print_decision(guanxi: Guanxi, decision_id: str, as_json: bool) -> None:
    """One decision as it stands."""
    answer = decision(guanxi.view(), decision_id)
    print_json(answer) if as_json else _print(answer.decision)


def _print(one: DecisionItem) -> None:
    about = f"{one.decision} {one.link_id}" if one.link_id else one.decision
    out.print(f"{one.decision_id}  {about}: {one.state}", style="bold")
    approved = ", ".join(f"{approval.by} {told_moment(approval.at)}" for approval in one.approvals)
    rows = {
        "link" if one.link_id else "about": one.text,
        "asked": ", ".join(f"{name} {value}" for name, value in (one.asked or {}).items()),
        "evidence" if one.asked is not None else "reason": one.reason,
        "proposed": f"{one.proposed_by} {told_moment(one.proposed_at)}",
        "approved": approved,
        "party": f"{one.end.called} {one.end.party_id}" if one.link_type == PARTY_LINK and approved else "",
        "withdrawn": f"{one.withdrawn_by} {told_moment(one.withdrawn_at)}: {one.withdrawn_reason}"
        if one.withdrawn_by
        else "",
        "state": one.note,
    }
    print_facts((Text(name, style="dim"), text) for name, text in rows.items() if text)
