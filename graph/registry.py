"""The one place that reads `cypher/`: statements with their headers, checked before anything is sent to a server.

A file starts with a header of comment lines:

    // Who is directly linked to one party.        what it answers
    // mode: read                                  read (default), write or schema
    // params: party_id: str, per_kind: int        what the caller gives
    // returns: kind: str, other_id: str           its result columns
    // each: link                                  one statement a link type (or `ends`, `node`, `any node`, `indexed`)

Fragments, expanded here, so that time travel and access rights have one home each:

    @visible(r)   the link r is part of the view: known, not withdrawn, valid on its day, not rebutted
    @known(r)     as @visible, whatever the day and the status (histories, write plans)
    @ever(r)      the link r is or once was part of the view, whenever it was closed (histories)
    @scope(p)     the party p is part of the view and the asker may see it
    @veiled(p)    the party p is part of the view, whoever may see it: it may be walked over, and outside the asker's
                  scope nothing is told that identifies it (no id, no name, no id of a link to it)
    @system(p)    the party p may be anybody's: only for views that see everything (runs, exports), which read by link
    @current(n)   the node n (other than a party) is part of the view
    @joined(p)    the party p was joined into another; only its id is used, to lead to that one

In a reading statement every link and every party of a pattern is named and carries its fragment; anonymous ones and
`*` are refused. A writing statement is sent in a transaction that writes, also where it only reads: it sees what is
open there and then (`$open_seq`), of everybody, and no view.

With `each`, the placeholders `@Type`, `@From`, `@To`, `@fromKey`, `@toKey`, `@figures` (links; the last is the list of
the type's shares and amounts) and `@Label`, `@key` (nodes) stand for names of the model; nothing a user gives is ever
pasted into a statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from graph import model
from graph.patterns import StatementError, check_coverage, returned_columns, strip_comments

Mode = Literal["read", "write", "schema"]
VERSION = "CYPHER 5\n"
"""What every statement starts with."""

VIEW_PARAMS = frozenset({"seq", "pending", "as_of", "scope", "scope_all"})
WORK_PARAMS = frozenset({"seq", "open_seq"})
"""Parameters the store fills in itself: those of a view in reads, those of a number in writes."""

_KNOWN = "({v}.seq_in <= $seq AND NOT {v}.seq_in IN $pending AND ({v}.seq_out > $seq OR {v}.seq_out IN $pending))"
_GAP = (
    "({v}.absent IS NULL OR none(gap_at IN range(0, size({v}.absent) - 2, 2) WHERE"
    " {v}.absent[gap_at] <= $seq AND NOT {v}.absent[gap_at] IN $pending"
    " AND ({v}.absent[gap_at + 1] > $seq OR {v}.absent[gap_at + 1] IN $pending)))"
)
FRAGMENTS: Mapping[str, str] = {
    "known": _KNOWN,
    "ever": "({v}.seq_in <= $seq AND NOT {v}.seq_in IN $pending)",
    "visible": f"({_KNOWN} AND {{v}}.valid_from <= $as_of AND {{v}}.valid_to > $as_of AND {{v}}.status <> 'rebutted')",
    "current": f"({_KNOWN} AND {_GAP})",
    "veiled": f"({_KNOWN} AND {_GAP})",
    "system": "true",
    "joined": "({v}.joined_into IS NOT NULL)",
    "scope": f"({_KNOWN} AND {_GAP} AND ($scope_all OR any(scope_token IN {{v}}.scope WHERE scope_token IN $scope)))",
}
_FRAGMENT = re.compile(r"@(" + "|".join(FRAGMENTS) + r")\(\s*(\w+)\s*\)")
_HEADER = re.compile(r"^//\s*(mode|params|returns|each|section):\s*(.*)$")
_PARAM = re.compile(r"\$(\w+)")
_NAME = re.compile(r"(?<=[:|&!])\s*(\w+)")
_TYPES = re.compile(r"\[r:(\w+(?:\|\w+)+)\]")
_NAMES = frozenset({link.type for link in model.LINKS} | {node.label for node in model.NODES} | model.PARTY_LABELS)


@dataclass(frozen=True)
class Statement:
    """A checked statement. `text` is ready to send; `params` are those the caller must give."""

    name: str
    doc: str
    mode: Mode
    params: frozenset[str]
    returns: tuple[str, ...]
    text: str
    each: str | None = None
    system: bool = False
    """Uses `@system`: only a view without a narrower scope may send it."""
    reads: frozenset[str] = frozenset()
    """Labels and link types that it names, also those it writes."""

    @property
    def whole(self) -> bool:
        """Reads columns of the whole bank: only a run may send it, never a request."""
        return self.name.startswith("snapshot/")


@dataclass(frozen=True)
class _Source:
    name: str
    doc: str
    header: Mapping[str, str]
    body: str

    @property
    def mode(self) -> Mode:
        mode = self.header.get("mode", "read")
        if mode not in ("read", "write", "schema"):
            raise StatementError(f"{self.name}: mode is {mode!r}; use read, write or schema")
        return mode  # type: ignore[return-value]  # narrowed by the test above

    def names(self, field: str) -> tuple[str, ...]:
        """The names of `name: type, name: type`; types may hold brackets but no commas outside them."""
        text = re.sub(r"\[[^\]]*\]|<[^>]*>", "", self.header.get(field, ""))
        return tuple(part.split(":")[0].strip() for part in text.split(",") if part.strip())


def _parse(name: str, text: str) -> _Source:
    header: dict[str, str] = {}
    doc: list[str] = []
    lines = text.splitlines()
    count = 0
    last = ""
    for line in lines:
        if not line.startswith("//"):
            break
        count += 1
        if match := _HEADER.match(line):
            last = match[1]
            header[last] = match[2].strip()
        elif last:
            header[last] += " " + line.removeprefix("//").strip()
        else:
            doc.append(line.removeprefix("//").strip())
    body = "\n".join(lines[count:]).strip()
    if not doc or not body:
        raise StatementError(f"{name}: a statement starts with comment lines that say what it answers")
    return _Source(name, " ".join(doc), header, body)


def _variants(each: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """(suffix, placeholders) for every statement that one file stands for."""
    if each is None:
        yield "", {}
    elif each == "node":
        for node in model.versioned_nodes():
            yield f"[{node.label}]", {"Label": node.label, "key": node.key}
    elif each == "any node":
        for node in model.NODES:
            yield f"[{node.label}]", {"Label": node.label, "key": node.key}
    elif each == "indexed":
        for node in model.NODES:
            for name in node.indexed:
                yield f"[{node.label}.{name}]", {"Label": node.label, "property": name}
    elif each == "link":
        for link in model.LINKS:
            yield f"[{link.type}]", {"Type": link.type, "figures": _listed(link.figures)}
    elif each == "ends":
        for link in model.LINKS:
            for source, target in link.ends:
                keys = {"fromKey": model.node_type(source).key, "toKey": model.node_type(target).key}
                names = {"Type": link.type, "From": source, "To": target, "figures": _listed(link.figures)}
                yield f"[{link.type}:{source}:{target}]", {**names, **keys}
    else:
        raise StatementError(f"`each` is {each!r}; use node, any node, indexed, link or ends")


def _listed(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def _fill(text: str, placeholders: Mapping[str, str]) -> str:
    for name in sorted(placeholders, key=len, reverse=True):
        text = text.replace(f"@{name}", placeholders[name])
    return text


def _expand(body: str) -> str:
    return _FRAGMENT.sub(lambda m: FRAGMENTS[m[1]].format(v=m[2]), body)


def _check_params(source: _Source, text: str) -> frozenset[str]:
    declared = set(source.names("params"))
    given = WORK_PARAMS | {"rows"} if source.mode == "write" else VIEW_PARAMS
    used = set(_PARAM.findall(text))
    if missing := used - declared - given:
        raise StatementError(f"{source.name}: uses ${', $'.join(sorted(missing))} without saying so under `params`")
    if unused := declared - used:
        raise StatementError(f"{source.name}: declares {', '.join(sorted(unused))} under `params` and never uses it")
    return frozenset(declared)


def _names_in(body: str) -> frozenset[str]:
    """Labels and types that a statement names; whoever names a kind of party reads parties."""
    found = frozenset(_NAME.findall(body)) & _NAMES
    return found | {"Party"} if found & model.PARTY_LABELS else found


def build(name: str, text: str) -> list[Statement]:
    """The checked statements of one file's text (one, or one for each type with `each`). Raises StatementError."""
    source = _parse(name, text)
    bare = strip_comments(source.body)
    if source.mode == "read":
        check_coverage(name, bare)
    returns = source.names("returns")
    found = returned_columns(bare) or ()
    if found != returns:
        raise StatementError(f"{name}: the header says it returns {list(returns)}, the statement {list(found)}")
    each = source.header.get("each")
    built = []
    for suffix, placeholders in _variants(each):
        body = _expand(_fill(bare, placeholders))
        if "@" in body:
            raise StatementError(f"{name}: unknown fragment {body[body.index('@') :][:20]!r}")
        params = _check_params(source, body)
        built.append(
            Statement(
                name + suffix,
                source.doc,
                source.mode,
                params,
                returns,
                VERSION + body,
                each,
                "@system(" in bare,
                _names_in(body),
            )
        )
    return built


def over(whole: Statement, wanted: frozenset[str]) -> Statement:
    """The statement over links of these types alone, of those that it names as `[r:ONE|OTHER]`. Raises StatementError
    where it does not name one of them."""
    named = _TYPES.search(whole.text)
    kept = [one for one in named[1].split("|") if one in wanted] if named else []
    if named is None or not kept or len(kept) < len(wanted):
        told = ", ".join(sorted(wanted - set(kept))) or "no type"
        raise StatementError(f"{whole.name} names no links of {told}")
    types = "|".join(kept)
    text = f"{whole.text[: named.start(1)]}{types}{whole.text[named.end(1) :]}"
    return replace(whole, name=f"{whole.name}[{types}]", text=text)


class Registry:
    """All statements by name (`topic/name`, with `[TYPE]` behind it for those made for each type)."""

    def __init__(self, folder: Path | None = None) -> None:
        root = folder or Path(str(files("cypher")))
        self._statements: dict[str, Statement] = {}
        self._sections: dict[str, _Source] = {}
        self._over: dict[tuple[str, frozenset[str]], Statement] = {}
        for path in sorted(root.rglob("*.cypher")):
            name = path.relative_to(root).with_suffix("").as_posix()
            self._add(name, path.read_text(encoding="utf-8"))

    def _add(self, name: str, text: str) -> None:
        source = _parse(name, text)
        if "section" in source.header:
            check_coverage(name, strip_comments(source.body), bound=frozenset({source.header["section"]}))
            self._sections[name] = source
            return
        for statement in build(name, text):
            self._statements[statement.name] = statement

    def __getitem__(self, name: str) -> Statement:
        try:
            return self._statements[name]
        except KeyError:
            raise StatementError(f"no statement is called {name!r}") from None

    def over(self, name: str, types: Iterable[str]) -> Statement:
        """A statement over links of some of its types alone (`over`): the server need not look at the others."""
        wanted = frozenset(types)
        key = (name, wanted)
        if key not in self._over:
            self._over[key] = over(self[name], wanted)
        return self._over[key]

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._statements.values())

    def sections(self, topic: str) -> tuple[str, ...]:
        """Names of the section files below `cypher/<topic>/`, without the folder."""
        return tuple(n.removeprefix(f"{topic}/") for n in self._sections if n.startswith(f"{topic}/"))

    def compose(self, base: str, topic: str, sections: tuple[str, ...], first: str | None = None) -> Statement:
        """One statement: the base match, and each section as a `COLLECT` subquery returning its rows as maps.

        base: a statement that binds the sections' variable and ends in `RETURN` of its own columns. A section file
        says `// section: p` (the variable it continues from) and returns one map called `row`.
        first: a statement of one row and no parameters of its own that is read before, whose columns stand beside.
        Raises KeyError for an unknown section.
        """
        whole = self[base]
        before = self[first] if first else None
        if before and (before.params or {*before.returns} & {*whole.returns, *sections}):
            raise StatementError(f"{first} has parameters, or columns that {base} has: it cannot be read first")
        parts = list(before.returns) if before else []
        params = set(whole.params)
        for section in sections:
            source = self._sections[f"{topic}/{section}"]
            text = _expand(strip_comments(source.body))
            params |= _check_params(source, text)
            parts.append(f"COLLECT {{\n{text}\n}} AS {section}")
        told = whole.text.rstrip()
        if before:
            told = f"{VERSION}CALL () {{\n{before.text.removeprefix(VERSION)}\n}}\n{told.removeprefix(VERSION)}"
        returns = (*whole.returns, *(before.returns if before else ()), *sections)
        name = "+".join(filter(None, (first, base, topic)))
        return Statement(name, whole.doc, "read", frozenset(params), returns, ",\n".join([told, *parts]))


@cache
def shipped() -> Registry:
    """The registry of the statements that ship with Guanxi; made once a process."""
    return Registry()
