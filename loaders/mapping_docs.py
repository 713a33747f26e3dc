"""Renders the lists of steps and checks in docs/mappings.md from the code: `python -m loaders.mapping_docs`."""

from __future__ import annotations

import re
from pathlib import Path

from loaders.mapping_schema import CHECKS, rendered
from loaders.steps import STEPS

PAGE = Path("docs/mappings.md")
SCHEMA_PAGE = Path("docs/mapping.schema.json")


def with_lists(page: str) -> str:
    """The page's text with its two lists brought up to date."""
    steps = "\n".join(["| step | does |", "| --- | --- |", *(f"| `{n}` | {_cell(s.doc)} |" for n, s in STEPS.items())])
    rows = (f"| `{name}` | {action} | {_cell(doc)} |" for name, (action, doc) in CHECKS.items())
    checks = "\n".join(["| check | does, unless said otherwise | finds |", "| --- | --- | --- |", *rows])
    return _between(_between(page, "steps", steps), "checks", checks)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _between(page: str, name: str, text: str) -> str:
    pattern = re.compile(f"(<!-- {name}: [^\n]* -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    return pattern.sub(lambda m: f"{m.group(1)}{text}\n{m.group(2)}", page)


if __name__ == "__main__":
    PAGE.write_text(with_lists(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA_PAGE.write_text(rendered(), encoding="utf-8")
