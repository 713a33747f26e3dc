"""`campaign`: whom to approach, how they answered, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.asked import party_asked
from api.cli.days import read_day, told_moment
from api.cli.frame import Json, KeepDb, Key, User, app, once_of, opened, out, print_json
from api.cli.sheet import print_notes, print_sheet
from api.cli.totals import percent
from api.services.answers import many
from api.services.audience import DEFAULT_SEED, AudienceAnswer, AudienceAsked, audience, make_audience, try_audience
from api.services.audience_rules import audience_rules
from api.services.campaign import CampaignTold, change_campaign, close_campaign, make_campaign
from api.services.campaign_response import ResponseAsked, ResponseTold, record_response
from api.services.campaign_response import response as response_told
from api.services.campaign_units import BY, CampaignUnitsAnswer, campaign_units
from api.services.campaigns import RESPONSES, AudienceTold, CampaignAnswer, CampaignRef, Side, campaign, campaigns
from api.services.words import told_money

campaign_app = typer.Typer(help="Campaigns: audiences, answers, figures.", no_args_is_help=True)
app.add_typer(campaign_app, name="campaign")

Campaign = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Its id, or the bank's code.")]


Code = Annotated[str | None, typer.Option(help="A code of the bank's own.")]
Product = Annotated[str | None, typer.Option(help="What it offers: id or code.")]
Channel = Annotated[str | None, typer.Option(help="Such as call, app, branch.")]
Branch = Annotated[str | None, typer.Option(help="Who runs it: id, code or name of a branch.")]
Manager = Annotated[str | None, typer.Option(help="Who answers for it: id, staff number or name.")]
Most = Annotated[int | None, typer.Option("--most", help="Parties that it may approach.")]


@campaign_app.command("list")
def list_command(as_json: Json = False, keep_db: KeepDb = False) -> None:
    """Campaigns, the latest first."""
    with opened(keep_db) as (guanxi, _):
        answer = campaigns(guanxi.view())
        if as_json:
            print_json(answer)
            return
        for one in answer.campaigns:
            days = f"{one.starts_on or ''} to {one.ends_on or ''}"
            out.print("  ".join(part for part in (one.code or one.campaign_id, one.name or "", days) if part))
        if answer.empty:
            out.print(answer.empty)


@campaign_app.command("new")
def new_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="Its first day.")],
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Its last day.")] = None,
    code: Code = None,
    product: Product = None,
    channel: Channel = None,
    branch: Branch = None,
    manager: Manager = None,
    most: Most = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Make a campaign. It counts at once."""
    days = read_day(first, "--from", ahead=True), read_day(last, "--to", ahead=True)
    told = CampaignTold(name, code, product, *days, channel, branch, manager, most)
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        kept = make_campaign(guanxi.view(), told, who, once_of(key, who, "campaign new", told))
        _print(campaign(guanxi.view(), kept), as_json)


@campaign_app.command("change")
def change_command(
    campaign_id: Campaign,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DAY", help="Another first day.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Another last day; '' for none.")] = None,
    code: Code = None,
    product: Product = None,
    channel: Channel = None,
    branch: Branch = None,
    manager: Manager = None,
    most: Most = None,
    version: Annotated[int | None, typer.Option(help="The one you have seen; another by now is refused.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Change a campaign that a person made; '' takes away."""
    until = read_day(last, "--to", ahead=True) if last else last
    days = read_day(first, "--from", ahead=True), until
    told = CampaignTold(name, code, product, *days, channel, branch, manager, most)
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "campaign change", campaign_id, told, version)
        kept = change_campaign(guanxi.view(), campaign_id, told, version, who, once)
        _print(campaign(guanxi.view(), kept), as_json)


@campaign_app.command("close")
def close_command(
    campaign_id: Campaign, user: User = None, key: Key = None, as_json: Json = False, keep_db: KeepDb = False
) -> None:
    """Close a campaign that a person made: it approaches nobody any more."""
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        kept = close_campaign(guanxi.view(), campaign_id, who, once_of(key, who, "campaign close", campaign_id))
        _print(campaign(guanxi.view(), kept), as_json)


@campaign_app.command("audience")
def audience_command(
    campaign_id: Campaign,
    segment: Annotated[str | None, typer.Option(help="Choose from a segment: its id or name.")] = None,
    openings: Annotated[bool, typer.Option("--openings", help="Choose from those offered its product.")] = False,
    product: Annotated[str | None, typer.Option(help="Of openings: another product than the campaign's.")] = None,
    size: Annotated[int | None, typer.Option(help="Parties at most, those held back among them.")] = None,
    held_back: Annotated[str | None, typer.Option(metavar="PART", help="Left alone to compare with: 0 to 0.5.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed draws the same.")] = DEFAULT_SEED,
    channel: Annotated[str | None, typer.Option(help="Other than the campaign's.")] = None,
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="Rules of your own: a .yaml file.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Choose and count; store nothing.")] = False,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Choose whom a campaign approaches: one of each household and group, by the bank's rules."""
    asked = AudienceAsked(segment, openings, product, size, held_back, seed, channel)
    with opened(keep_db) as (guanxi, _):
        chosen, archive = audience_rules(rules or guanxi.settings.audience_rules), guanxi.settings.archive
        who = user or guanxi.settings.user
        if dry_run:
            answer = try_audience(guanxi.view(), archive, campaign_id, asked, chosen, who)
        else:
            once = once_of(key, who, "campaign audience", campaign_id, asked, chosen if rules else None)
            kept = make_audience(guanxi.view(), archive, campaign_id, asked, chosen, who, once)
            answer = audience(guanxi.view(), kept)
        print_json(answer) if as_json else _print_audience(answer)


@campaign_app.command("respond")
def respond_command(
    campaign_id: Campaign,
    party: Annotated[str, typer.Argument(metavar="PARTY", help="A party id, any number of it, or its name.")],
    response: Annotated[str, typer.Argument(metavar="RESPONSE", help=", ".join(RESPONSES))],
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When, YYYY-MM-DDTHH:MM; now by default.")] = None,
    value: Annotated[str | None, typer.Option(help="What was bought is worth, such as 1250.00.")] = None,
    currency: Annotated[str | None, typer.Option(help="Of the value.")] = None,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Write down how a party answered a campaign."""
    with opened(keep_db) as (guanxi, _):
        who = user or guanxi.settings.user
        once = once_of(key, who, "campaign respond", campaign_id, party, response, at, value, currency)
        asked = ResponseAsked(party_asked(guanxi.view(), party), response, at, value, currency)
        kept = record_response(guanxi.view(), campaign_id, asked, who, once)
        if as_json:
            print_json(campaign(guanxi.view(), campaign_id))
        elif told := response_told(guanxi.view(), kept):
            _print_response(told)


@campaign_app.command("show")
def show_command(campaign_id: Campaign, as_json: Json = False, keep_db: KeepDb = False) -> None:
    """What came of a campaign."""
    with opened(keep_db) as (guanxi, _):
        _print(campaign(guanxi.view(), campaign_id), as_json)


@campaign_app.command("units")
def units_command(
    campaign_id: Campaign,
    by: Annotated[str, typer.Option(help=f"By {', '.join(BY)}.")] = BY[0],
    hierarchy: Annotated[str | None, typer.Option(help="Of branches and teams: rollup or coverage.")] = None,
    level: Annotated[int | None, typer.Option(help="Of branches and teams: this level alone, 1 at the top.")] = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """What came of a campaign by branch, team or manager; a branch or team has what lies below it."""
    with opened(keep_db) as (guanxi, _):
        answer = campaign_units(guanxi.view(), campaign_id, by, hierarchy, level)
        print_json(answer) if as_json else _print_units(answer)


def _print_units(answer: CampaignUnitsAnswer) -> None:
    numbers = ("reached", "answered", "interested", "refused", "bought")
    rows = []
    for name, one in [*((row.name or row.id or "not told", row) for row in answer.rows), ("all", answer.total)]:
        worth = _worth([told_money(value) for value in one.value], one.unknown_value).removeprefix(", worth ")
        rows.append((name, *(f"{getattr(one, number):,}" for number in numbers), worth))
    if answer.total.reached:
        print_sheet((answer.by, *numbers, "worth"), rows, numbers=numbers, has_total=True)
    print_notes(answer.empty, *answer.flags, *answer.omitted)


def _print(answer: CampaignAnswer, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    one = answer.campaign
    out.print(f"{one.name or one.campaign_id}  {one.code or one.campaign_id}", style="bold")
    _print_told_of(one)
    worth = _worth([told_money(value) for value in answer.value], answer.unknown_value)
    out.print(
        f"{answer.reached:,} reached, {answer.answered:,} answered ({answer.interested:,} interested, "
        f"{answer.refused:,} refused), {answer.bought:,} bought{worth}"
    )
    if answer.comparison:
        _print_side("approached", answer.comparison.approached)
        _print_side("held back", answer.comparison.held_back)
        out.print(
            f"  difference {percent(answer.comparison.difference) if answer.comparison.difference else 'not known'}"
        )
        if answer.comparison.note:
            out.print(f"  {answer.comparison.note}")
    for told in answer.audiences:
        _print_told(told)


def _print_told_of(one: CampaignRef) -> None:
    days = f"{one.starts_on or ''} to {one.ends_on or ''}".strip() if one.starts_on or one.ends_on else None
    cap = f"at most {many(one.most_parties, 'party')}" if one.most_parties else None
    saved = f"version {one.version} by {one.changed_by}" if one.version else None
    closed = f"closed on {one.closed_on}" if one.closed_on else None
    offered = one.product_id and f"offers {_named(one.product_name, one.product_id)}"
    branch = one.branch_id and f"run by {_named(one.branch_name, one.branch_id)}"
    manager = one.manager_id and f"answered for by {_named(one.manager_name, one.manager_id)}"
    parts = [part for part in (days, offered, one.channel, branch, manager, cap, saved, closed) if part]
    if parts:
        out.print("  " + ", ".join(parts))


def _named(name: str | None, id: str) -> str:
    return f"{name} ({id})" if name else id


def _print_response(told: ResponseTold) -> None:
    worth = f", worth {told_money(told.value)}" if told.value else ""
    answered = f"{told.party.called} {told.party.party_id} to {told.campaign_name or told.campaign_id}"
    out.print(f"{answered}: {told.response}{worth}, {told_moment(told.at)}")


def _print_side(name: str, side: Side) -> None:
    bought = (
        "not known"
        if side.bought is None
        else f"{side.bought:,} bought ({percent(side.rate) if side.rate else 'of none'})"
    )
    out.print(f"  {side.parties:,} {name}: {bought}{_worth([told_money(value) for value in side.value], side.unknown)}")


def _worth(values: list[str], unknown: int) -> str:
    parts = [*values, *([f"{unknown:,} of unknown value"] if unknown else [])]
    return f", worth {' + '.join(parts)}" if parts else ""


def _print_audience(answer: AudienceAnswer) -> None:
    one = answer.campaign
    out.print(
        f"{one.name or one.campaign_id}: {'stored' if answer.stored else 'tried, nothing is stored'}", style="bold"
    )
    _print_told(answer.audience)
    for member in answer.members:
        place = "" if member.place is None else f"{member.place:>4}  "
        score = member.score and f"score {member.score[:5]}"
        cells = (member.party.party_id, member.party.called, score, "held back" if member.held_back else None)
        out.print(f"{place}{'  '.join(cell for cell in cells if cell)}")
    print_notes(*answer.omitted)


def _print_told(told: AudienceTold) -> None:
    out.print(
        f"{told.audience_id}: {told.approached:,} approached and {told.held_back:,} held back of {told.candidates:,} "
        f"from {told.source} {_named(told.source_name, told.source_id)}"
    )
    for one in told.excluded:
        if one.parties:
            out.print(f"  {one.parties:,} left out: {one.text}")
