"""How long work (a download, a start, an import) tells its caller where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """What a caller hands in to follow long work; the command line draws it, services log it."""

    def step(self, text: str) -> None:
        """A new phase begins, such as "Starting Neo4j 2026.08.1"."""

    def advance(self, done: int, total: int) -> None:
        """Bytes done and bytes in all of the phase that is going on; may be called from several threads."""

    def note(self, text: str) -> None:
        """Something the user should know though nothing failed, such as a port that had to change."""


class Silent:
    """A progress that nobody watches."""

    def step(self, text: str) -> None:
        """Ignore the phase."""

    def advance(self, done: int, total: int) -> None:
        """Ignore the bytes."""

    def note(self, text: str) -> None:
        """Ignore the note."""
