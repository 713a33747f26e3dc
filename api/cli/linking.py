"""`linkage`: key persons of companies as private customers, companies of private customers as corporate ones."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.services.answers import many
from api.services.key_persons import key_persons
from api.services.linkage import BY, DEFAULT, LinkageAsked, UnitsAsked, gaps, linkage
from api.services.linkage_answer import GapsAnswer, KeyPerson, KeyPersonsAnswer, LinkageAnswer, Linked
from api.services.managers import ManagerRef
from graph.errors import BadInput


@app.command("linkage")
def linkage_command(
    party: Annotated[
        str | None, typer.Argument(metavar="[PARTY]", help="Of one company or person: any id, or the name.")
    ] = None,
    by: Annotated[str, typer.Option(help=f"Statistics by {', '.join(BY)}.")] = BY[0],
    gaps_too: Annotated[bool, typer.Option("--gaps", help="List who is no customer yet.")] = False,
    kind: Annotated[str | None, typer.Option(help="Of gaps: person or company.")] = None,
    branch: Annotated[str | None, typer.Option(help="Customers of this branch and all below it.")] = None,
    manager: Annotated[str | None, typer.Option(help="Customers of this manager.")] = None,
    industry: Annotated[str | None, typer.Option(help="Companies of this industry.")] = None,
    hierarchy: Annotated[str | None, typer.Option(help="Of branches and teams: rollup or coverage.")] = None,
    level: Annotated[int | None, typer.Option(help="Of branches and teams: this level alone, 1 at the top.")] = None,
    limit: int = DEFAULT,
    offset: int = 0,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Corporate-retail linkage: which key persons and companies of customers are customers, too, and which are not."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    narrowed = LinkageAsked(branch, manager, industry)
    if party and (gaps_too or narrowed != LinkageAsked()):
        raise BadInput("Of one party all is told; leave --gaps, --branch, --manager and --industry out.", field="PARTY")
    if kind and not gaps_too:
        raise BadInput("--kind is of gaps: give --gaps as well.", field="kind")
    for name, given in (("hierarchy", hierarchy), ("level", level)):
        if given is not None and (party or gaps_too):
            raise BadInput(
                f"--{name} is of statistics: leave it out of --gaps and of one party.", field=name, value=given
            )
    with opened(keep_db) as (guanxi, _):
        view, archive = guanxi.view(*days), guanxi.settings.archive
        if party:
            one = key_persons(view, party_asked(view, party))
            print_json(one) if as_json else _print_party(one)
        elif gaps_too:
            found = gaps(view, archive, kind, narrowed, limit, offset)
            print_json(found) if as_json else _print_gaps(found)
        else:
            answer = linkage(view, archive, by, narrowed, limit, offset, UnitsAsked(hierarchy, level))
            print_json(answer) if as_json else _print(answer)


def _print(answer: LinkageAnswer) -> None:
    of_companies = ("companies", "key persons", "private customers")
    of_persons = ("persons", "their companies", "corporate customers")
    heads = (answer.by, *of_companies, *of_persons, "gaps", "openings")
    rows = []
    for name, one in [*((_unit(answer.by, row), row) for row in answer.rows), ("all", answer.total)]:
        counts = (one.companies, one.key_persons, one.key_persons_customers, one.persons, one.companies_behind)
        rows.append((name, *(f"{n:,}" for n in (*counts, one.companies_customers, one.gaps, one.openings))))
    print_sheet(heads, rows, numbers=heads[1:], has_total=True)
    print_notes(answer.run_note, answer.empty, *answer.flags, *answer.omitted)


def _unit(by: str, row: Linked) -> str:
    if by == "manager" and row.id:
        return ManagerRef(manager_id=row.id, name=row.name, code=row.code).called
    return row.name or row.id or "not told"


def _print_gaps(answer: GapsAnswer) -> None:
    for one in answer.gaps:
        looked_after = ", ".join(
            told for told in (one.branch and one.branch.name, one.manager and one.manager.called) if told
        )
        doubtful = "" if one.status == "confirmed" else f" [{one.status}]"
        out.print(f"{one.text}{doubtful} ({looked_after or 'no branch or manager told'})")
        out.print(f"  {one.party.called} {one.party.party_id}, opening {one.opening_id}", style="dim")
    print_notes(
        answer.run_note,
        answer.empty,
        f"{many(answer.total, 'gap')}, {many(answer.openings, 'opening')}",
        *answer.omitted,
    )


def _print_party(answer: KeyPersonsAnswer) -> None:
    what = "customer" if answer.is_customer else "no customer"
    out.print(f"{answer.party.called} {answer.party.party_id}: {what}", style="bold")
    for title, items in (("Key persons", answer.key_persons), ("Companies", answer.companies)):
        if items:
            out.print(title, style="bold")
            heads = ("party", "role", "customer", "branch", "manager", "status")
            print_sheet(heads, [_cells(one) for one in items])
    print_notes(answer.run_note, answer.empty, *answer.omitted)


def _cells(one: KeyPerson) -> tuple[str, ...]:
    roles = ", ".join([role.replace("_", " ") for role in one.roles] + one.posts)
    branch = one.branch.name or one.branch.branch_id if one.branch else ""
    manager = one.manager.called if one.manager else ""
    doubtful = "" if one.status == "confirmed" else one.status
    return (
        f"{one.party.called} {one.party.party_id}",
        roles,
        "yes" if one.is_customer else "no",
        branch,
        manager,
        doubtful,
    )
