"""The jars on disk: which are whole, which are damaged or missing, told quickly at each start.

A jar whose sha256 was right is remembered by size and modification time (the stamps), so a start only looks at
those; a file whose stamp differs, or a full check, is hashed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.embedded.download import fetch
from graph.embedded.files import file_lock, write_whole
from graph.embedded.lock import Jar, Line, read_lock
from graph.embedded.progress import Progress
from graph.embedded.settings import Settings
from graph.errors import StoreUnavailable

_WAIT_FOR_OTHER_S = 900.0


@dataclass(frozen=True)
class Stamp:
    """Size in bytes and modification time in nanoseconds of a file whose sha256 was found right."""

    sha256: str
    size: int
    mtime_ns: int


def ensure_jars(
    line: Line, settings: Settings, progress: Progress, *, full: bool = False, jars: Sequence[Jar] | None = None
) -> list[Path]:
    """Every jar of the line, whole, in the lock's order; what is missing or damaged is fetched again.

    full: hash every file, whatever its stamp. jars: another list than the line's own (for tests).
    Raises StoreUnavailable naming what is missing and the ways out.
    """
    wanted = read_lock(line) if jars is None else tuple(jars)
    if settings.jars is not None:
        return _from_folder(settings.jars, wanted, settings.cache, full)
    folder = settings.cache / "jars"
    stamps = _Stamps(settings.cache, folder)
    if not full and not _missing(folder, wanted, stamps, full=False):
        return _paths(folder, wanted)
    with file_lock(settings.cache / "jars.lock", _WAIT_FOR_OTHER_S, "another Guanxi process is fetching Neo4j"):
        stamps = _Stamps(settings.cache, folder)
        missing = _missing(folder, wanted, stamps, full)
        if missing:
            progress.step(f"Fetching Neo4j {line.version}")
            fetch(missing, folder, settings.repository, progress)
            for jar in missing:
                stamps.record(jar, folder / jar.file_name)
        stamps.save()
    return _paths(folder, wanted)


def lacking(line: Line, settings: Settings) -> list[Jar]:
    """The jars of the line that would be fetched now; nothing is fetched. Raises StoreUnavailable for a folder of jars
    copied in by hand that does not hold them all."""
    wanted = read_lock(line)
    if settings.jars is not None:
        _from_folder(settings.jars, wanted, settings.cache, full=False)
        return []
    folder = settings.cache / "jars"
    return _missing(folder, wanted, _Stamps(settings.cache, folder), full=False)


def _paths(folder: Path, jars: Sequence[Jar]) -> list[Path]:
    return [folder / jar.file_name for jar in jars]


def _missing(folder: Path, jars: Sequence[Jar], stamps: _Stamps, full: bool) -> list[Jar]:
    return [jar for jar in jars if not stamps.whole(jar, folder / jar.file_name, full)]


def _from_folder(folder: Path, jars: Sequence[Jar], cache: Path, full: bool) -> list[Path]:
    """Jars that somebody copied in, in any sub-folders; never written to."""
    found = {path.name: path for path in sorted(folder.rglob("*.jar"))}
    stamps = _Stamps(cache, folder)
    bad = [jar for jar in jars if not stamps.whole(jar, found.get(jar.file_name, folder / jar.file_name), full)]
    if bad:
        names = ", ".join(jar.file_name for jar in bad[:3]) + (", ..." if len(bad) > 3 else "")
        raise StoreUnavailable(
            f"GUANXI_JARS ({folder}) lacks {len(bad)} of the {len(jars)} files Neo4j needs, or holds them damaged:"
            f" {names}. Copy the folder `jars` of a machine where Guanxi has run (see `guanxi doctor` there for"
            " its place), or unset GUANXI_JARS to fetch them."
        )
    stamps.save()
    return [found[jar.file_name] for jar in jars]


class _Stamps:
    """The remembered stamps of one folder. A garbled file of them only costs hashing everything once."""

    def __init__(self, cache: Path, folder: Path) -> None:
        key = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        self._file = cache / f"stamps-{key}.json"
        self._stamps = _read_stamps(self._file)
        self._changed = False

    def whole(self, jar: Jar, path: Path, full: bool) -> bool:
        try:
            stat = path.stat()
        except OSError:
            return False
        if stat.st_size != jar.size:
            return False
        if not full and self._stamps.get(path.name) == Stamp(jar.sha256, stat.st_size, stat.st_mtime_ns):
            return True
        if sha256_of(path) != jar.sha256:
            return False
        self.record(jar, path)
        return True

    def record(self, jar: Jar, path: Path) -> None:
        stat = path.stat()
        self._stamps[path.name] = Stamp(jar.sha256, stat.st_size, stat.st_mtime_ns)
        self._changed = True

    def save(self) -> None:
        if self._changed:
            body = {name: [s.sha256, s.size, s.mtime_ns] for name, s in sorted(self._stamps.items())}
            write_whole(self._file, json.dumps(body))


def _read_stamps(file: Path) -> dict[str, Stamp]:
    try:
        body = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): Stamp(str(sha), int(size), int(mtime)) for name, (sha, size, mtime) in body.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def sha256_of(path: Path) -> str:
    """The file's sha256 in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
