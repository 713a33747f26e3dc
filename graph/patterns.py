"""Just enough reading of Cypher to hold statements to the registry's rules: no parser, no rewriting.

It finds node and link patterns in a statement, says which variables a fragment must cover, and which columns the last
RETURN yields. Anything it cannot understand is refused rather than let through.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from graph import model

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_BARE_LINK = re.compile(r"[)\]}+*]\s*<?\s*--\s*>?\s*\(")
_LINK_OPENS = re.compile(r"-\s*\[")
_LINK_NAME = re.compile(r"^\s*(\w+)\s*(?::|$|\{|WHERE\b)", re.IGNORECASE)
_BEFORE_LINK = re.compile(r"\)\s*(?:[+*]|\{[\d,\s]*\})?\s*<?\s*$")
_AFTER_LINK = re.compile(r"\s*-\s*>?\s*(?:[+*]|\{[\d,\s]*\})?\s*(?=\()")
_NODE = re.compile(
    r"^\s*((?!WHERE\b)(?!\d)\w+)?\s*(:[@\w\s|&!:]+?)?\s*(?:\{.*\})?\s*(?:WHERE\b.*)?$", re.IGNORECASE | re.DOTALL
)
_PATH_INSIDE = re.compile(r"\s*(?:\w+\s*=\s*)?\(")
_PATTERN_OPENS = re.compile(r"\bMATCH\b|\b(?:EXISTS|COUNT|COLLECT)\s*\{", re.IGNORECASE)
_PATTERN_ENDS = re.compile(
    r"\b(?:WHERE|RETURN|WITH|UNWIND|MATCH|OPTIONAL|CALL|ORDER|SKIP|LIMIT|UNION|USING|SET|CREATE|MERGE|DELETE|DETACH"
    r"|REMOVE|FOREACH|YIELD)\b",
    re.IGNORECASE,
)
_YIELD = re.compile(
    r"\bYIELD\b([\w\s,]*?)(?=\b(?:WHERE|RETURN|WITH|UNWIND|MATCH|OPTIONAL|CALL|ORDER)\b|$)", re.IGNORECASE
)
_NO_NODES = frozenset({"score", "name", "versions", "edition", "currentStatus", "statusMessage", "owningConstraint"})
"""Names under which procedures yield what is neither a node nor a link."""
_COVERED = re.compile(r"@(visible|known|ever|scope|veiled|system|joined)\(\s*(\w+)\s*\)")
_LAST_CLAUSE = re.compile(
    r"\b(?:WHERE|RETURN|WITH|UNWIND|MATCH|CALL)\b(?:(?!\b(?:WHERE|RETURN|WITH|UNWIND|MATCH|CALL)\b).)*", re.I | re.S
)
_WORD = re.compile(r"\w+")
_CLOSES = {"(": ")", "[": "]", "{": "}"}


class StatementError(ValueError):
    """A statement that breaks a rule of the registry; names the file, the rule and the way out."""


class CoverageError(StatementError):
    """A link or party of a pattern that no fragment covers."""


def strip_comments(text: str) -> str:
    """The statement without `//` and `/* */` comments; text in quotes is left alone."""
    pattern = re.compile(r"('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|//[^\n]*|/\*.*?\*/", re.DOTALL)
    return pattern.sub(lambda m: m[1] or "", text).strip()


def _blank_strings(text: str) -> str:
    return _STRING.sub(lambda m: "'" + "_" * (len(m[0]) - 2) + "'", text)


def _is_party_like(labels: str) -> bool:
    """Whether a label expression leaves it possible that the node is a party."""
    words = set(_WORD.findall(labels))
    known = {node.label for node in model.NODES} | model.PARTY_LABELS
    if labels.lstrip(":").strip().startswith("!") or not words <= known:
        return True
    return not words or bool(words & model.PARTY_LABELS)


def check_coverage(name: str, text: str, bound: frozenset[str] = frozenset()) -> None:
    """Raises CoverageError where a link or party of a pattern is anonymous, variable-length or not covered.

    bound: variables covered by an enclosing statement.
    """
    text = _blank_strings(text)
    if "`" in text:
        raise CoverageError(f"{name}: names in backticks are not read; choose names that need none")
    _check_conditions(name, text)
    links: Counter[str] = Counter()
    parties: Counter[str] = Counter(dict.fromkeys(bound, len(text)))
    for kind, variable in _COVERED.findall(text):
        (links if kind in ("visible", "known", "ever") else parties)[variable] += 1
    _check_links(name, text, links)
    of_patterns = list(_nodes_of_patterns(name, text))
    _check_nodes(name, [*_nodes_at_links(name, text), *of_patterns], set(parties))
    _check_bound_again(name, of_patterns, parties)
    _check_yields(name, text, set(parties) | set(links))


def _check_conditions(name: str, text: str) -> None:
    """A fragment must hold something back: it is a condition, and no other one stands for it."""
    for found in _COVERED.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        joined = re.search(r"\b(\w+)\s*$", before)
        word = joined[1].upper() if joined else ""
        if word in ("OR", "XOR", "NOT") or (word != "AND" and re.match(r"\s*(?:X?OR)\b", after, re.IGNORECASE)):
            raise CoverageError(f"{name}: {found[0]} is an alternative; make it a condition of its own, with AND")
        clause = _LAST_CLAUSE.findall(before)[-1:]
        if clause and re.match("RETURN", clause[0], re.I) and not re.search(r"\bCASE\b", clause[0], re.I):
            raise CoverageError(f"{name}: {found[0]} is only told; make it a condition, with WHERE")


def _closing(name: str, text: str, start: int) -> int:
    """Where the bracket that opens at `start` is closed."""
    wanted: list[str] = []
    for at in range(start, len(text)):
        if text[at] in _CLOSES:
            wanted.append(_CLOSES[text[at]])
        elif wanted and text[at] in _CLOSES.values():
            if text[at] != wanted.pop():
                break
            if not wanted:
                return at
    raise CoverageError(f"{name}: the bracket of {text[start : start + 20]!r} is not closed")


def _links(name: str, text: str) -> Iterator[tuple[int, int, str]]:
    """Each link in brackets: where it starts, where its bracket closes, and what is inside."""
    for match in _LINK_OPENS.finditer(text):
        end = _closing(name, text, match.end() - 1)
        if re.match(r"\s*-", text[end + 1 :]):
            yield match.start(), end, text[match.end() : end]


def _check_links(name: str, text: str, covered: Counter[str]) -> None:
    if bare := _BARE_LINK.search(text):
        raise CoverageError(f"{name}: the link in {bare[0]!r} has no name; name it and cover it with @visible")
    for _, _, inside in _links(name, text):
        if "*" in inside:
            raise CoverageError(f"{name}: [{inside}] uses `*`; use a quantified path with the fragment inside")
        named = _LINK_NAME.match(inside)
        if not named:
            raise CoverageError(f"{name}: the link [{inside}] has no name; name it and cover it with @visible")
        covered[named[1]] -= 1  # a name that is bound again is another link
        if covered[named[1]] < 0:
            raise CoverageError(f"{name}: the link {named[1]!r} is not covered; add @visible({named[1]})")


def _nodes_at_links(name: str, text: str) -> Iterator[str]:
    """What stands in the brackets of the nodes at both ends of each link, wherever the link stands."""
    opening = {_closing(name, text, at): at for at, char in enumerate(text) if char == "("}
    for start, end, inside in _links(name, text):
        before, after = _BEFORE_LINK.search(text[:start]), _AFTER_LINK.match(text, end + 1)
        if not before or not after:
            raise CoverageError(f"{name}: an end of the link [{inside}] cannot be read; write it as a node in brackets")
        for opens in (opening[before.start()], after.end()):
            yield from _nodes_of(name, text[opens : _closing(name, text, opens) + 1])


def _nodes_of_patterns(name: str, text: str) -> Iterator[str]:
    """What stands in the brackets of each node of each pattern, with links or without."""
    for match in _PATTERN_OPENS.finditer(text):
        yield from _nodes_of(name, text[match.end() :])


def _nodes_of(name: str, pattern: str) -> Iterator[str]:
    """The nodes of a pattern that the text begins with; it ends with the next clause or an enclosing bracket."""
    at = 0
    while at < len(pattern) and pattern[at] not in ")]}" and not _PATTERN_ENDS.match(pattern, at):
        if pattern[at] in _CLOSES:
            end = _closing(name, pattern, at)
            inside = pattern[at + 1 : end]
            if pattern[at] == "(" and _PATH_INSIDE.match(inside):
                yield from _nodes_of(name, inside)
            elif pattern[at] == "(":
                yield inside
            at = end
        elif word := _WORD.match(pattern, at):
            at = word.end() - 1
        at += 1


def _check_nodes(name: str, nodes: Sequence[str], covered: set[str]) -> None:
    labels: dict[str, str] = {}
    for node in nodes:
        parts = _NODE.match(node)
        if not parts:
            raise CoverageError(f"{name}: the node ({node}) cannot be read; write it as (name:Label {{key: value}})")
        variable, label = parts[1], parts[2] or ""
        if variable:
            labels[variable] = labels.get(variable, "") + label
        elif _is_party_like(label):
            raise CoverageError(f"{name}: the node ({node}) may be a party and has no name; name and @scope it")
    for variable, label in labels.items():
        if _is_party_like(label) and variable not in covered:
            raise CoverageError(f"{name}: {variable!r} may be a party and is not covered; add @scope({variable})")


def _check_bound_again(name: str, nodes: Iterable[str], covered: Counter[str]) -> None:
    """A name that stands with a party's label several times may be several parties: each needs its fragment."""
    found = [parts for node in nodes if (parts := _NODE.match(node)) and parts[1] and parts[2]]
    labels = {parts[1]: parts[2] for parts in found}
    labelled = Counter(parts[1] for parts in found)
    for variable, times in labelled.items():
        if 0 < covered[variable] < times and _is_party_like(labels[variable]):
            raise CoverageError(f"{name}: {variable!r} is bound {times} times; each needs its own @scope({variable})")


def _check_yields(name: str, text: str, covered: set[str]) -> None:
    for match in _YIELD.finditer(text):
        for part in match[1].split(","):
            found = _WORD.findall(part)
            if not found or found[0] in _NO_NODES:
                continue
            known_as = {found[-1], *re.findall(rf"\b{found[-1]} AS (\w+)", text, re.IGNORECASE)}
            if known_as.isdisjoint(covered):
                raise CoverageError(f"{name}: the procedure's {found[-1]!r} may be a party; add @scope({found[-1]})")


def _split_top_level(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def returned_columns(text: str) -> tuple[str, ...] | None:
    """Names of the columns of the last top-level RETURN, or None where the statement returns nothing."""
    blank = _blank_strings(text)
    depth, last = 0, -1
    for match in re.finditer(r"[(\[{]|[)\]}]|\bRETURN\b", blank, re.IGNORECASE):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth == 0:
            last = match.end()
    if last < 0:
        return None
    clause = re.sub(r"^\s*DISTINCT\b", "", blank[last:], flags=re.IGNORECASE)
    clause = re.split(r"\b(?:ORDER\s+BY|SKIP|LIMIT|UNION)\b", clause, maxsplit=1, flags=re.IGNORECASE)[0]
    columns = []
    for part in _split_top_level(clause):
        words = re.split(r"\bAS\b", part, flags=re.IGNORECASE)
        columns.append(words[-1].strip().strip("`").split(".")[-1])
    return tuple(columns)
