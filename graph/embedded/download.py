"""Fetching jars from an artifact repository: many at a time, resumed where they broke off, checked by sha256."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from graph.embedded.files import disk_error, need_space
from graph.embedded.lock import Jar
from graph.embedded.progress import Progress
from graph.errors import StoreUnavailable

AT_A_TIME = 16
_TRIES = 5
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 8.0
_CHUNK = 1 << 17
_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_LOOK_TIMEOUT = httpx.Timeout(5.0)


class _Damaged(Exception):
    """What arrived has another sha256 than the lock says."""


class _Stopped(Exception):
    """Another download failed for good: give up quietly."""


def default_repository() -> str:
    """The public artifact repository's address, as the package `jgo` knows it."""
    from jgo.constants import MAVEN_CENTRAL_URL  # late: it loads a second HTTP library, which only a download needs

    return str(MAVEN_CENTRAL_URL)


def fetch(jars: Sequence[Jar], folder: Path, repository: str | None, progress: Progress) -> None:
    """Fetch the jars into the folder, each under its own name once whole and right.

    Raises StoreUnavailable for no network, a repository that lacks a file or sends others, or a full disk.
    """
    address = repository or default_repository()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        need_space(folder, sum(jar.size for jar in jars) + (16 << 20), "the cache of downloaded files")
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=True, limits=_limits()) as client:
            _Fetcher(client, address, folder, progress).all(jars)
    except OSError as error:
        raise disk_error(error, folder, "the cache of downloaded files") from error
    except (httpx.HTTPError, httpx.InvalidURL, _Damaged) as error:
        raise _cannot(error, address) from error


def check_repository(jar: Jar, repository: str | None) -> None:
    """Ask the repository for one jar, and receive none of it. Raises StoreUnavailable where `fetch` would, soon."""
    address = repository or default_repository()
    try:
        with (
            httpx.Client(timeout=_LOOK_TIMEOUT, follow_redirects=True) as client,
            client.stream("GET", f"{address}/{jar.repository_path}") as answer,
        ):
            answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _cannot(error, address) from error


def _limits() -> httpx.Limits:
    return httpx.Limits(max_connections=AT_A_TIME, max_keepalive_connections=AT_A_TIME)


class _Fetcher:
    def __init__(self, client: httpx.Client, address: str, folder: Path, progress: Progress) -> None:
        self._client = client
        self._address = address
        self._folder = folder
        self._progress = progress
        self._done = 0
        self._total = 0
        self._guard = threading.Lock()
        self._stop = threading.Event()

    def all(self, jars: Sequence[Jar]) -> None:
        """Largest first, so that no big one is left for the end. The first failure for good ends the rest."""
        self._total = sum(jar.size for jar in jars)
        with ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="fetch") as pool:
            futures = [pool.submit(self._one, jar) for jar in sorted(jars, key=lambda jar: -jar.size)]
            try:
                wait(futures, return_when=FIRST_EXCEPTION)
            finally:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
        errors = [e for f in futures if not f.cancelled() and (e := f.exception()) is not None]
        for error in sorted(errors, key=lambda e: isinstance(e, _Stopped)):
            raise error

    def _one(self, jar: Jar) -> None:
        retrying = Retrying(
            retry=retry_if_exception(_worth_another_try),
            stop=stop_after_attempt(_TRIES),
            wait=wait_random_exponential(multiplier=_PAUSE_S, max=_LONGEST_PAUSE_S),
            sleep=self._pause,
            reraise=True,
        )
        retrying(self._try, jar)

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise _Stopped

    def _try(self, jar: Jar) -> None:
        """One attempt. What arrived stays in `.part`, so the next attempt (or the next start) goes on from there."""
        part = self._folder / f"{jar.file_name}.{jar.sha256[:8]}.part"
        have = part.stat().st_size if part.exists() else 0
        if have < jar.size:
            self._receive(jar, part, have)
        if part.stat().st_size != jar.size or _sha256(part) != jar.sha256:
            self._forget(part)
            raise _Damaged(jar.file_name)
        part.replace(self._folder / jar.file_name)

    def _receive(self, jar: Jar, part: Path, have: int) -> None:
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with self._client.stream("GET", f"{self._address}/{jar.repository_path}", headers=headers) as answer:
            answer.raise_for_status()
            resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
            if have and not resumed:
                self._advance(-min(have, self._done))
            with part.open("ab" if resumed else "wb") as file:
                for chunk in answer.iter_raw(_CHUNK):
                    if self._stop.is_set():
                        raise _Stopped
                    file.write(chunk)
                    self._advance(len(chunk))

    def _forget(self, part: Path) -> None:
        self._advance(-min(part.stat().st_size, self._done))
        part.unlink()

    def _advance(self, count: int) -> None:
        with self._guard:
            self._done = max(0, min(self._total, self._done + count))
            self._progress.advance(self._done, self._total)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _worth_another_try(error: BaseException) -> bool:
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500 or error.response.status_code in (408, 416, 429)
    return isinstance(error, (httpx.TransportError, _Damaged))


def _cannot(error: Exception, address: str) -> StoreUnavailable:
    host = urlsplit(address).hostname or "the repository"
    if isinstance(error, httpx.HTTPStatusError):
        what = f"{host} answered {error.response.status_code} for {Path(error.request.url.path).name}"
    elif isinstance(error, _Damaged):
        what = f"{host} sends another {error} than expected (its sha256 differs)"
    else:
        what = f"{host} cannot be reached ({error or type(error).__name__})"
    return StoreUnavailable(
        f"Neo4j's files cannot be fetched: {what}. Connect this machine to the network and try again (what has arrived"
        " is kept), or name your own mirror in GUANXI_MAVEN_REPOSITORY, or copy the files in by hand and name their"
        " folder in GUANXI_JARS, or use a Neo4j of your own with NEO4J_URI."
    )
