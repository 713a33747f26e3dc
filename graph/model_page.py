"""Renders `docs/model.md` from the model: `python -m graph.model_page > docs/model.md`."""

from __future__ import annotations

import sys

from graph import model

_INTRO = """# The model

Rendered from `graph/model.py` by `python -m graph.model_page`; a test holds this page to it.

Days are whole days since 1970-01-01 in the bank's time zone, moments UTC milliseconds since 1970, money whole minor
units beside an ISO 4217 currency, shares fractions from 0 to 1, exchange rates whole billionths (7.1884 is
7188400000). An unknown amount or share is absent, which is not zero.
"""


def render() -> str:
    """The whole page as Markdown."""
    parts = [_INTRO, "## What every loaded or derived node carries\n", _table(model.NODE_COMMON)]
    parts += ["## What every link carries\n", _table(model.LINK_COMMON), "## Nodes\n"]
    for node in model.NODES:
        parts.append(f"### {node.label}\n\n{node.doc} Key: `{node.key}`. {_sentence(node.origin.value)}.\n")
        if node.properties:
            parts.append(_table(node.properties))
    parts.append("## Links\n")
    for link in model.LINKS:
        ends = f"({' or '.join(link.sources)}) to ({' or '.join(link.targets)})"
        basis = f" `{link.basis}` tells several between the same ends apart." if link.basis else ""
        decided = " A person may confirm or rebut it." if link.type in model.DECIDED_ON else ""
        parts.append(f"### {link.type}\n\n{link.doc} {ends}. {_sentence(link.origin.value)}.{basis}{decided}\n")
        if link.properties:
            parts.append(_table(link.properties))
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _table(properties: tuple[model.Property, ...]) -> str:
    rows = [f"| `{p.name}` | {p.kind.value} | {p.doc} |" for p in properties]
    return "\n".join(["| property | type | meaning |", "| --- | --- | --- |", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
