"""Ties in words: what a link between two says of how they know each other, also where one of them must stay unknown."""

from __future__ import annotations

from collections.abc import Mapping

from api.services.ties import TieKind

VEILED = "a colleague's customer"
"""Told in place of somebody outside the asker's scope."""

_SENTENCES: Mapping[TieKind, tuple[str, str]] = {
    "KIN_OF": ("{a} is the {detail} of {b}", "{a} is kin of {b}"),
    "LEGAL_REPRESENTATIVE_OF": ("", "{a} is the legal representative of {b}"),
    "EXECUTIVE_OF": ("{a} is {detail} of {b}", "{a} is an executive of {b}"),
    "REFERRED": ("", "{a} referred {b}"),
    "OWNS": ("", "{a} holds shares of {b}"),
    "GUARANTEES": ("", "{a} guarantees debt of {b}"),
    "MANAGED_BY": ("{a} is a customer of {b} ({detail})", "{a} is a customer of {b}"),
}
"""With and without what the link says beyond its kind."""


def tie_sentence(kind: TieKind, start: str, end: str, detail: str | None = None) -> str:
    """A link from its start to its end. detail: a relation, post or role; None where it may not be told."""
    more, plain = _SENTENCES[kind]
    return (more if detail and more else plain).format(a=start, b=end, detail=detail)
