"""`what-if`, `weakest`, `contagion`: what a run's world in memory is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, app, opened, out, print_json
from api.cli.sheet import print_notes
from api.services.answers import Answer, many
from api.services.contagion import ContagionAnswer, contagion
from api.services.run_world import Worlds
from api.services.weakest import LeftOver, WeakestAnswer, WeakLink, weakest
from api.services.what_if import FigureTold, GroupTold, LimitTestTold, WhatIfAnswer, what_if
from api.services.what_if_question import read_question
from api.services.words import owed_told, percent, ratio_told, told_money
from graph.errors import BadInput
from graph.store import View


@app.command("what-if")
def what_if_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.json", help="The changes, as docs/api.md tells; - for stdin.")],
    as_of: AsOf = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Think changes of links and contracts through, before and after. Nothing is stored."""
    question = read_question(sys.stdin.read() if str(file) == "-" else _text(file))
    with _world(as_of, keep_db) as (view, worlds):
        answer = what_if(view, worlds, question)
    print_json(answer) if as_json else _print(answer)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.", field="FILE.json", value=str(file)) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 text: save it as UTF-8.", field="FILE.json", value=str(file)) from error


@app.command("weakest")
def weakest_command(
    group_id: Annotated[str, typer.Argument(metavar="GROUP", help="A group that a run found, by its id.")],
    rules: Annotated[str | None, typer.Option(help="A rule set of the run; the first that finds the group.")] = None,
    links: Annotated[int, typer.Option(help="Links in a set at most, 1 to 3.")] = 2,
    as_of: AsOf = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """The smallest sets of links whose rebuttal would split a group, or clear its breach."""
    with _world(as_of, keep_db) as (view, worlds):
        answer = weakest(view, worlds, group_id, rules, links)
    print_json(answer) if as_json else _print_weakest(answer)


@app.command("contagion")
def contagion_command(
    party_: Party,
    as_of: AsOf = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who is called on guarantees, and who falls in turn, if a party fails."""
    with _world(as_of, keep_db) as (view, worlds):
        answer = contagion(view, worlds, party_asked(view, party_))
    print_json(answer) if as_json else _print_contagion(answer)


@contextmanager
def _world(as_of: str | None, keep_db: bool) -> Iterator[tuple[View, Worlds]]:
    """A view with the world of its run in memory."""
    with opened(keep_db) as (guanxi, watch):
        view = guanxi.view(read_day(as_of, "--as-of"))
        watch.step("Taking the run into memory")
        guanxi.worlds.of(view)
        watch.pause()
        yield view, guanxi.worlds


def _print_weakest(answer: WeakestAnswer) -> None:
    for one in answer.questions:
        asked = f"clears the breach of {one.test}" if one.ask == "clear" else "splits the group"
        kind = "links of dependence" if one.among == "dependence" else "all links"
        out.print(f"{answer.group_id}, {answer.rules} ({one.status}): what {asked}, among {kind}")
        for each in one.sets:
            told = " and ".join(
                f"{link.start.called} {link.type} {link.end.called} ({link.told}, {link.status}{_of_all(link)})"
                for link in each.links
            )
            left = "; ".join(_left(group) for group in each.left)
            out.print(f"  {told}; leaves {left or 'no group'}")
        if not one.sets:
            out.print("  no set of so few links")
        if one.stopped:
            out.print(f"  {one.stopped}")
    _print_notes(answer)


def _left(group: LeftOver) -> str:
    heads = ", ".join(head.called for head in group.heads)
    told = f"{heads or 'a group'} with {many(group.size, 'member')}"
    if group.state is None:
        return told
    ratio = f" at {percent(float(group.ratio))}" if group.ratio is not None else ""
    return f"{told}{ratio}, {group.state}"


def _print_contagion(answer: ContagionAnswer) -> None:
    for call in answer.calls:
        amount = told_money(call.amount) if call.amount else "an unknown amount"
        out.print(f"round {call.round}: {call.guarantor.called} for {call.debtor.called}: {amount}")
    for one in answer.called:
        equity = told_money(one.equity) if one.equity else "unknown"
        fate = f"falls in round {one.falls_in}" if one.falls_in is not None else "stands"
        fate = fate if one.assessed else "not assessed"
        sums = f"called for {told_money(one.called)}, equity {equity}"
        out.print(f"{one.party.party_id} {one.party.called}: {sums}: {fate}")
    sums = f"called {told_money(answer.total_called)}, paid {told_money(answer.total_paid)}"
    out.print(f"{answer.rounds} rounds; {answer.fallen} more fall; {sums}")
    _print_notes(answer)


def _print_notes(answer: Answer) -> None:
    print_notes(*answer.omitted, answer.run_note)


def _print(answer: WhatIfAnswer) -> None:
    differing = [one for one in answer.groups if one.differs]
    for group in differing:
        _print_group(group)
    for one in answer.parties:
        out.print(f"{one.party.party_id} {one.party.called}, alone")
        _print_tests(one.tests)
    for moved in answer.related:
        for word, parties in (("becomes", moved.becoming), ("is no more", moved.ceasing)):
            for party in parties:
                told = f"{party.party_id} {party.called} {word} a related party of the bank ({moved.rules})"
                out.print(told)
    if answer.together:
        out.print("all related parties of the bank together")
        _print_tests(answer.together)
    same = len(answer.groups) - len(differing)
    if not (differing or answer.parties or answer.related or answer.together):
        out.print("No group is another one, and no test comes out otherwise.")
    if same:
        out.print(f"As before: {many(same, 'more group')} touched.")
    _print_notes(answer)


def _print_group(group: GroupTold) -> None:
    heads = " and ".join(head.called for head in group.heads)
    whose = f" of {heads}" if heads else ", declared by a source"
    size = f"{many(group.size_before, 'party')}, then {group.size_after:,}"
    heir = f", which go on as {group.goes_on_as}" if group.goes_on_as else ""
    out.print(f"{group.group_id or 'a new group'}{whose}: {size}{heir}")
    for word, parties in (
        ("joins", group.joining),
        ("leaves", group.leaving),
        ("becomes firm", group.becoming_firm),
        ("is in it by flagged links alone", group.becoming_potential),
    ):
        for party in parties:
            out.print(f"  {word}: {party.party_id} {party.called}")
    _print_tests(group.tests)


def _of_all(link: WeakLink) -> str:
    """That all links of a pair go together, where several sources tell it."""
    return f", all of {', '.join(link.sources)} together" if link.sources else ""


def _print_tests(tests: list[LimitTestTold]) -> None:
    for test in tests:
        if test.differs:
            sides = f"{_figure(test.before)} -> {_figure(test.after)}"
            out.print(f"  {test.rules} {test.test} ({test.status}): {sides}")


def _figure(figure: FigureTold | None) -> str:
    if figure is None:
        return "not tested"
    ratio = ratio_told(figure.ratio, figure.amount, figure.base)
    return f"{owed_told(figure.amount, figure.unknown)} = {ratio}, {figure.state}"
