"""The errors a user can meet. Each is one readable paragraph that says what was wrong and the way out."""

from __future__ import annotations


class GuanxiError(Exception):
    """A failure told to the user in a paragraph, never as a traceback. Exit code 1."""

    exit_code = 1


class BadInput(GuanxiError):
    """What the user gave cannot be taken: the message names the field, the value and the way out. Exit code 2."""

    exit_code = 2

    def __init__(self, message: str, *, field: str | None = None, value: object = None) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


class NotFound(BadInput):
    """An id or key that nothing visible carries."""


class Conflict(GuanxiError):
    """What was asked collides with something going on: another load, a pending change, a newer store."""


class StoreUnavailable(GuanxiError):
    """The database cannot be reached, is too old, or refuses the credentials."""


class Interrupted(GuanxiError):
    """Stopped by the user (Ctrl-C); the message says what became of the work. Exit code 130."""

    exit_code = 130
