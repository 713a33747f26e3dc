"""`tag`: words that persons mark parties with."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.asked import Party, party_asked
from api.cli.days import told_moment
from api.cli.frame import Json, KeepDb, Key, User, app, once_of, opened, out, print_json
from api.services.tags import TagTold, add_tag, remove_tag, tags
from graph.errors import BadInput


@app.command("tag")
def tag_command(
    party: Party,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The tag; without it those that are on.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take it off.")] = False,
    user: User = None,
    key: Key = None,
    as_json: Json = False,
    keep_db: KeepDb = False,
) -> None:
    """Mark a party with a tag, or take one off; who and when is kept."""
    if remove and text is None:
        raise BadInput("--remove needs the tag's TEXT.", field="TEXT")
    with opened(keep_db) as (guanxi, _):
        party_id = party_asked(guanxi.view(), party)
        if text is not None:
            write, who = remove_tag if remove else add_tag, user or guanxi.settings.user
            once = once_of(key, who, "tag", party, text, remove)
            party_id = write(guanxi.view(), party_id, text, who, once)
        answer = tags(guanxi.view(), party_id)
        if as_json:
            print_json(answer)
            return
        out.print(f"{answer.party.called}  {party_id}", style="bold")
        for one in answer.tags:
            out.print(f"  {one.text}  {_who(one)}")
        for one in answer.earlier:
            out.print(
                f"  {one.text}  {_who(one)}, off since {told_moment(one.removed_at)} by {one.removed_by}", style="dim"
            )
        if not answer.tags:
            out.print("No tags.")


def _who(one: TagTold) -> str:
    return " ".join(part for part in (one.tagged_by or one.source, told_moment(one.tagged_at)) if part)
