"""`owners`: the beneficial owners of a party."""

from __future__ import annotations

from api.cli.asked import Party, party_asked
from api.cli.days import read_day
from api.cli.frame import AsOf, Json, KeepDb, KnownOn, app, opened, out, print_json
from api.cli.sheet import print_notes
from api.services.owners import OwnersAnswer, owners


@app.command("owners")
def owners_command(
    party_: Party,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """The beneficial owners of a party under each rule set of the run, with reasons and what is not disclosed."""
    with opened(keep_db) as (guanxi, _):
        view = guanxi.view(read_day(as_of, "--as-of"), read_day(known_on, "--known-on"))
        answer = owners(view, guanxi.settings.archive, party_asked(view, party_))
        print_json(answer) if as_json else _print(answer)


def _print(answer: OwnersAnswer) -> None:
    out.print(answer.party.called, style="bold")
    out.print(f"{answer.party.party_id} · as of {answer.as_of} · {answer.run_id}", style="dim")
    if answer.run_note:
        out.print(answer.run_note, style="dim")
    for one in answer.under:
        force = "" if one.in_force else f", in force from {one.since}"
        out.print(f"\n{one.title.en} {one.title.zh} ({one.rules}, {one.article}: {one.test}{force})")
        out.print(f"  {one.told}")
    print_notes(*answer.remainder, *answer.omitted)
