"""The party that a command is asked about."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.frame import err
from api.services.find import one_party
from graph.store import View

Party = Annotated[str, typer.Argument(metavar="PARTY", help="A party id, any number of it, or its name.")]


def party_asked(view: View, text: str) -> str:
    """Its id, telling what people should know of how it was found. Raises what `one_party` raises."""
    found = one_party(view, text)
    if found.told:
        err.print(found.told)
    return found.party_id
