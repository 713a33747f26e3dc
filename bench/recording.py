"""What a service sends to the server, recorded, so that the bare driver can send the very same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from graph.connect import Connection
from graph.registry import Statement
from graph.store import READ_TIMEOUT_S, Params, Row, Store


@dataclass(frozen=True)
class Sent:
    """One statement as it went to the server."""

    text: str
    params: dict[str, Any]


class RecordingStore(Store):
    """A store that remembers its reading statements."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.sent: list[Sent] = []

    def __enter__(self) -> RecordingStore:
        return self

    def read(
        self, statement: Statement | str, base: Params, timeout_s: float = READ_TIMEOUT_S, **params: Any
    ) -> list[Row]:
        """As the store's own, remembered."""
        found = self.statements[statement] if isinstance(statement, str) else statement
        self.sent.append(Sent(found.text, {**base, **params}))
        return super().read(statement, base, timeout_s, **params)

    def during(self, work: Callable[[], object]) -> list[Sent]:
        """What was sent while the work was done."""
        self.sent = []
        work()
        return self.sent
