"""The landing page and the files that go with it. The HTTP layer serves both; nothing here listens or reads a store."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from viz import page_words, value_words, words
from viz.models import LandingContext
from viz.sentences import SENTENCES

_HERE = Path(__file__).parent
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""Headers to send with the page: it needs nothing but its own files and the API beside it."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file of the page: the name it is served under, its content type and where it lies."""

    name: str
    content_type: str
    path: Path


@cache
def assets() -> tuple[Asset, ...]:
    """All static files of the page, by name; serve `<assets>/<name>` for each of them and nothing else."""
    files = sorted((_HERE / "assets").iterdir())
    return tuple(Asset(f.name, _CONTENT_TYPES[f.suffix], f) for f in files if f.suffix in _CONTENT_TYPES)


def render_landing(context: LandingContext) -> str:
    """The landing page as HTML."""
    return _environment().get_template("landing.html").render(context=context, told=_told(context), ui=page_words.UI)


def _told(context: LandingContext) -> dict[str, Any]:
    """What the page's scripts are told: where the API is, and all words and families."""
    return {
        "api": context.api,
        "ui": page_words.UI,
        "sections": page_words.SECTIONS,
        "fields": value_words.FIELDS,
        "values": value_words.VALUES,
        "sentences": SENTENCES,
        "kinds": words.KINDS,
        "roles": words.ROLES,
        "statuses": words.STATUSES,
        "links": words.LINKS,
        "party_links": words.PARTY_LINKS,
        "families": words.FAMILIES,
        "family_of": {name: words.family_of(name) for name in words.LINKS},
    }


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_HERE / "templates")
    return Environment(
        loader=loader,
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
