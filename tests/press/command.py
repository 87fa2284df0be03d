"""`ballast` as a process of its own, and what is left of it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import psutil

WAIT = 240.0
"""Seconds to wait for something that takes a few on an idle machine."""
GRACE = 60.0
"""Seconds for processes to go; a kernel looks for its parent once a second."""
PYTHON_STARTS = "init_import_site"
"""Said by a Python that was interrupted before it had all of itself."""
MAIN = [sys.executable, "-c", "from analysis.cli import main; main()"]


class Command:
    """A command in a session of its own, with its own folders for results, for temporary files and
    for the marks that its notebooks make."""

    def __init__(self, root, name, *words, temporary="", before=()):
        self.root, self.marks = root, root / "marks"
        self.marks.mkdir(exist_ok=True)
        # Beside the root, where its path is short enough for a socket.
        self.temporary = Path(temporary or tempfile.mkdtemp(dir=root.parent))
        usual = ["--output", root / "out", "--cache", root / "cache"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(
            [*before, *MAIN, *map(str, [name, *usual, *words])],
            env=os.environ | {"TMPDIR": str(self.temporary), "MARKS": str(self.marks)},
            start_new_session=True,
            text=True,
            errors="replace",
            # A program that was started in the background hands down that it is deaf to Ctrl-C.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
            **pipes,
        )

    def wait_for(self, *marks):
        deadline = time.monotonic() + WAIT
        while not all((self.marks / mark).exists() for mark in marks):
            assert time.monotonic() < deadline, "the notebooks did not begin"
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.05)

    def end(self):
        """Status and what was said on stdout and stderr."""
        out, err = self.process.communicate(timeout=WAIT)
        return self.process.returncode, out, err

    def family(self):
        """Its processes, also those whose parent is gone; all know its temporary folder."""
        alive = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("TMPDIR") == str(self.temporary)
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    alive.append(process)
            except psutil.Error:  # gone, or of another user
                continue
        return alive

    def leftovers(self):
        """Processes that do not end, files half written and temporary ones."""
        deadline = time.monotonic() + GRACE
        while (processes := self.family()) and time.monotonic() < deadline:
            time.sleep(0.1)
        files = [path for path in self.root.rglob("*") if path.suffix == ".tmp"]
        return processes + files + list(self.temporary.iterdir())
