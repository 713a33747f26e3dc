"""Just enough reading of Cypher to hold statements to the registry's rules: no parser, no rewriting.

It finds node and link patterns in a statement, says which variables a fragment must cover, and which columns the last
RETURN yields. Anything it cannot understand is refused rather than let through.
"""

from __future__ import annotations

import re

from graph import model

_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_LINK = re.compile(r"-\s*\[([^\[\]]*(?:\[[^\]]*\][^\[\]]*)*)\]\s*-")
_BARE_LINK = re.compile(r"[)\]}+*]\s*<?\s*--\s*>?\s*\(")
_LINK_NAME = re.compile(r"^\s*(\w+)\s*(?::|$|\{|WHERE\b)", re.IGNORECASE)
_NODE = re.compile(r"\(\s*((?!\d)\w*)\s*(:[^(){}$]*?)?\s*(\{[^{}]*\})?\s*(?:WHERE\b[^()]*(?:\([^()]*\)[^()]*)*)?\)")
_COVERED = re.compile(r"@(visible|known|scope|system|joined)\(\s*(\w+)\s*\)")
_OPENERS = re.compile(r"(?:\bMATCH|\bMERGE|\bCREATE|,|=|-|>|\(|\bSHORTEST\s+\d+|\bSHORTEST|\{)\s*$", re.IGNORECASE)
_PLAIN_OPENERS = re.compile(r"(?:\bMATCH|\]\s*-|->|--|\bSHORTEST\s+\d+|\bSHORTEST)\s*$", re.IGNORECASE)
_FOLLOWED = re.compile(r"^\s*<?-\s*[\[>-]")
_WORD = re.compile(r"\w+")


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
    covered: dict[str, set[str]] = {"link": set(), "party": set(bound)}
    for kind, variable in _COVERED.findall(text):
        if kind in ("visible", "known"):
            covered["link"].add(variable)
        if kind in ("scope", "system", "joined"):
            covered["party"].add(variable)
    _check_links(name, text, covered["link"])
    _check_nodes(name, text, covered["party"])


def _check_links(name: str, text: str, covered: set[str]) -> None:
    if bare := _BARE_LINK.search(text):
        raise CoverageError(f"{name}: the link in {bare[0]!r} has no name; name it and cover it with @visible")
    for match in _LINK.finditer(text):
        inside = match[1]
        if "*" in inside:
            raise CoverageError(f"{name}: [{inside}] uses `*`; use a quantified path with the fragment inside")
        named = _LINK_NAME.match(inside)
        if not named:
            raise CoverageError(f"{name}: the link [{inside}] has no name; name it and cover it with @visible")
        if named[1] not in covered:
            raise CoverageError(f"{name}: the link {named[1]!r} is not covered; add @visible({named[1]})")


def _check_nodes(name: str, text: str, covered: set[str]) -> None:
    labels: dict[str, str] = {}
    for match in _NODE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        variable, label = match[1], match[2] or ""
        in_path = bool(_PLAIN_OPENERS.search(before)) or bool(_FOLLOWED.match(after))
        is_node = in_path or (bool(label) and bool(_OPENERS.search(before)))
        if not is_node or (not in_path and not label):
            continue
        if not variable:
            if _is_party_like(label):
                raise CoverageError(f"{name}: the node {match[0]} may be a party and has no name; name and @scope it")
            continue
        labels[variable] = labels.get(variable, "") + label
    for variable, label in labels.items():
        if _is_party_like(label) and variable not in covered:
            raise CoverageError(f"{name}: {variable!r} may be a party and is not covered; add @scope({variable})")


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
