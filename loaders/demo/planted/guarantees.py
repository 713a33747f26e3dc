"""Planted guarantees: circles, mutual pairs, a chain, a strongly connected set that has no circle."""

from __future__ import annotations

from loaders.demo.lending import WAN
from loaders.demo.manifest import Circle
from loaders.demo.planted.planting import Planting, ats
from loaders.demo.sizes import day


def plant_guarantees(p: Planting) -> None:
    """The cases of the worked examples 6.1 to 6.4."""
    circle(p, "6.1", ("青松", "Qingsong"), ("纺织", "Textile"), (500, 800, 600))
    circle(p, "circle of five", ("五环", "Wuhuan"), ("化工", "Chemical"), (300, 300, 400, None, 200))
    _no_circle(p)
    _real_cover(p)
    _chain(p)


def _companies(p: Planting, name: tuple[str, str], line: tuple[str, str], count: int) -> list[int]:
    stems = (("甲", "A"), ("乙", "B"), ("丙", "C"), ("丁", "D"), ("戊", "E"))
    return [
        p.company(f"{name[0]}{stem}{line[0]}有限公司", f"{name[1]} {letter} {line[1]} Co., Ltd.", core=1)
        for stem, letter in stems[:count]
    ]


def _give(p: Planting, guarantor: int, borrower: int, wan: int | None, begin: str = "2024-03-01") -> None:
    facility = p.lend(borrower, wan or 250, vouch="010", start=day(begin))
    p.guarantee(guarantor, borrower, wan, facility=facility, begin=day(begin))


def _answer(p: Planting, case: str, kind: str, members: list[int], wan: tuple[int | None, ...]) -> None:
    amounts = [None if amount is None else amount * WAN for amount in wan]
    p.answer(Circle.model_validate({"case": case, "kind": kind, "members": ats(members), "amounts_minor": amounts}))


def circle(p: Planting, case: str, name: tuple[str, str], line: tuple[str, str], wan: tuple[int | None, ...]) -> None:
    """Companies each of which guarantees the next for so many ten thousand yuan."""
    members = _companies(p, name, line, len(wan))
    for n, amount in enumerate(wan):
        _give(p, members[n], members[(n + 1) % len(wan)], amount)
    _answer(p, case, "circle", members, wan)


def _no_circle(p: Planting) -> None:
    """6.2: two mutual pairs share a member; strongly connected, and no circle."""
    a, b, c = _companies(p, ("互保", "Hubao"), ("机械", "Machinery"), 3)
    for one, other in ((a, b), (b, c)):
        _give(p, one, other, 400)
        _give(p, other, one, 350)
        _answer(p, "6.2", "mutual", [one, other], (400, 350))


def _real_cover(p: Planting) -> None:
    """6.3: each guarantees the other 100 (here: million), with an equity of 40 and 30."""
    a, b = _companies(p, ("虚实", "Xushi"), ("实业", "Industries"), 2)
    _give(p, a, b, 10_000)
    _give(p, b, a, 10_000)
    p.statement(a, 4_000, 20_000, 9_000)
    p.statement(b, 3_000, 18_000, 8_000)
    _answer(p, "6.3 real cover", "mutual", [a, b], (10_000, 10_000))


def _chain(p: Planting) -> None:
    """6.4: P guarantees Q, then Q guarantees R."""
    members = _companies(p, ("链条", "Liantiao"), ("商贸", "Commerce"), 3)
    _give(p, members[0], members[1], 700, "2024-02-01")
    _give(p, members[1], members[2], 500, "2024-04-01")
    _answer(p, "6.4 chain", "chain", members, (700, 500))
