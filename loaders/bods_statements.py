"""Beneficial Ownership Data Standard statements, versions 0.2 to 0.4, brought to one form.

0.4 names records (`recordId`) that statements speak of; 0.2 and 0.3 name statements, and a later one says which it
replaces: there the first statement of such a row gives the record its name.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from graph.errors import BadInput

Kind = Literal["person", "entity", "relationship"]
Json = dict[str, Any]
VERSIONS = ("0.2", "0.3", "0.4")
_KINDS: dict[str, Kind] = {
    "personStatement": "person",
    "entityStatement": "entity",
    "ownershipOrControlStatement": "relationship",
    "person": "person",
    "entity": "entity",
    "relationship": "relationship",
}
_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")


@dataclass(frozen=True)
class Statement:
    """One statement. `record` is what it speaks of; `body` holds what it says; `ordinal` its place in the input."""

    ordinal: int
    id: str
    record: str
    kind: Kind
    closed: bool
    said_on: str
    published_on: str
    body: Json
    subject: str | None = None
    holder: str | None = None
    unspecified: str | None = None
    """Why the interested party is not named, where it is not."""

    @property
    def order(self) -> tuple[str, str, int]:
        """Statements of one record follow each other in this order."""
        return self.said_on, self.published_on, self.ordinal


@dataclass
class Statements:
    """All statements of an input, and what is wrong with those that cannot be taken: (ordinal, field, value, why)."""

    read: int = 0
    taken: list[Statement] = field(default_factory=list)
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)

    def of(self, *kinds: Kind) -> dict[str, list[Statement]]:
        """Record -> its statements in order, of the kinds asked for."""
        found: dict[str, list[Statement]] = {}
        for statement in sorted((s for s in self.taken if s.kind in kinds), key=lambda s: s.order):
            found.setdefault(statement.record, []).append(statement)
        return found


def read_statements(location: Path) -> Statements:
    """The statements of a file, or of all JSON files in a folder. Raises BadInput naming the file."""
    raw = list(_raw(location))
    found = Statements(read=len(raw))
    first = _first_statements(raw)
    seen: set[str] = set()
    for ordinal, body in enumerate(raw, 1):
        problem = _problem(body)
        if problem is None and (name := str(body.get("statementId") or body.get("statementID"))) in seen:
            problem = ("statementId", name, "repeats an earlier statement")
        if problem:
            found.refused.append((ordinal, *problem))
            continue
        statement = _statement(ordinal, body, first)
        seen.add(statement.id)
        found.taken.append(statement)
    return found


def day(text: Any) -> date | None:
    """A full ISO date (a time may follow), or None: a year and month alone are no day."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _raw(location: Path) -> Iterator[Any]:
    if not location.exists():
        raise BadInput(f"{location} does not exist: give a folder or file of BODS statements.", field="from")
    files = [location]
    if location.is_dir():
        files = sorted(path for path in location.iterdir() if path.name.endswith(_SUFFIXES))
        if not files:
            raise BadInput(f"{location} holds no .json file of BODS statements.", field="from", value=str(location))
    for file in files:
        yield from _of_file(file)


def _of_file(file: Path) -> Iterator[Any]:
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig") as stream:
            if ".jsonl" in file.name or ".ndjson" in file.name:
                yield from (json.loads(line) for line in stream if line.strip())
                return
            content = json.load(stream)
    except (json.JSONDecodeError, UnicodeDecodeError) as err:
        raise BadInput(f"{file.name} is no JSON: {err}. BODS files are lists of statements.", field="from") from err
    yield from content if isinstance(content, list) else [content]


def _problem(body: Any) -> tuple[str, str, str] | None:
    if not isinstance(body, dict):
        return "", str(body)[:100], "is no statement"
    version = str(body.get("publicationDetails", {}).get("bodsVersion", "0.2"))
    if not version.startswith(VERSIONS):
        return "bodsVersion", version, f"is not one of {', '.join(VERSIONS)}"
    kind = body.get("recordType") or body.get("statementType")
    if kind not in _KINDS:
        return "recordType", str(kind), f"is not one of {', '.join(_KINDS)}"
    if not (body.get("statementId") or body.get("statementID")):
        return "statementId", "", "is empty"
    details = body.get("recordDetails", body)
    if _KINDS[kind] == "relationship" and not _named(details.get("subject")):
        return "subject", json.dumps(details.get("subject"))[:200], "names no entity"
    return None


def _first_statements(raw: list[Any]) -> dict[str, str]:
    """0.2 and 0.3: statement -> the first statement of the row it belongs to."""
    replaces: dict[str, str] = {}
    for body in raw:
        if isinstance(body, dict) and body.get("replacesStatements"):
            replaces[str(body.get("statementID"))] = str(body["replacesStatements"][0])
    first: dict[str, str] = {}
    for start in replaces:
        at, walked = start, {start}
        while at in replaces and replaces[at] not in walked:
            at = replaces[at]
            walked.add(at)
        first[start] = at
    return first


def _statement(ordinal: int, body: Json, first: dict[str, str]) -> Statement:
    name = str(body.get("statementId") or body.get("statementID"))
    kind = _KINDS[body.get("recordType") or body["statementType"]]
    details: Json = body.get("recordDetails", body)
    holder = details.get("interestedParty")
    subject = _named(details.get("subject"))
    named = _named(holder)
    published = body.get("publicationDetails", {}).get("publicationDate", "")
    return Statement(
        ordinal=ordinal,
        id=name,
        record=str(body.get("recordId") or first.get(name, name)),
        kind=kind,
        closed=body.get("recordStatus") == "closed" or body.get("statementStatus") == "closed",
        said_on=str(body.get("statementDate") or published or ""),
        published_on=str(published),
        body=details,
        subject=first.get(subject, subject) if subject else None,
        holder=first.get(named, named) if named else None,
        unspecified=None if named or kind != "relationship" else _reason(holder),
    )


def _named(party: Any) -> str | None:
    """The record or statement that a party field names; None where it is unspecified."""
    if isinstance(party, str):
        return party or None
    if isinstance(party, dict):
        return party.get("describedByEntityStatement") or party.get("describedByPersonStatement")
    return None


def _reason(party: Any) -> str:
    stated = party.get("unspecified", party) if isinstance(party, dict) else {}
    return str(stated.get("reason") or "unknown")
