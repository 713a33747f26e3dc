"""`what-if`: what a run's world in memory is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, app, opened, out, print_json
from api.services.what_if import FigureTold, GroupTold, LimitTestTold, WhatIfAnswer, what_if
from api.services.what_if_question import read_question
from api.services.words import percent, told_money


@app.command("what-if")
def what_if_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="The changes, as docs/api.md tells; - for stdin.")],
    as_of: AsOf = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Think changes of links and contracts through, before and after. Nothing is stored."""
    question = read_question(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
    with opened(keep_db) as (guanxi, watch):
        view = guanxi.view(read_day(as_of, "--as-of"))
        watch.step("Taking the world of the run into memory")
        guanxi.worlds.of(view)
        watch.pause()
        answer = what_if(view, guanxi.worlds, question)
    print_json(answer) if as_json else _print(answer)


def _print(answer: WhatIfAnswer) -> None:
    differing = [one for one in answer.groups if one.differs]
    for group in differing:
        _print_group(group)
    for one in answer.parties:
        out.print(f"{one.party.party_id} {one.party.called}, alone", markup=False)
        _print_tests(one.tests)
    same = len(answer.groups) - len(differing)
    if not differing:
        out.print("No group is another one, and no test comes out otherwise.", markup=False)
    if same:
        out.print(f"{same:,} more groups touched come out as before.", markup=False)
    for told in [*answer.omitted, *filter(None, [answer.run_note])]:
        out.print(told, markup=False)


def _print_group(group: GroupTold) -> None:
    heads = " and ".join(head.called for head in group.heads)
    size = f"{group.size_before:,} parties, then {group.size_after:,}"
    heir = f", which go on as {group.goes_on_as}" if group.goes_on_as else ""
    out.print(f"{group.group_id or 'a new group'} of {heads}: {size}{heir}", markup=False)
    for word, parties in (
        ("joins", group.joining),
        ("leaves", group.leaving),
        ("becomes firm", group.becoming_firm),
        ("is in it by flagged links alone", group.becoming_potential),
    ):
        for party in parties:
            out.print(f"  {word}: {party.party_id} {party.called}", markup=False)
    _print_tests(group.tests)


def _print_tests(tests: list[LimitTestTold]) -> None:
    for test in tests:
        if test.differs:
            sides = f"{_figure(test.before)} -> {_figure(test.after)}"
            out.print(f"  {test.rules} {test.test} ({test.status}): {sides}", markup=False)


def _figure(figure: FigureTold | None) -> str:
    if figure is None:
        return "not tested"
    ratio = "base unknown" if figure.ratio is None else percent(float(figure.ratio))
    least = "at least " if figure.unknown else ""
    return f"{least}{told_money(figure.amount)} = {ratio}, {figure.state}"
