"""Renders `docs/credit_core_hr.md` from the layout: `python -m loaders.demo.docs > docs/credit_core_hr.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from loaders.demo.layout import SYSTEMS, System, Table
from loaders.demo.layout.codes import CODES

_OPENING = """\
# The layout `credit_core_hr`: a Chinese bank's sources

Rendered from `loaders/demo/layout` by `python -m loaders.demo.docs`; the demo bank is written in it and loaded through
the shipped mapping of the same name.

**Assumed.** The table names marked "known" are those used in the field; nobody publishes their columns. All column
names, the codes, and the tables marked "assumed" are plausible choices. To load a real bank's tables, copy
`loaders/mappings/credit_core_hr.yaml` and change the names there; no code needs to change.

There are four source systems, each with a folder of its own. A table is one file named after it: `.csv`, `.csv.gz` or
`.parquet`. As Parquet every column is text exactly as in the CSV file, dates included, whatever the system.
"""


def render() -> str:
    """The whole page as Markdown."""
    lines = [_OPENING]
    for system in SYSTEMS:
        lines.extend(_system(system))
    lines.extend(_codes())
    return "\n".join(lines).rstrip() + "\n"


def _system(system: System) -> Iterator[str]:
    delimiter = {",": "comma", "|": "`|`", "\t": "tab"}[system.delimiter]
    yield f"## {system.title} (`{system.source}`)\n"
    yield (f"CSV: {system.encoding.upper()}, parted by {delimiter}, dates as `{system.date_format}`. {system.notes}\n")
    for table in system.tables:
        yield from _table(table, known=system.known and table.known)


def _table(table: Table, known: bool) -> Iterator[str]:
    origin = "known" if known else "assumed"
    yield f"### {table.name}\n"
    yield f"{table.meaning}. Key: {', '.join(f'`{name}`' for name in table.key)}. Table: {origin}; columns: assumed.\n"
    yield "| column | kind | meaning |\n| --- | --- | --- |"
    for column in table.columns:
        kind = f"code ([{column.codes}](#{column.codes.lower()}))" if column.codes else column.kind
        yield f"| `{column.name}` | {kind} | {column.meaning} |"
    yield ""


def _codes() -> Iterator[str]:
    yield "## Codes\n"
    yield "The credit system's are also in its `CODE_LIBRARY`.\n"
    for name, codes in CODES.items():
        yield f"### {name}\n"
        yield "| code | meaning | 中文 |\n| --- | --- | --- |"
        for code in codes:
            yield f"| `{code.item}` | {code.english} | {code.name} |"
        yield ""


if __name__ == "__main__":
    sys.stdout.write(render())
