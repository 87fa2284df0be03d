"""The committed notebooks give what they gave on any machine: other zone, language, folder and hash
seed, and again."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from analysis.paths import NOTEBOOKS

MACHINES = {
    "far away": {
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "POSIX",
        "PYTHONHASHSEED": "4711",
        "PYTHONUTF8": "0",
    },
    "comma": {
        "TZ": "America/St_Johns",
        "LC_ALL": "de_DE.UTF-8",
        "LANGUAGE": "de",
        "PYTHONHASHSEED": "1",
    },
}
"""The second needs a German locale. This machine's own settings are those of ``make test``."""
SECONDS = 1500


def has_locale(name):
    found = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
    return name.casefold().replace("-", "") in found.casefold().replace("-", "")


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
def test_nbval_passes_from_another_folder_with_other_settings(machine, tmp_path):
    """Every output of every cell is compared but pictures; nothing in the copied notebooks' folder
    is theirs."""
    settings = MACHINES[machine]
    if machine == "comma" and not has_locale(settings["LC_ALL"]):
        pytest.skip(
            "this system has no locale with a decimal comma (apt-get install locales, locale-gen"
            " de_DE.UTF-8)"
        )
    folder = tmp_path / "an other place"
    shutil.copytree(NOTEBOOKS, folder)
    environment = {
        name: value
        for name, value in os.environ.items()
        if not re.match("LC_|LANG|PYTEST|BALLAST", name)
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-p",
        "no:cacheprovider",
        "-n",
        "2",
        "--dist",
        "loadfile",
    ]
    done = subprocess.run(
        [*command, "--color=no", str(folder)],
        cwd=tmp_path,
        env=environment | settings,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert re.search(r"\d{3} passed", done.stdout), done.stdout[-400:]
    assert "failed" not in done.stdout
