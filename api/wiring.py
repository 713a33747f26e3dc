"""The composition root: the one place where settings, store, rules and services are put together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from api.services.grading_rules import GradingFile, grading_rules
from api.services.related_rules import RelatedRules, related_rules
from api.settings import Settings
from graph import connect, schema
from graph.connect import Connection
from graph.embedded.progress import Progress
from graph.store import Store, View

if TYPE_CHECKING:
    from api.services.run_world import Worlds


@dataclass(frozen=True)
class Guanxi:
    """A running Guanxi: its settings, its store, its rules, and the worlds of runs that it holds in memory.

    Raises BadInput for a score table that cannot be taken.
    """

    settings: Settings
    store: Store
    related_rules: RelatedRules
    grading: GradingFile = field(default_factory=grading_rules)

    @cached_property
    def worlds(self) -> Worlds:
        """What runs held. Its algorithms are read when first asked for: most commands need none of them."""
        from api.services.run_world import Worlds

        return Worlds(self.store, self.settings.archive)

    def view(self, as_of: date | None = None, known_on: date | None = None, *, presumed: bool = False) -> View:
        """One state of the world for one question. Until authentication exists everybody sees everything."""
        return self.store.view(as_of=as_of, known_on=known_on, presumed=presumed)


def assemble(settings: Settings, connection: Connection) -> Guanxi:
    """Connect, check the server and its schema (made where it is missing), read the rules.

    Raises StoreUnavailable, Conflict for a store of a newer Guanxi, BadInput for rules that cannot be taken.
    """
    store = Store(connection, zone=settings.zone)
    try:
        connect.verify(store.driver, connection)
        schema.apply_schema(store)
        return Guanxi(settings, store, related_rules(settings.related_rules), grading_rules(settings.grading))
    except BaseException:
        store.close()
        raise


@contextmanager
def guanxi(
    settings: Settings, *, keep_db: bool = False, progress: Progress | None = None, told: bool = True
) -> Iterator[Guanxi]:
    """Everything put together; on leaving the store is closed and an embedded server given back.

    told: say so where the server stays up then.
    """
    connection = connect.resolve(settings.home, progress=progress)
    try:
        whole = assemble(settings, connection)
        try:
            yield whole
        finally:
            connection = whole.store.connection  # it may have been revived meanwhile
            whole.store.close()
    finally:
        left = connection.release(keep=keep_db)
        if left and told and progress:
            progress.note(left)
