"""`match`: one person or company from many records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.frame import Json, KeepDb, Key, User, acting_user, app, once_of, opened, out, print_json
from api.cli.sheet import print_facts, print_notes, print_sheet
from api.services import decide
from api.services.answers import many
from api.services.match_evaluate import MatchEvaluation, MatchEvaluations, evaluate_demo, evaluate_file
from api.services.match_propose import DuplicatesAnswer, duplicates, propose_same
from api.services.match_rules import MatchRules, match_rules
from api.services.match_store import MatchReport, apply_decided, match_store
from graph.errors import BadInput

match_app = typer.Typer(no_args_is_help=True, help="One person or company from many records.")
app.add_typer(match_app, name="match")

Settings = Annotated[
    str, typer.Option(metavar="SET", help="person, company, or a .yaml file of your own (as the shipped ones).")
]


@match_app.command("evaluate")
def evaluate_command(
    records: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Records, CSV or Parquet, with a key and any known columns.")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What is right: pairs, or the party of each record.")
    ] = None,
    demo: Annotated[Path | None, typer.Option(metavar="DIR", help="A demo bank's folder instead.")] = None,
    settings: Settings = "person",
    as_json: Json = False,
) -> None:
    """How right a matching is, by labels that it does not see. Needs no database."""
    if demo is not None and (records or labels):
        raise BadInput("Give either --demo or --records and --labels.", field="--demo")
    if demo is not None:
        answer = evaluate_demo(demo)
    elif records is None or labels is None:
        raise BadInput("Give --records and --labels, or --demo.", field="--labels" if records else "--records")
    else:
        answer = evaluate_file(records, labels, settings)
    print_json(answer) if as_json else _print(answer)


def _print(answer: MatchEvaluations) -> None:
    for one in answer.evaluations:
        _print_one(one)


def _print_one(one: MatchEvaluation) -> None:
    out.print(f"{many(one.records, 'record')} of a {one.kind} each, against {one.truth}", style="bold")
    said = {
        "joined": f"joined (at {one.join_at} or above)",
        "clustered": "within what the joined make",
        "asked": f"for a person to decide (from {one.ask_at})",
    }
    rows = []
    for figures in one.figures:
        counts = (f"{count:,}" for count in (figures.pairs, figures.right, figures.there))
        parts = (part or "–" for part in (figures.precision, figures.recall, figures.f1))
        rows.append((said[figures.what], *counts, *parts))
    numbers = ("found", "right", "of", "precision", "recall", "F1")
    print_sheet(("pairs", *numbers), rows, numbers=numbers)
    print_notes(*one.omitted)


@match_app.command("run")
def run_command(
    persons: Annotated[str, typer.Option(metavar="SET", help="Settings for persons.")] = "person",
    companies: Annotated[str, typer.Option(metavar="SET", help="Settings for companies.")] = "company",
    user: User = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Match the records of the store: join what is surely one party, ask about what may be."""
    rules = {kind: _rules_of(kind, given) for kind, given in (("person", persons), ("company", companies))}
    with opened(keep_db) as (guanxi, watch):
        report = match_store(guanxi.store, rules, acting_user(user, guanxi.settings), watch)  # type: ignore[arg-type]
        watch.pause()
        print_json(report) if as_json else _print_report(report)


@match_app.command("apply")
def apply_command(user: User = None, keep_db: KeepDb = False) -> None:
    """Join and part parties as persons have decided since; the next matching does so by itself."""
    with opened(keep_db) as (guanxi, watch):
        report = apply_decided(guanxi.store, acting_user(user, guanxi.settings), watch)
        watch.pause()
        out.print(f"{report.load_id}: {many(report.joined_parties, 'party')} joined, {report.parted} parted.")


@match_app.command("propose")
def propose_command(
    one: Party,
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The other party: an id, any number, or its name.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence; kept for good.")],
    user: User = None,
    key: Key = None,
    keep_db: KeepDb = False,
) -> None:
    """Propose that two parties are one. It counts when another person approves it."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view()
        pair = party_asked(view, one), party_asked(view, other)
        who = acting_user(user, guanxi.settings)
        decision_id = propose_same(view, *pair, reason, who, once_of(key, who, "match propose", one, other, reason))
        out.print(f"{decision_id} waits for another person: guanxi approve {decision_id}")


@match_app.command("undo")
def undo_command(
    link: Annotated[str, typer.Argument(metavar="LINK", help="As `guanxi match show` tells it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, in a sentence; kept for good.")],
    user: User = None,
    key: Key = None,
    keep_db: KeepDb = False,
) -> None:
    """Propose to part what was joined. It counts when another person approves it."""
    with opened(keep_db) as (guanxi, _):
        who = acting_user(user, guanxi.settings)
        once = once_of(key, who, "match undo", link, reason)
        decision_id = decide.propose(guanxi.store, link, "rebut", reason, who, once=once)
        out.print(f"{decision_id} waits for another person: guanxi approve {decision_id}")


@match_app.command("show")
def show_command(party_: Party, as_json: Json = False, keep_db: KeepDb = False) -> None:
    """What may be the same as a party, and what was joined with it, field by field."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view()
        answer = duplicates(view, party_asked(view, party_))
        print_json(answer) if as_json else _print_duplicates(answer)


def _rules_of(kind: str, given: str) -> MatchRules:
    rules = match_rules(given)
    if rules.kind != kind:
        raise BadInput(f"{given} holds settings for a {rules.kind}, not for a {kind}.", field=given, value=rules.kind)
    return rules


def _print_report(report: MatchReport) -> None:
    if report.load_id is None:
        out.print("The store holds no records to match.")
        return
    out.print(
        f"{many(report.records, 'record')}: {many(report.joined, 'pair')} joined ({report.new_joined:,} new), "
        f"{report.asked:,} waiting for a person ({report.new_asked:,} new), {report.closed:,} alike no longer; "
        f"{many(report.joined_parties, 'party')} joined into others",
    )
    out.print(f"{report.load_id} published as state {report.published_seq}")


def _print_duplicates(answer: DuplicatesAnswer) -> None:
    for item in answer.possibly_same.items:
        told = "joined" if item.joined else f"{item.party.called} ({item.party.party_id})"
        likely = "proposed by a person" if item.probability is None else f"probability {item.probability}"
        out.print(f"{item.link.status}: {told}, {likely}", style="bold")
        out.print(f"{item.link.id}  {item.records[0]} and {item.records[1]}", style="dim")
        print_facts(
            (field.field, field.left or "–", field.right or "–", field.level, f"{field.weight:+.2f}")
            for field in item.fields
        )
    print_notes(answer.possibly_same.empty, *answer.omitted)
