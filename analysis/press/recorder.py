"""What a kernel reads besides tables: files, variables, and programs that may have read anything.

Standard library only. A forked kernel calls ``begin``; run as a script this starts a kernel afresh.
The lines go to ``used.jsonl`` in the folder of the run.
"""

import contextlib
import hashlib
import inspect
import json
import os
import runpy
import sys
import sysconfig
from collections.abc import Iterable
from importlib import machinery
from typing import Any

Stamp = tuple[int, ...]
PREFIXES = {sys.prefix, sys.base_prefix}
LIBRARIES = tuple({place + os.sep for place in PREFIXES | set(map(os.path.realpath, PREFIXES))})
STANDARD = (sysconfig.get_path("stdlib") + os.sep, "<frozen ", __file__)
PACKAGES = os.sep + "site-packages" + os.sep
PASSED_OVER = ("/proc/", "/dev/", "/sys/", "/etc/", "/usr/", os.path.expanduser("~/.cache/"))
"""Files of the system and caches, which are no input of a notebook."""
SPAWNS = {"multiprocessing.popen_spawn_posix", "multiprocessing.popen_forkserver"}
"""Modules that are imported when a process is started that records nothing."""
PROGRAMS = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.forkpty"}
RUN_FOR_THE_CELL = tuple(PACKAGES + name for name in ("IPython", "pexpect", "ptyprocess"))
"""Libraries that start the programs which a cell names after an exclamation mark."""
PASSING = {"_", "SHLVL", "PWD", "OLDPWD", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "BALLAST_RUN_DIR"}
"""Variables that say nothing of what a result depends on."""


def stamp(path: str | os.PathLike[str]) -> Stamp:
    """Inode, size and times of a file; () where there is none. The last time cannot be set back."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def digest(value: str | None) -> str | None:
    """What a variable's value is known by, since the value may be a secret."""
    if value is None:
        return None
    return hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()


def compile_from_source() -> None:
    """Compile every module that is not one of a library anew, and leave no bytecode of it: that of
    the same size and time may be of an older source.
    """
    usual = machinery.SourceFileLoader.path_stats

    def path_stats(loader: Any, path: str) -> Any:
        if os.path.realpath(path).startswith(LIBRARIES):
            return usual(loader, path)
        raise OSError("bytecode is neither read nor written")

    machinery.SourceFileLoader.path_stats = path_stats  # type: ignore[assignment, method-assign]


class _Recorder:
    """Writes a line for everything that is read for the first time."""

    def __init__(self, folder: str, own: Iterable[str]) -> None:
        file, flags = os.path.join(folder, "used.jsonl"), os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self.lines, self.folder = os.open(file, flags, 0o600), folder
        self.passed_over = (*LIBRARIES, *PASSED_OVER, os.path.realpath(folder) + os.sep)
        self.own, self.own_files = {*own, *PASSING}, set[str]()
        self.seen = set[tuple[str, str]]()

    def write(self, kind: str, name: str, **state: Any) -> None:
        if (kind, name) not in self.seen:
            self.seen.add((kind, name))
            os.write(self.lines, json.dumps({kind: name, **state}).encode() + b"\n")

    def hook(self, event: str, given: tuple[Any, ...]) -> None:
        """Audit hook of the interpreter. It must not fail, for then what is audited would."""
        with contextlib.suppress(Exception):
            if event == "open":
                self.opened(*given)
            elif event == "tempfile.mkdtemp" and not os.path.isdir(self.folder):
                os._exit(1)  # whoever wanted this kernel is gone, and nobody would clean up
            elif event == "import" and given[0] in SPAWNS:
                self.write("program", "of a pool of processes")
            elif event == "socket.connect" and isinstance(given[1], tuple):
                self.write("connection", f"to {':'.join(map(str, given[1][:2]))}")
            elif event == "sqlite3.connect":
                self.opened(given[0], "r", 0)
            elif event in ("os.listdir", "os.scandir"):
                if _asks_itself():
                    self.opened(given[0] or os.curdir, "r", 0)
            elif event in PROGRAMS and _asks_itself(RUN_FOR_THE_CELL):
                self.write("program", str(given[0]) if given else "of a shell")

    def opened(self, path: Any, mode: str | None, flags: int) -> None:
        """Note a file that is read, unless the notebook has written it itself."""
        if not isinstance(path, str | bytes | os.PathLike):
            return
        place = os.path.realpath(os.fsdecode(path))
        passed_over = place.startswith(self.passed_over) or "/ipykernel_" in place
        if passed_over or place in self.own_files or path == ":memory:":
            return
        replaced = flags & (os.O_WRONLY | os.O_TRUNC | os.O_EXCL) or set(mode or "") & set("wxa")
        if not replaced or "a+" in (mode or ""):
            self.write("file", place, stamp=stamp(place))
        elif ("file", place) not in self.seen:
            self.own_files.add(place)

    def watch_variables(self) -> None:
        """Note each variable that the notebook, or a module of its own, asks for, as it is now."""
        kind, recorder, now = type(os.environ), self, dict(os.environ)

        class Watched(kind):  # type: ignore[misc, valid-type]
            def __getitem__(self, name: str) -> str:
                if name not in recorder.own and _asks_itself():
                    recorder.write("variable", name, sha256=digest(now.get(name)))
                return str(super().__getitem__(name))

        Watched.__name__ = Watched.__qualname__ = kind.__name__
        os.environ.__class__ = Watched


def _asks_itself(also: tuple[str, ...] = ()) -> bool:
    """Whether the notebook or a module of its own asks for something, and not a library."""
    frame = inspect.currentframe()
    while frame is not None:
        file = frame.f_code.co_filename
        if "importlib" in file:
            return False
        if not file.startswith(STANDARD) or PACKAGES in file:
            return not file.startswith(LIBRARIES) or any(part in file for part in also)
        frame = frame.f_back
    return False


def begin(folder: str, own: Iterable[str] = ()) -> None:
    """Record from now on; variables that are the press's ``own`` are left out."""
    recorder = _Recorder(folder, own)
    recorder.watch_variables()
    sys.addaudithook(recorder.hook)


if __name__ == "__main__":
    if sys.path[0] == os.path.dirname(__file__):
        sys.path[0] = os.getcwd()  # as it is for ``python -m ipykernel_launcher``
    compile_from_source()
    begin(os.environ["BALLAST_RUN_DIR"])
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)
