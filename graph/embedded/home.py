"""The home folder of one embedded database: its places, its password, and what it remembers between starts.

GUANXI_HOME/
  data/           the store
  conf/           neo4j.conf and the Java options, written anew at each start
  logs/           neo4j.log, debug.log, console.log (what the process printed), admin.log
  password        of the user neo4j, readable by the owner alone
  embedded.json   the port, the line of releases that the store belongs to
  run/            who started, who is connected; nothing in it outlives a server
  archive/        frozen inputs of runs
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from graph.embedded.files import need_space, readable_errors, write_whole
from graph.embedded.lock import Line
from graph.errors import Conflict, StoreUnavailable

USERNAME = "neo4j"
DATABASE = "neo4j"
_PASSWORD = re.compile(r"^[A-Za-z0-9_-]{8,200}$")
_NEEDED_BYTES = 256 << 20
_HASH_ROUNDS = 1024


@dataclass(frozen=True)
class Memory:
    """What the home remembers between starts."""

    port: int | None = None
    line: str | None = None
    version: str | None = None
    initialised: bool | None = None
    """Whether the database has ever answered; None when that is not known."""


class Home:
    """The folder of one embedded database."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().resolve()
        self.data = self.root / "data"
        self.conf = self.root / "conf"
        self.logs = self.root / "logs"
        self.run = self.root / "run"
        self.archive = self.root / "archive"
        self.password_file = self.root / "password"
        self.memory_file = self.root / "embedded.json"
        self.state_file = self.run / "server.json"
        self.console_log = self.logs / "console.log"

    def prepare(self) -> None:
        """Make the folders and see that they can be written and the disk has room. Raises StoreUnavailable."""
        with readable_errors(self.root, "the database's home"):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (self.data, self.conf, self.logs, self.run, self.archive):
                folder.mkdir(exist_ok=True)
            with tempfile.TemporaryFile(dir=self.run):
                pass
        need_space(self.root, _NEEDED_BYTES, "the database's home")

    @property
    def has_store(self) -> bool:
        """Whether a database was ever made here."""
        return (self.data / "databases" / "system").exists()

    def store_bytes(self) -> int:
        """Bytes of the store files (without the transaction logs)."""
        files = (self.data / "databases" / DATABASE).rglob("*")
        return sum(_size(file) for file in files)

    def remember(self, **changes: object) -> None:
        """Keep some facts for the next start."""
        memory = replace(self.memory(), **changes)  # type: ignore[arg-type]  # names and types are Memory's own
        write_whole(self.memory_file, json.dumps(asdict(memory)))

    def memory(self) -> Memory:
        """What was remembered; nothing when the file is missing or garbled, for all of it can be found again."""
        try:
            body = json.loads(self.memory_file.read_text(encoding="utf-8"))
            port = body.get("port")
            return Memory(
                port=port if isinstance(port, int) and 0 < port < 65536 else None,
                line=body.get("line"),
                version=body.get("version"),
                initialised=body.get("initialised"),
            )
        except (OSError, ValueError, AttributeError):
            return Memory()

    def check_line(self, line: Line) -> None:
        """Raise Conflict when the store belongs to another line of releases."""
        memory = self.memory()
        if self.has_store and memory.line not in (None, line.name):
            raise Conflict(
                f"The database in {self.root} was made by Neo4j {memory.version};"
                f" Neo4j {line.version} does not open it. Choose another folder with"
                " GUANXI_HOME and load it there (`guanxi export exchange` carries the data)."
            )

    @property
    def half_made(self) -> bool:
        """Whether the store's first start was cut short: it never answered, so it holds nothing."""
        return self.memory().initialised is False and self.has_store

    def forget_half_made(self) -> None:
        """Remove a store that is half made."""
        if self.half_made:
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(exist_ok=True)

    def password(self) -> str:
        """The password, made when there is no store yet. Raises StoreUnavailable when lost or garbled."""
        self.check_password()
        text = self._kept_password()
        if text is None:
            return self._new_password()
        if self.password_file.stat().st_mode & 0o077:
            self.password_file.chmod(0o600)
        return text

    def check_password(self) -> None:
        """Raise StoreUnavailable where a store's password is missing or garbled; nothing is made or changed."""
        if self.has_store and self._kept_password() is None:
            raise self.lost_password()

    def _kept_password(self) -> str | None:
        """What the file holds; None where it is missing or garbled."""
        try:
            text = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return None
        return text if _PASSWORD.match(text) else None

    def lost_password(self) -> StoreUnavailable:
        """The error for a password that is missing, garbled or not this store's."""
        return StoreUnavailable(
            f"The database's home {self.root} is damaged: the file `password` is missing, garbled or not this store's."
            " Put the file back from a copy of this folder; or move the folder away, start anew and"
            " `guanxi db restore` a dump or load the sources again."
        )

    def _new_password(self) -> str:
        word = secrets.token_urlsafe(24)
        write_whole(self.password_file, word + "\n", mode=0o600)
        return word

    def hand_over_password(self, word: str) -> None:
        """Leave the password where the server looks for it when it makes its store (its own command costs 3 s)."""
        if not self.has_store:
            write_whole(self.data / "dbms" / "auth.ini", auth_line(word, secrets.token_bytes(32)), mode=0o600)


def auth_line(word: str, salt: bytes) -> str:
    """What the server's own `set-initial-password` writes: a salted sha256, 1024 rounds."""
    digest = hashlib.sha256(salt + word.encode()).digest()
    for _ in range(_HASH_ROUNDS - 1):
        digest = hashlib.sha256(digest).digest()
    return f"{USERNAME}:SHA-256,{digest.hex()},{salt.hex()},{_HASH_ROUNDS}:\n"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if not path.is_dir() else 0
    except OSError:
        return 0


def tail(path: Path, max_bytes: int = 20_000) -> str:
    """The end of a log file; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - max_bytes))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
