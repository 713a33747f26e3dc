"""Ctrl-C, and being asked to end (SIGTERM): the first stops the work and has it tidied up, the third leaves at once.

Python raises KeyboardInterrupt wherever the main thread happens to be. Libraries may catch it there, or turn it into an
error of their own; so that it was asked is kept here, and progress that goes on regardless is stopped at its next step.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

ENDED = 130
STOPPED = "Stopped. What was begun and not published is undone by now, or will be by the next load or run."
_TIDYING = b"\nTidying up what was begun; Ctrl-C once more leaves it to the next load or run.\n"
_LEFT = b"\nLeft at once. What was begun and not published is undone by the next load or run.\n"


class Interrupts:
    """How often this process was asked to stop."""

    def __init__(self) -> None:
        self.asked = 0

    def listen(self) -> None:
        """From now on signals come here. One that hits while an object is thrown away is lost to Python, which prints a
        traceback and goes on: it is heeded at the next step, without the traceback."""
        _call(self._hear)
        sys.unraisablehook = _all_but_interrupts

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if self.asked == 1:
            raise KeyboardInterrupt
        os.write(2, _TIDYING if self.asked == 2 else _LEFT)
        if self.asked > 2:
            os._exit(ENDED)

    def heed(self) -> None:
        """Raises KeyboardInterrupt where one was asked for and somebody has swallowed it; not while tidying up."""
        if self.asked and sys.exc_info()[1] is None:
            raise KeyboardInterrupt

    def end(self, code: int) -> NoReturn:
        """Ends the process. Where it was asked to stop, all is tidied up by now; nothing may hit its last moments."""
        if self.asked:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(code)
        sys.exit(code)


def leave_at_once() -> None:
    """Until there is anything to tidy up (while modules are read), Ctrl-C just ends the process."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        os.write(2, b"Stopped before anything was begun.\n")
        os._exit(ENDED)

    _call(leave)


def _all_but_interrupts(lost: sys.UnraisableHookArgs) -> None:
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)


def _call(heard: Callable[[int, FrameType | None], None]) -> None:
    """Has both signals heard, but for one that whoever started us (`nohup`, `&` in a script) has ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, heard)


interrupts = Interrupts()
"""Of this process: signals know no other place."""
