"""The parties that a command is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from api.cli.frame import err
from api.services.find import each_party
from graph.store import View

Party = Annotated[str, typer.Argument(metavar="PARTY", help="A party id, any number of it, or its name.")]


def party_asked(view: View, text: str) -> str:
    """Its id, telling what people should know of how it was found. Raises what `one_party` raises."""
    return parties_asked(view, [text])[0]


def parties_asked(view: View, texts: Sequence[str]) -> list[str]:
    """The id of each, in turn, telling and raising the same."""
    found = each_party(view, texts)
    for one in found:
        if one.told:
            err.print(one.told)
    return [one.party_id for one in found]
