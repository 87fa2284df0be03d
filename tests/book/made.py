"""The book of the committed notebooks, made once for all tests and their workers.

``python -m tests.book.made FOLDER`` makes it beside the tests.
"""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

from analysis.paths import NOTEBOOKS


def shared_folder(tmp_path_factory):
    """The folder that all workers of this run of tests have."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def make_book(folder):
    """Make the book below a folder, unless it is there; whoever comes meanwhile waits for it.

    The file book.json has how the command ended, what it said and its processor seconds.
    """
    log = folder / "book.json"
    with open(folder / "book.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if log.exists():
            return
        options = ["--verdicts", "--input", NOTEBOOKS, "--output", folder / "book"]
        command = [Path(sys.executable).with_name("ballast"), "book", *options]
        with open(folder / "book.said", "w+") as said:
            process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            built = {"status": process.returncode, "said": said.read()}
        log.write_text(json.dumps(built | {"work": used.ru_utime + used.ru_stime}))


if __name__ == "__main__":
    make_book(Path(sys.argv[1]))
