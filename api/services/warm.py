"""Have the database plan the common statements before the first person asks: a 360's plan takes it seconds."""

from __future__ import annotations

from contextlib import suppress

from api.services.network import network
from api.services.party import party
from api.services.search import search
from graph.errors import GuanxiError
from graph.store import Store

NOBODY = "P-"


def warm(store: Store) -> None:
    """Ask each common question about nobody; what it cannot do now the first asker meets."""
    with suppress(GuanxiError):
        view = store.view()
        search(view, NOBODY)
        for ask in (party, network):
            with suppress(GuanxiError):
                ask(view, NOBODY)
