"""Do what the first of a kind would wait for before somebody asks: the server plans the large statements, which takes a
fresh one seconds, and the world of the current run is thawed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from api.services.network import network
from api.services.party import party
from api.services.related_rules import RelatedRules
from api.services.related_walk import Walk
from api.services.run_world import Worlds
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
            *(partial(Walk(view, purpose).ask_about, NOBODY) for purpose in rules.purposes.values()),
        )
    except GuanxiError as error:
        log.debug("not warmed: %s", error)
        return
    for question in questions:
        try:
            question()
        except GuanxiError as error:
            log.debug("warming: %s", error)


def warm_world(store: Store, worlds: Worlds) -> None:
    """Thaw the world of the current run, if there is one; what fails here fails again, and is told, when asked for."""
    try:
        run_id = store.view().run_id
        if run_id is not None:
            worlds.of_run(run_id)
    except GuanxiError as error:
        log.debug("world not warmed: %s", error)


def warm_in_background(store: Store, rules: RelatedRules, worlds: Worlds | None = None) -> threading.Thread:
    """Both beside the work; the thread ends by itself and keeps nobody waiting. worlds: None to thaw none."""

    def work() -> None:
        warm(store, rules)
        if worlds is not None:
            warm_world(store, worlds)

    thread = threading.Thread(target=work, name="warm", daemon=True)
    thread.start()
    return thread
