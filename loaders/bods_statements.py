"""Beneficial Ownership Data Standard statements, versions 0.2 to 0.4, brought to one form.

0.4 names records (`recordId`) that statements speak of; 0.2 and 0.3 name statements, and a later one says which it
replaces: there the first statement of such a row gives the record its name.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from graph.errors import BadInput
from loaders.csv_source import readable
from loaders.exact import SEPARATOR
from loaders.identifiers import LONGEST

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
    raw = [_of_whole_letters(body) for body in _raw(location)]
    found = Statements(read=len(raw))
    first = _first_statements(raw)
    seen: set[str] = set()
    for ordinal, body in enumerate(raw, 1):
        problem = _problem(body)
        if problem is None and (name := _id(body)) in seen:
            problem = ("statementId", name, "repeats an earlier statement")
        if problem:
            found.refused.append((ordinal, *problem))
            continue
        statement = _statement(ordinal, body, first)
        seen.add(statement.id)
        found.taken.append(statement)
    found.taken += _replaced_besides(raw, found.taken)
    return found


def _replaced_besides(raw: list[Any], taken: list[Statement]) -> list[Statement]:
    """The ends of relationships that a statement replaces beside the one that it carries on."""
    by_id = {statement.id: statement for statement in taken}
    ends = []
    for statement in taken:
        for other in _replaces(raw[statement.ordinal - 1])[1:]:
            if (ended := by_id.get(other)) and ended.kind == "relationship":
                told = {name: getattr(statement, name) for name in ("ordinal", "said_on", "published_on")}
                ends.append(replace(ended, closed=True, **told))
    return ends


def figure(value: Any) -> float | None:
    """A percentage as a number. Raises ValueError for what is none."""
    if value is None or isinstance(value, bool):
        return None
    return float(value.strip().removesuffix("%") if isinstance(value, str) else value)


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
        with readable(file), opened(file, "rt", encoding="utf-8-sig") as stream:
            if ".jsonl" in file.name or ".ndjson" in file.name:
                yield from (json.loads(line) for line in stream if line.strip())
                return
            content = json.load(stream)
    except (json.JSONDecodeError, UnicodeDecodeError) as err:
        raise BadInput(f"{file.name} is no JSON: {err}. BODS files are lists of statements.", field="from") from err
    except RecursionError:
        told = f"{file.name} holds lists within lists without end. BODS files are lists of statements."
        raise BadInput(told, field="from") from None
    yield from content if isinstance(content, list) else [content]


class _HalfLetter(str):
    """The text of a statement with half of a letter (a lone surrogate), which can be neither kept nor told."""


def _of_whole_letters(body: Any) -> Any:
    """A statement with the separator of our lists made a blank; a `_HalfLetter` for one that cannot be kept."""
    try:
        text = json.dumps(body, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        return _HalfLetter(json.dumps(body))
    except RecursionError:
        return "lists within lists without end"
    return _plain(body) if "\\u001f" in text else body


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.replace(SEPARATOR, " ") if isinstance(value, str) else value


def _problem(body: Any) -> tuple[str, str, str] | None:
    if isinstance(body, _HalfLetter):
        return "", body[:200], "holds half of a letter (a lone surrogate)"
    if not isinstance(body, dict):
        return "", str(body)[:100], "is no statement"
    version = str(_published(body).get("bodsVersion", "0.2"))
    if not version.startswith(VERSIONS):
        return "bodsVersion", version, f"is not one of {', '.join(VERSIONS)}"
    kind = _kind(body)
    if kind is None:
        stated = body.get("recordType") or body.get("statementType")
        return "recordType", str(stated), f"is not one of {', '.join(_KINDS)}"
    if not _id(body):
        return "statementId", "", "is empty"
    return _problem_of_details(body, kind) or _too_long(body)


def _problem_of_details(body: Json, kind: Kind) -> tuple[str, str, str] | None:
    details = _details(body)
    for name, shape in _SHAPES.items():
        if not isinstance(details.get(name) or shape(), shape):
            return name, _shown(details[name]), _OTHER_FORM
    for name in _LISTS_OF_OBJECTS:
        if any(not isinstance(item, dict) for item in details.get(name) or []):
            return name, _shown(details[name]), _OTHER_FORM
    for name, text in _texts(details):
        if not isinstance(text or "", str):
            return name, _shown(text), _OTHER_FORM
    if kind != "relationship":
        return None
    if not _named(details.get("subject")):
        return "subject", _shown(details.get("subject")), "names no entity"
    shares = [interest.get("share") or {} for interest in details.get("interests") or []]
    wrong = next((share for share in shares if not _is_share(share)), None)
    return None if wrong is None else ("share", _shown(wrong), "is no percentage between 0 and 100")


def _too_long(body: Json) -> tuple[str, str, str] | None:
    """What names a party or statement, and is longer than the store's indexes take."""
    details = _details(body)
    names = [(end, _named(details.get(end))) for end in ("subject", "interestedParty")]
    names += [("replacesStatements", name) for name in _replaces(body)]
    for where, name in (("statementId", _id(body)), ("recordId", str(body.get("recordId") or "")), *names):
        if len((name or "").encode()) > LONGEST:
            return where, _shown(name), "is too long"
    return None


_OTHER_FORM = "has another form than the standard says"
_LISTS_OF_OBJECTS = ("interests", "names", "identifiers", "nationalities")
_SHAPES: dict[str, type] = dict.fromkeys((*_LISTS_OF_OBJECTS, "alternateNames"), list) | dict.fromkeys(
    ("jurisdiction", "incorporatedInJurisdiction"), dict
)
_FIGURES = ("exact", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


_TEXT_OF = {
    "names": "fullName",
    "nationalities": "code",
    "interests": "type",
    "jurisdiction": "code",
    "incorporatedInJurisdiction": "code",
}


def _texts(details: Json) -> Iterator[tuple[str, Any]]:
    """What must be a text where it is given, with its field."""
    yield "name", details.get("name")
    yield from (("alternateNames", name) for name in details.get("alternateNames") or [])
    yield from ((end, _named(details.get(end))) for end in ("subject", "interestedParty"))
    for name, part in _TEXT_OF.items():
        told = details.get(name) or []
        yield from ((name, item.get(part)) for item in (told if isinstance(told, list) else [told]))


def _is_share(share: Any) -> bool:
    try:
        figures = [figure(share.get(name)) for name in _FIGURES]
    except (AttributeError, TypeError, ValueError):
        return False
    return all(number is None or 0 <= number <= 100 for number in figures)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:200]


def _kind(body: Json) -> Kind | None:
    stated = body.get("recordType") or body.get("statementType")
    return _KINDS.get(stated) if isinstance(stated, str) else None


def _id(body: Json) -> str:
    return str(body.get("statementId") or body.get("statementID") or "")


def _details(body: Json) -> Json:
    """What a statement says: under `recordDetails` in 0.4, beside its own fields before."""
    details = body.get("recordDetails")
    return details if isinstance(details, dict) else body


def _published(body: Json) -> Json:
    published = body.get("publicationDetails")
    return published if isinstance(published, dict) else {}


def _replaces(body: Any) -> list[str]:
    """Statements that one replaces; the first is the one whose record it carries on."""
    named = body.get("replacesStatements") if isinstance(body, dict) else None
    return [str(name) for name in named] if isinstance(named, list) else []


def _first_statements(raw: list[Any]) -> dict[str, str]:
    """0.2 and 0.3: statement -> the first statement of the row it belongs to. Parties that one statement replaces
    together are one."""
    older: dict[str, str] = {}

    def oldest(name: str) -> str:
        walked = {name}
        while name in older and older[name] not in walked:
            name = older[name]
            walked.add(name)
        return name

    replacing = [(_id(body), body, replaced) for body in raw if (replaced := _replaces(body))]
    older |= {name: replaced[0] for name, _, replaced in replacing}
    for name, body, replaced in replacing:
        for other in replaced[1:] if _kind(body) != "relationship" else ():
            if (end := oldest(other)) != oldest(name):
                older[end] = oldest(name)
    return {name: oldest(name) for name in older}


def _statement(ordinal: int, body: Json, first: dict[str, str]) -> Statement:
    name = _id(body)
    kind = _kind(body)
    assert kind is not None
    details = _details(body)
    holder = details.get("interestedParty")
    subject = _named(details.get("subject"))
    named = _named(holder)
    published = _published(body).get("publicationDate", "")
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
    told = party if isinstance(party, dict) else {}
    stated = told.get("unspecified")
    return str((stated if isinstance(stated, dict) else told).get("reason") or "unknown")
