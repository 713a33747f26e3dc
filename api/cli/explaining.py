"""`why`, `why-not`, `coverage`: explanations in words, and what the sources cover."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.group_pages import print_decisions
from api.cli.sheet import print_notes
from api.services.coverage import coverage, coverage_before_run, gaps
from api.services.why import why
from api.services.why_not import why_not
from graph.errors import BadInput

Lang = Annotated[str, typer.Option("--lang", help="en or zh")]


def _check(lang: str) -> None:
    if lang not in ("en", "zh"):
        raise BadInput(f"--lang is {lang!r}; give en or zh.", field="--lang", value=lang)


@app.command("why")
def why_command(
    group_id: Annotated[str, typer.Argument(metavar="GROUP", help="A group id, as `guanxi show` tells it.")],
    party: Party,
    rules: Annotated[str | None, typer.Option("--rules", metavar="SET", help="Explain by this rule set.")] = None,
    lang: Lang = "en",
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Why a party is in a group: the shortest sufficient links, rule, article and arithmetic."""
    _check(lang)
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = why(view, guanxi.worlds, group_id, party_asked(view, party), rules, lang)  # type: ignore[arg-type]
    if as_json:
        print_json(answer)
        return
    out.print(answer.text)
    for reason in answer.because:
        out.print(f"- {reason.text} ({', '.join(reason.links) or 'no link in this view'})")
    print_decisions(answer.decisions)
    print_notes(answer.run_note, *answer.omitted)


@app.command("why-not")
def why_not_command(
    a: Party,
    b: Party,
    rules: Annotated[
        list[str] | None, typer.Option("--rules", metavar="SET", help="By this rule set; may be repeated.")
    ] = None,
    lang: Lang = "en",
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Why two parties are not in one group: what is short, flagged, not counted or not assessed."""
    _check(lang)
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = why_not(view, guanxi.worlds, party_asked(view, a), party_asked(view, b), rules, lang)  # type: ignore[arg-type]
    if as_json:
        print_json(answer)
        return
    for under in answer.under:
        out.print(f"{under.rules.id}: {under.text}")
    print_notes(answer.run_note, *answer.omitted)


@app.command("coverage")
def coverage_command(
    lang: Lang = "en",
    before_run: Annotated[
        bool,
        typer.Option("--before-run", help="Count what is loaded now, as the next run will; so it is without any run."),
    ] = False,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What the sources cover, as the run of the day counted it: what is not known, and what follows from that."""
    _check(lang)
    with opened(keep_db) as (guanxi, watch):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        if before_run or view.run_id is None:
            watch.step("Counting what the sources leave out")
            answer = coverage_before_run(view, lang)  # type: ignore[arg-type]
        else:
            answer = coverage(view, guanxi.settings.archive, lang)  # type: ignore[arg-type]
    if as_json:
        print_json(answer)
        return
    for text in gaps(answer.items):
        out.print(text)
    print_notes(answer.run_note, *answer.omitted)
