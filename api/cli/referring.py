"""`referrals`, `referrers`, `path`: who brings customers, who may bring the next one, and who can introduce one."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.services.answers import PartyRef, many
from api.services.find import parties_called
from api.services.likely_referrers import DEFAULT as MANY_LIKELY
from api.services.likely_referrers import LikelyReferrers, likely_referrers
from api.services.managers import find_manager, managers_called
from api.services.paths import DEFAULT as FEW_PATHS
from api.services.paths import PathsAnswer, paths
from api.services.reasons import HIDDEN
from api.services.referrals import (
    DEFAULT_DEPTH,
    METHODS,
    PartyReferrals,
    Referral,
    ReferralTotals,
    party_referrals,
)
from api.services.referrer_page import ReferrerPage, referrer
from api.services.referrers import DEFAULT, ReferrersAnswer, referrers
from api.services.words import told_money
from graph.errors import BadInput, NotFound
from graph.store import View


@app.command("referrals")
def referrals_command(
    party_: Party,
    depth: Annotated[int, typer.Option(help="Steps of the tree below it, 1 to 10.")] = DEFAULT_DEPTH,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who referred a party, whom it referred, and what that earned."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        answer = party_referrals(view, guanxi.settings.archive, party_asked(view, party_), depth)
        print_json(answer) if as_json else _print(answer)


referrers_app = typer.Typer(help="Who brings customers, and who is likely to bring the next one.")
app.add_typer(referrers_app, name="referrers")


@referrers_app.callback(invoke_without_command=True)
def referrers_command(
    context: typer.Context,
    campaign: Annotated[str | None, typer.Option(help="Of this campaign alone: its id or code.")] = None,
    since: Annotated[str | None, typer.Option(metavar="DAY", help="Referrals from this day on, YYYY-MM-DD.")] = None,
    by: Annotated[str, typer.Option(help="The credit to rank by: nearest, even or halving.")] = "nearest",
    limit: int = DEFAULT,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who brings customers, those credited with most first."""
    if context.invoked_subcommand:
        return
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    first = read_day(since, "--since")
    with opened(keep_db) as (guanxi, _):
        answer = referrers(guanxi.view(*days), guanxi.settings.archive, campaign, first, by, limit)
        print_json(answer) if as_json else _print_referrers(answer)


@referrers_app.command("likely")
def likely_command(
    limit: Annotated[int, typer.Option(help="Customers at most.")] = MANY_LIKELY,
    offset: Annotated[int, typer.Option(help="Customers to pass over.")] = 0,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Who is likely to refer somebody within a year, and why."""
    with opened(keep_db) as (guanxi, _):
        answer = likely_referrers(guanxi.view(), guanxi.settings.archive, limit, offset)
        print_json(answer) if as_json else _print_likely(answer)


@referrers_app.command("show")
def show_command(
    party_: Party, as_of: AsOf = None, known_on: KnownOn = None, as_json: Json = False, keep_db: KeepDb = False
) -> None:
    """The page of one referrer: agreements, whom it brought, conversion by year, and what that earned."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        answer = referrer(view, guanxi.settings.archive, party_asked(view, party_))
        print_json(answer) if as_json else _print_page(answer)


@referrers_app.command("evaluate")
def evaluate_command(as_json: Json = False, keep_db: KeepDb = False) -> None:
    """How good that ranking is: learned on one year, held against the next, beside who referred before."""
    with opened(keep_db) as (guanxi, _):
        answer = likely_referrers(guanxi.view(), guanxi.settings.archive, 1)
        if as_json and answer.quality:
            print_json(answer.quality)
        else:
            _print_quality(answer)


@app.command("path")
def path_command(
    start: Annotated[
        str,
        typer.Argument(metavar="FROM", help="A manager or a party: id, any number, or name."),
    ],
    end: Annotated[str, typer.Argument(metavar="TO", help="A party id, any number of it, or its name.")],
    most: Annotated[int, typer.Option("--max", help="Routes at most.")] = FEW_PATHS,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """The strongest routes by which a manager or a party can be introduced to a party."""
    days = read_day(as_of, "--as-of"), read_day(known_on, "--known-on")
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(*days)
        answer = paths(view, _path_start(view, start), party_asked(view, end), most)
        print_json(answer) if as_json else _print_paths(answer)


def _path_start(view: View, text: str) -> str:
    """A manager by id, staff number or name, else a party; a name of both is refused. Raises what these raise."""
    try:
        return find_manager(view, text, "FROM", by_name=False).manager_id
    except NotFound:
        pass
    managers = managers_called(view, text)
    if managers and (parties := parties_called(view, text)):
        listed = "".join(f"\n  {one}" for one in (*(f"manager {one}" for one in managers), *parties))
        told = f"{text[:80]!r} is what managers and parties are called:{listed}\nGive one of the ids."
        raise BadInput(told, field="FROM", value=text[:80])
    if managers:
        return find_manager(view, text, "FROM").manager_id
    try:
        return party_asked(view, text)
    except NotFound:
        raise NotFound(
            f"{text[:80]!r} is neither a manager, by id, staff number or name, nor a party; `guanxi figures --by "
            "manager` tells managers, `guanxi search` parties.",
            field="FROM",
            value=text[:80],
        ) from None


def _print_paths(answer: PathsAnswer) -> None:
    for path in answer.paths:
        way = " → ".join(stop.called for stop in path.stops)
        out.print(f"strength {path.strength[:5]}  {way}", style="bold")
        for tie in path.ties:
            for one in tie.evidence:
                doubt = "" if one.status == "confirmed" else f" [{one.status}]"
                out.print(f"  {tie.strength[:5]}  {one.text}{doubt}: {one.because}")
    print_notes(answer.empty, *answer.omitted)


def _print(answer: PartyReferrals) -> None:
    out.print(answer.party.called, style="bold")
    out.print(f"{answer.party.party_id} · as of {answer.as_of} · {answer.run_id}", style="dim")
    if answer.totals:
        out.print(_totals(answer.totals))
    for title, referrals in (("Brought by", answer.chain), ("Brought", answer.tree)):
        if referrals:
            out.print(f"\n{title}", style="bold")
        for one in referrals:
            indent = "  " * one.step if referrals is answer.tree else "  "
            out.print(f"{indent}{_line(one)}")
    if answer.flagged:
        out.print("\nFlagged", style="bold")
    for one in answer.flagged:
        out.print(f"  {one.referred_at or 'no day'} {one.flag}: {one.text}")
    print_notes(answer.run_note, answer.empty, *answer.omitted)


def _called(party: PartyRef | None) -> str:
    return party.called if party else HIDDEN


def _id(party: PartyRef | None) -> str:
    return party.party_id if party else ""


def _line(one: Referral) -> str:
    bought = (
        f", bought for {told_money(one.bought_for) if one.bought_for else 'an unknown amount'}" if one.bought_on else ""
    )
    why = f" ({one.text})" if one.text else ""
    return f"{one.referred_at} {_called(one.referrer)} → {_called(one.referred)}{bought}{why}"


def _totals(totals: ReferralTotals) -> str:
    credited = ", ".join(f"{method} {told_money(getattr(totals, method))}" for method in METHODS)
    unknown = f"; {many(totals.unknown, 'purchase')} of unknown value" if totals.unknown else ""
    brought = f"referred {totals.referred:,}, of these {totals.converted:,} converted and {totals.bought:,} bought"
    tree = f"{totals.size:,} in its tree, {totals.depth} deep; {totals.flagged:,} flagged"
    return f"{brought}; {tree}; credited with {credited}{unknown}"


def _print_likely(answer: LikelyReferrers) -> None:
    rows = [
        (str(one.place), one.score[:5], _called(one.party), _id(one.party), "; ".join(one.reasons))
        for one in answer.referrers
    ]
    if rows:
        heads = ("place", "score", "customer", "party", "why")
        print_sheet(heads, rows, numbers=heads[:2], title=("customer", "party"))
    found = answer.quality.found if answer.quality else None
    print_notes(found, answer.run_note, answer.empty, *answer.omitted)


def _print_page(answer: ReferrerPage) -> None:
    out.print(f"{answer.party.called} ({answer.who})", style="bold")
    out.print(f"{answer.party.party_id} · as of {answer.as_of} · {answer.run_id}", style="dim")
    for one in answer.agreements:
        period = f"{one.link.valid_from or '…'} to {one.link.valid_to or '…'}{'' if one.in_force else ', not in force'}"
        out.print(f"agreement {one.agreement or ''} with {one.branch_name or one.branch_id}, {period}: {one.fee}")
    if answer.totals:
        out.print(_totals(answer.totals))
    for year in answer.years:
        counts = f"referred {year.referred:,}, converted {year.converted:,}, bought {year.bought:,}"
        out.print(f"  {year.year or 'no day'}: {counts}")
    for title, referrals in (
        ("Brought by", answer.chain),
        ("Brought last", answer.latest),
        ("Flagged", answer.flagged),
    ):
        if referrals:
            out.print(f"\n{title}", style="bold")
        for told in referrals:
            out.print(f"  {told.text if title == 'Flagged' else _line(told)}")
    print_notes(answer.run_note, answer.empty, *answer.omitted)


def _print_quality(answer: LikelyReferrers) -> None:
    told = answer.quality
    if told is None:
        out.print(answer.empty)
        return
    out.print(
        f"{many(told.customers, 'customer')} seen on {told.held_on}, of whom {told.referrers:,} referred before "
        f"{told.until}; learned on what was known on {told.learned_on}"
    )
    heads = ("first", "found", "precision", "referred before", "its precision", "lift", "over all")
    rows = []
    for one in told.rankings:
        figures = (str(one.k), str(one.found), one.precision[:6], str(one.before), one.before_precision[:6])
        rows.append((*figures, one.lift or "", one.over_all or ""))
    print_sheet(heads, rows, numbers=heads)
    out.print(f"area under the curve {told.area[:5]}, by referrals made before {told.before_area[:5]}")
    out.print(told.found)


def _print_referrers(answer: ReferrersAnswer) -> None:
    rows = []
    for one in answer.referrers:
        told = one.totals
        counts = (f"{count:,}" for count in (told.referred, told.converted, told.size))
        credited = (told_money(getattr(told, method)) for method in METHODS)
        rows.append((_called(one.party), _id(one.party), *counts, *credited))
    if rows:
        numbers = ("referred", "converted", "tree", *METHODS)
        print_sheet(("referrer", "party", *numbers), rows, numbers=numbers, title=("referrer", "party"))
    print_notes(answer.run_note, answer.empty, *answer.omitted)
