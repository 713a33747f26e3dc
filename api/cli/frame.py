"""What all commands share: the application, how errors end, progress, JSON, an opened Guanxi."""

from __future__ import annotations

import getpass
import hashlib
import logging
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Annotated, Any

import typer
from pydantic import BaseModel
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from typer.exceptions import TyperException

from api.cli.interrupts import ENDED, STOPPED, interrupts
from api.cli.plain import PlainConsole, nothing, plain_json
from api.cli.typed import as_typed, begin, usage
from api.services.acting import LONGEST_KEY
from api.settings import Settings, read_settings
from api.wiring import Guanxi, guanxi
from graph.errors import BadInput, GuanxiError, Interrupted
from graph.once import Once

app = typer.Typer(
    name="guanxi",
    help="Guanxi 关系: who is this customer, and who belongs together?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def guanxi_command() -> None:
    """Keep the commands named, also where a process has read the module of a single one."""


def in_panels(panels: Mapping[str, Iterable[str]]) -> None:
    """Show the commands read so far under these headings of the help, in this order."""
    panel_of = {name: panel for panel, names in panels.items() for name in names}
    places = {name: place for place, name in enumerate(panel_of)}
    for commands in (app.registered_commands, app.registered_groups):
        commands.sort(key=lambda one: places[str(one.name)])
        for one in commands:
            one.rich_help_panel = panel_of[str(one.name)]


_SOON = 1.0
"""Seconds of silence that nobody takes for a fault."""
LOG_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG")


out = PlainConsole(markup=False, highlight=False, soft_wrap=True)
err = PlainConsole(stderr=True, markup=False, highlight=False, soft_wrap=True)
"""Names hold brackets: nothing that is printed is read as markup."""

Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
KeepDb = Annotated[bool, typer.Option("--keep-db", help="Leave the embedded database running.")]
User = Annotated[str | None, typer.Option("--user", help="Acting user, kept on every write.")]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="TEXT", help="Any text of your own: the same again under it is not done twice."),
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DAY", help="The day the answer speaks of, YYYY-MM-DD.")]
KnownOn = Annotated[str | None, typer.Option("--known-on", metavar="DAY", help="As known at the end of this day.")]


def run_safely(arguments: list[str] | None = None) -> int:
    """Run the application; the exit code. Errors are one paragraph on stderr."""
    interrupts.listen()
    try:
        _begin_logging(os.environ.get("GUANXI_LOG", "error"))
        _check_letters(sys.argv[1:] if arguments is None else arguments)
        begin(typer.main.get_command(app), sys.argv[1:] if arguments is None else arguments)
        code = app(arguments, standalone_mode=False)
        if code == ENDED and interrupts.asked:  # typer makes an exit code of a KeyboardInterrupt
            err.print(STOPPED)
        return code if isinstance(code, int) else 0
    except typer.Exit as ended:
        return ended.exit_code
    except (typer.Abort, KeyboardInterrupt) as stopped:
        err.print(str(stopped) or (STOPPED if interrupts.asked else "Stopped."))
        return ENDED
    except TyperException as error:
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            err.print(str(error))
            return 2
        hint = f" Try `{context.command_path} --help`." if context else ""
        err.print(f"{usage(error)}{hint}")
        return 2
    except Interrupted as stopped:
        err.print(str(stopped))
        return ENDED
    except GuanxiError as error:
        err.print(f"{error} {STOPPED}" if interrupts.asked else as_typed(str(error)))
        return ENDED if interrupts.asked else error.exit_code
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  # the reader left; say nothing
        return 0
    except SystemExit:
        raise
    except BaseException as error:  # also what an interrupt becomes within compiled code
        return _unexpected(error)


def _unexpected(error: BaseException) -> int:
    """Tell what nobody expected; where the user stopped us it is but the form that this took."""
    logging.getLogger(__name__).debug("unexpected", exc_info=error)
    if interrupts.asked:
        err.print(STOPPED)
        return ENDED
    if isinstance(error, OSError):
        err.print(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    else:
        told = f"Guanxi met an error of its own: {type(error).__name__}: {error}. GUANXI_LOG=debug tells more."
        err.print(told)
    return 1


def _check_letters(arguments: list[str]) -> None:
    """Raises BadInput for bytes that are no letters: they could be neither kept nor printed."""
    for place, text in enumerate(arguments, start=1):
        try:
            text.encode()
        except UnicodeEncodeError:
            told = f"Word {place} after `guanxi` holds bytes that are no letters in UTF-8: {ascii(text)[:80]}."
            raise BadInput(told, field=str(place)) from None


def _begin_logging(level: str) -> None:
    if level.upper() not in LOG_LEVELS:
        known = ", ".join(name.lower() for name in LOG_LEVELS)
        raise BadInput(f"GUANXI_LOG is {level!r}; give one of {known}.", field="GUANXI_LOG", value=level)
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(message)s")
    if level.upper() in ("CRITICAL", "ERROR"):  # what fails is told in a sentence; the driver's own line says no more
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)


class Watch:
    """Progress of long work on stderr: a spinner with the phase, a bar where the amount is known, notes above it.

    It stands on the terminal between a step and a pause, and goes when the answer is printed.
    """

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[amount]}"),
            TimeElapsedColumn(),
            console=err,
            transient=True,
            redirect_stdout=False,  # what is piped must not land here
        )
        self._task: TaskID | None = None
        self._soon: threading.Timer | None = None
        self._hidden = False
        self._lock = threading.RLock()

    def __enter__(self) -> Watch:
        out.make_room = self.pause
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pause()
        out.make_room = nothing

    def step(self, text: str) -> None:
        interrupts.heed()
        self._show(text)
        if not err.is_terminal:
            err.print(f"{text} …")

    def step_soon(self, text: str) -> None:
        """A step that is shown where nothing else came within a second, and on a terminal alone."""
        if err.is_terminal:
            self._soon = threading.Timer(_SOON, self._show_soon, [text])
            self._soon.daemon = True
            self._soon.start()

    def _show_soon(self, text: str) -> None:
        with self._lock:
            if self._soon is threading.current_thread():
                self._show(text)

    def _show(self, text: str) -> None:
        with self._lock:
            self._forget()
            self._task = self._progress.add_task(text, total=None, amount="")
            if err.is_terminal and not self._hidden:
                self._progress.start()

    def _forget(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
            self._soon = None
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None

    def advance(self, done: int, total: int) -> None:
        interrupts.heed()
        with self._lock:
            if self._task is not None:
                amount = f"{done:,}" + (f" of {total:,}" if total else "")
                self._progress.update(self._task, completed=done, total=total or None, amount=amount)

    def note(self, text: str) -> None:
        err.print(text)

    def pause(self) -> None:
        """Take the spinner away until the next step: what comes now is quick, or prints by itself."""
        with self._lock:
            self._forget()
            if self._progress.live.is_started:
                self._progress.stop()

    def hide(self) -> None:
        """Leave the terminal to others for good."""
        self._hidden = True
        self.pause()


def settings_of(**overrides: Any) -> Settings:
    """The settings with what the command line overrides."""
    return read_settings(**overrides)


def acting_user(user: str | None, settings: Settings) -> str:
    """`--user`, else GUANXI_USER, else who is logged in."""
    if user or settings.user:
        return (user or settings.user or "").strip() or "unknown"
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def once_of(key: str | None, user: str | None, command: str, *asked: object) -> Once | None:
    """The `--key` of a write that must happen once, with the digest of who asks for what; None without one.

    asked: what was typed, as it was typed: names and numbers may mean another party later. Raises BadInput.
    """
    if key is None:
        return None
    name = key.strip()
    if not name:
        raise BadInput("--key is empty; give a text of your own, or leave it out.", field="--key")
    if len(name) > LONGEST_KEY:
        raise BadInput(f"--key has {len(name):,} letters; give at most {LONGEST_KEY}.", field="--key", value=name[:50])
    told = f"This was written before under --key {name}: nothing new is written."
    return Once(name, hashlib.sha256(repr((command, user or "", asked)).encode()).hexdigest(), lambda: err.print(told))


@contextmanager
def opened(
    keep_db: bool = False, settings: Settings | None = None, *, filling: bool = False
) -> Iterator[tuple[Guanxi, Watch]]:
    """A running Guanxi with progress shown while it starts and works.

    filling: the command itself may bring the first data; any other is told where there are none.
    """
    with (
        Watch() as watch,
        guanxi(settings or settings_of(), keep_db=keep_db, progress=watch, told=keep_db or filling) as whole,
    ):
        watch.pause()
        if not filling and whole.view().seq == 0:
            place = whole.store.connection.uri if not whole.store.connection.embedded else whole.settings.home
            err.print(f"Nothing is loaded in {place} yet: see `guanxi load --help`, or `guanxi demo`. {_HOME_TOLD}")
        watch.step_soon("Working")
        yield whole, watch


_HOME_TOLD = "If you meant another home, set GUANXI_HOME to its folder."


def print_json(model: BaseModel) -> None:
    """A model as JSON on stdout, readable and exact."""
    out.make_room()
    sys.stdout.write(plain_json(model.model_dump_json(indent=2)) + "\n")
