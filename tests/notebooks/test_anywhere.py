"""The committed notebooks give what they gave on any machine: other zone, language, folder and hash
seed, and again; and they open nothing but the files that the catalogue names."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from analysis.paths import DATA, NOTEBOOKS
from tests.notebooks.test_files_opened import audited, opened_by_kernels, strays

MACHINES = {
    "far away": "TZ=Asia/Kathmandu LC_ALL=POSIX PYTHONHASHSEED=4711 PYTHONUTF8=0",
    "comma": "TZ=America/St_Johns LC_ALL=de_DE.UTF-8 LANGUAGE=de PYTHONHASHSEED=1",
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
    settings = dict(each.split("=") for each in MACHINES[machine].split())
    if machine == "comma" and not has_locale(settings["LC_ALL"]):
        how = "apt-get install locales, locale-gen de_DE.UTF-8"
        pytest.skip(f"this system has no locale with a decimal comma ({how})")
    folder = tmp_path / "an other place"
    shutil.copytree(NOTEBOOKS, folder)
    others = re.compile("LC_|LANG|PYTEST|BALLAST")
    environment = {name: said for name, said in os.environ.items() if not others.match(name)}
    options = "-m pytest --nbval -p no:cacheprovider -n 2 --dist loadfile --color=no"
    done = subprocess.run(
        [sys.executable, *options.split(), str(folder)],
        cwd=tmp_path,
        env=environment | settings | audited(tmp_path),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert re.search(r"\d{3} passed", done.stdout), done.stdout[-400:]
    assert "failed" not in done.stdout
    kernels = opened_by_kernels(tmp_path)
    assert len(kernels) == len([*NOTEBOOKS.glob("*.ipynb")])
    for opened in kernels:
        assert any(path.is_relative_to(DATA / "tidy") for path in opened), "no table was opened"
        assert strays(opened, tmp_path) == []
