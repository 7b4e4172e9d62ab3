"""A clock that is sixteen years ahead, for all that asks Python for the time, compiled packages too; the user's locale.

A test copies this into a folder as `sitecustomize.py`, which every Python process loads before anything else.

Belongs here: where Python takes the time from. Does not: the times of files, which are those of the disk.
"""

from __future__ import annotations

import ctypes
import gc
import locale
import time
from datetime import UTC, datetime

AHEAD = 500_000_000
"""Seconds."""
_TIME, _TIME_NS, _CLOCK = time.time, time.time_ns, time.clock_gettime
_TAKING_SECONDS = {name: getattr(time, name) for name in ("gmtime", "localtime", "ctime")}
_ASCTIME, _STRFTIME = time.asctime, time.strftime


def _now() -> float:
    return _TIME() + AHEAD


for _name, _function in _TAKING_SECONDS.items():
    vars(time)[_name] = lambda at=None, _real=_function: _real(_now() if at is None else at)
vars(time).update(
    time=_now,
    time_ns=lambda: _TIME_NS() + AHEAD * 10**9,
    clock_gettime=lambda clock: _CLOCK(clock) + AHEAD * (clock == time.CLOCK_REALTIME),
    asctime=lambda at=None: _ASCTIME(time.localtime() if at is None else at),
    strftime=lambda form, at=None: _STRFTIME(form, time.localtime() if at is None else at),
)
# `datetime.today` and `date.today` ask time.time; `now` asks the system. A class in its place would not do: compiled
# packages hold on to the real one. So its methods are replaced, where the class itself looks them up.
gc.get_referents(datetime.__dict__)[0].update(
    now=classmethod(lambda cls, tz=None: cls.fromtimestamp(_now(), tz)),
    utcnow=classmethod(lambda cls: cls.fromtimestamp(_now(), UTC).replace(tzinfo=None)),
)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))

locale.setlocale(locale.LC_ALL, "")  # as a program would that holds with its user's way to write numbers and dates
