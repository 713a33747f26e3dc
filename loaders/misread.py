"""Files that are not what a mapping takes them for: misspelt columns, another delimiter or encoding, spreadsheets."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from graph.errors import BadInput
from loaders.csv_source import csv_columns
from loaders.mapping import Table
from loaders.rejects import is_of_rejects

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods", ".et")
TABLES = (".parquet", ".csv", ".csv.gz", ".txt", ".txt.gz", ".tsv", ".tsv.gz")
"""Ends of the names of files that may be tables."""
_NO_TABLES = ("readme", "license", "licence", "copying", "copyright", "notice", "changelog", "authors")
_MOST_NAMED = 50
_CLOSE = 0.85
_ALIKE = 0.6
_DELIMITERS = (",", ";", "\t", "|")
_ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5")


def misspelt(names: Iterable[str], known: set[str]) -> tuple[str, str] | None:
    """The first column that nobody reads but that is nearly one of the known that the file lacks, and which one.

    Nearly: a letter too many or too few, two that changed places; `notes` may well be a word of its own beside `votes`.
    """
    present = list(names)
    absent = {_plain(name): name for name in sorted(set(known) - set(present))}
    for name in (n for n in present if n not in known):
        plain = _plain(name)
        swapped = [other for other in absent if sorted(other) == sorted(plain)]
        if near := difflib.get_close_matches(plain, absent, 1, _CLOSE) or swapped:
            return name, absent[near[0]]
    return None


def left_aside(mapping: str, found: Iterable[str], absent: Iterable[str]) -> list[str]:
    """What to say of files, or tables of a database, that a mapping does not read: one sentence each of those that may
    be a misspelt table of the mapping, one of all others. absent: tables of the mapping that are not there."""
    told, others, lacking = [], [], sorted(absent)
    for name in sorted(found):
        if alike := difflib.get_close_matches(name.split(".")[0], lacking, 1, _ALIKE):
            told.append(f"{name} is not read: it is no table of the mapping {mapping}. Did you mean {alike[0]!r}?")
        else:
            others.append(name)
    if others:
        names = ", ".join(others[:_MOST_NAMED])
        more = f" and {len(others) - _MOST_NAMED:,} more" if len(others) > _MOST_NAMED else ""
        are = "are not read: they are no tables" if len(others) > 1 else "is not read: it is no table"
        known = f" Not there of its tables: {', '.join(lacking)}." if lacking else ""
        told.append(f"{names}{more} {are} of the mapping {mapping}.{known}")
    return told


def may_be_table(file: Path) -> bool:
    """Whether a file is of a known format, and nothing that lies beside tables: a licence, what a load rejected."""
    name = file.name.lower()
    return name.endswith(TABLES) and not name.startswith((".", *_NO_TABLES)) and not is_of_rejects(file)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in "_- .")


def read_otherwise(file: Path, table: Table, columns: set[str]) -> str | None:
    """Which settings make a CSV file have some columns that it lacks as the mapping reads it, as a sentence."""
    if file.suffix == ".parquet" or not table.header:
        return None
    encodings = (table.encoding, *_ENCODINGS)
    for delimiter in (table.delimiter, *_DELIMITERS):
        for encoding in encodings:
            if columns <= _columns(file, replace(table, delimiter=delimiter, encoding=encoding)):
                told = [f'`delimiter: "{_shown(delimiter)}"`'] if delimiter != table.delimiter else []
                told += [f"`encoding: {encoding}`"] if encoding != table.encoding else []
                return (
                    f"Read with {' and '.join(told)} it would have: write that in the mapping, or save the file as "
                    f"the mapping reads it (fields parted by {table.delimiter!r}, encoding {table.encoding})."
                )
    return None


def _columns(file: Path, table: Table) -> set[str]:
    try:
        return set(csv_columns(file, table))
    except (BadInput, UnicodeError):
        return set()


def _shown(delimiter: str) -> str:
    return delimiter.replace("\t", "\\t")


def spreadsheets(files: Iterable[Path]) -> list[str]:
    """What to say of spreadsheets among files."""
    return [
        f"{file.name} is not read: it is a spreadsheet. Save each of its sheets as CSV named after its table, in Excel "
        'by "Save As", "CSV UTF-8 (comma delimited)", and load again.'
        for file in files
        if file.suffix.lower() in SPREADSHEETS
    ]
