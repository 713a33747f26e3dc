"""Have the server plan the large statements before somebody waits for them: a fresh one takes seconds for the first."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from api.services.network import network
from api.services.party import party
from api.services.related import related
from api.services.related_rules import RelatedRules
from api.services.search import search
from graph.errors import GuanxiError
from graph.store import Store

log = logging.getLogger(__name__)

NOBODY = "P-NOBODY"
_NOBODY_EITHER = "zzqqxx"


def warm(store: Store, rules: RelatedRules) -> None:
    """Ask each large question once about nobody; what fails here fails again, and is told, when it is asked for."""
    try:
        view = store.view()
        questions: tuple[Callable[[], Any], ...] = (
            lambda: search(view, _NOBODY_EITHER),
            lambda: party(view, NOBODY),
            lambda: network(view, NOBODY),
            lambda: view.read("network/step", frontier=[], kinds=["OWNS"], per_kind=1, scan=1),
            lambda: view.read("network/among", ring=[], kinds=["OWNS"], scan=1),
            lambda: view.read("related/direct", ids=[], outgoing={}, incoming={}, scan=1, most=1),
            lambda: related(view, NOBODY, next(iter(rules.purposes)), rules),
        )
    except GuanxiError as error:
        log.debug("not warmed: %s", error)
        return
    for question in questions:
        try:
            question()
        except GuanxiError as error:
            log.debug("warming: %s", error)


def warm_in_background(store: Store, rules: RelatedRules) -> threading.Thread:
    """The same beside the work; the thread ends by itself and keeps nobody waiting."""
    thread = threading.Thread(target=warm, args=(store, rules), name="warm", daemon=True)
    thread.start()
    return thread
