"""Time limits: work that takes too long is stopped, in any thread and on any system."""

import contextlib
import ctypes
import threading
import time
from collections.abc import Iterator


class OutOfTimeError(BaseException):
    """The work took longer than it may.

    Not an `Exception`: nothing on the way that goes on after an error may take it for one.
    """


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `OutOfTimeError` in this thread once the block has taken that long; 0 sets no limit.

    The interpreter raises it between two of its own steps: one long call into compiled code is waited for.

    Raises:
        OutOfTimeError: the block took longer.
    """
    if not seconds:
        yield
        return
    watch = _Watch(seconds)
    try:
        yield
    except OutOfTimeError:
        watch.arrived = True
        raise
    finally:
        watch.end()


class _Watch:
    """A thread that interrupts the one that made it, unless it is ended before."""

    def __init__(self, seconds: float) -> None:
        self.watched = threading.get_ident()
        self.lock = threading.Lock()  # between the end of the work and the interruption
        self.over = self.sent = self.arrived = False
        self.timer = threading.Timer(seconds, self.interrupt)
        self.timer.daemon = True
        self.timer.start()

    def interrupt(self) -> None:
        with self.lock:
            if not self.over:
                self.sent = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self.watched), ctypes.py_object(OutOfTimeError)
                )

    def end(self) -> None:
        """Let the thread go; an interruption still on its way arrives here, not in what comes after.

        It is not taken back: Python 3.11 then checks for it for ever, and hangs under a profiler.
        """
        with self.lock:
            self.over = True
        self.timer.cancel()
        while self.sent and not self.arrived:
            time.sleep(0.001)
