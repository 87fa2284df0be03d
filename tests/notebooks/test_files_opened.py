"""What notebooks open, seen by an audit hook in their kernel: nothing but the files that the
catalogue names."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis.paths import ARGUMENT, CATALOGUE, CLAIMS, DATA, NOTEBOOKS, ROOT
from analysis.tables.catalogue import catalogue

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
DATA_FILE = re.compile(
    r"\.(csv|tsv|tab|txt|jsonl?|parquet|feather|arrow|xlsx?|ods|dta|sav|rds|rda|rdata|pkl|pickle"
    r"|np[yz]|h5|hdf|nc|db|sqlite|duckdb|ya?ml|xml|zip|gz|bz2|xz|zst)",
    re.IGNORECASE,
)
HOOK = '''
import os, sys
place = os.path.join(os.environ["AUDIT_LOGS"], str(os.getpid()))
log = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def note(event, arguments):
    if event in ("open", "sqlite3.connect") and isinstance(arguments[0], (str, bytes, os.PathLike)):
        os.write(log, (os.path.abspath(os.fsdecode(arguments[0])) + "\\n").encode())

sys.addaudithook(note)

def audited(read):
    """Arrow opens files outside Python, where no audit event is raised: raise it here."""
    def reading(source, *rest, **options):
        if isinstance(source, (str, os.PathLike)):
            sys.audit("open", os.fspath(source), "rb", 0)
        return read(source, *rest, **options)
    return reading

import pyarrow.csv, pyarrow.dataset, pyarrow.feather, pyarrow.json, pyarrow.parquet
for module, names in (
    (pyarrow.parquet, "read_table read_schema read_metadata ParquetFile ParquetDataset"),
    (pyarrow.dataset, "dataset"),
    (pyarrow.csv, "read_csv open_csv"),
    (pyarrow.feather, "read_table read_feather"),
    (pyarrow.json, "read_json"),
    (pyarrow, "memory_map OSFile"),
):
    for name in names.split():
        setattr(module, name, audited(getattr(module, name)))
'''


def audited(folder: Path) -> dict[str, str]:
    """Settings with which each kernel notes every path that it opens or tries to open."""
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00_audit.py").write_text(HOOK)
    (folder / "opened").mkdir()
    return {
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "AUDIT_LOGS": str(folder / "opened"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def opened_by_kernels(folder: Path) -> list[list[Path]]:
    """Every path that each kernel opened or tried to open."""
    logs = [log.read_text().splitlines() for log in (folder / "opened").iterdir()]
    return [[Path(line) for line in dict.fromkeys(log)] for log in logs]


def strays(opened: list[Path], folder: Path) -> list[Path]:
    """Paths under data/ that the catalogue does not name, and data files anywhere outside data/.

    Left aside are what the interpreter, its packages (this one too) and the system keep for
    themselves, and the run's own folder.
    """
    named = {DATA / entry["path"] for entry in catalogue().values()} | {ARGUMENT, CATALOGUE, CLAIMS}
    system = ("/usr", "/etc", "/proc", "/sys", "/dev")
    own = [folder / name for name in ("ipython", "runtime", "matplotlib")] + [ROOT / "analysis"]
    roots = [*map(Path, (sys.prefix, sys.base_prefix, *system)), *own]
    found = []
    for path in opened:
        if path.is_relative_to(DATA):
            found += [path] if path not in named else []
        elif DATA_FILE.fullmatch(path.suffix) and not any(
            path.is_relative_to(root) for root in roots
        ):
            found.append(path)
    return found


def test_a_notebook_that_opens_other_files_is_caught(tmp_path: Path) -> None:
    """A stray CSV, a stray Parquet file that Arrow opens by itself, and a file of data/ that is in
    no catalogue."""
    kept, run = tmp_path / "elsewhere", tmp_path / "run"
    kept.mkdir()
    run.mkdir()
    frame = pd.DataFrame({"year": [2024], "value": [1.0]})
    frame.to_csv(kept / "stray.csv", index=False)
    frame.to_parquet(kept / "stray.parquet")
    unlisted = DATA / "tidy" / "in_no_catalogue.csv"
    cells = (
        "import pandas as pd\nfrom analysis.tables import load\nload('deflators').shape",
        f"pd.read_csv({str(kept / 'stray.csv')!r})\n"
        f"pd.read_parquet({str(kept / 'stray.parquet')!r})",
        f"try:\n    open({str(unlisted)!r})\nexcept FileNotFoundError:\n    pass",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbformat.write(notebook, tmp_path / "specimen.ipynb")
    run_it = "from nbclient.cli import main; main()"
    command = [sys.executable, "-c", run_it, tmp_path / "specimen.ipynb", "--kernel=python3"]
    environment = os.environ | audited(run)
    done = subprocess.run(command, env=environment, cwd=run, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    (opened,) = opened_by_kernels(run)
    assert DATA / "tidy" / "deflators.csv" in opened
    assert {*strays(opened, run)} == {kept / "stray.csv", kept / "stray.parquet", unlisted}


@pytest.mark.parametrize(
    ("path", "stray"),
    [
        (DATA / "tidy" / "deflators.csv", False),
        (DATA / "corrections" / "exceptions.csv", False),
        (DATA / "essay" / "claims.yaml", False),
        (DATA / "tidy" / "deflators.csv.bak", True),
        (ROOT / "build" / "cache.parquet", True),
        (Path.home() / "mine.dta", True),
        (Path(sys.prefix) / "share" / "fonts.json", False),
        (ROOT / "analysis" / "paths.py", False),
    ],
)
def test_what_counts_as_stray(path: Path, stray: bool, tmp_path: Path) -> None:
    assert (strays([path], tmp_path) == [path]) is stray


def test_notebooks_name_no_file_of_their_own() -> None:
    """No path and no reader of files stands in a code cell; the hook above shows what is really
    opened."""
    for notebook in FILES:
        cells = json.loads(notebook.read_text())["cells"]
        code = "".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        assert not re.search(r"read_(csv|parquet|json)|open\(", code), notebook.stem
