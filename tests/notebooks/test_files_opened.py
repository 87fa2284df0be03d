"""What notebooks open, seen by an audit hook in their kernel: nothing but the files that the
catalogue names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis.paths import ARGUMENT, CATALOGUE, CLAIMS, DATA, NOTEBOOKS, ROOT
from analysis.tables.catalogue import catalogue

FILES = sorted(NOTEBOOKS.glob("*.ipynb"))
SECONDS = 600
DATA_SUFFIXES = {
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".json",
    ".jsonl",
    ".parquet",
    ".feather",
    ".arrow",
    ".xlsx",
    ".xls",
    ".ods",
    ".dta",
    ".sav",
    ".rds",
    ".rda",
    ".rdata",
    ".pkl",
    ".pickle",
    ".npy",
    ".npz",
    ".h5",
    ".hdf",
    ".nc",
    ".db",
    ".sqlite",
    ".duckdb",
    ".yaml",
    ".yml",
    ".xml",
    ".zip",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
}
HOOK = '''
import os, sys
log = os.open(os.environ["AUDIT_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

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
    (
        pyarrow.parquet,
        ("read_table", "read_schema", "read_metadata", "ParquetFile", "ParquetDataset"),
    ),
    (pyarrow.dataset, ("dataset",)),
    (pyarrow.csv, ("read_csv", "open_csv")),
    (pyarrow.feather, ("read_table", "read_feather")),
    (pyarrow.json, ("read_json",)),
    (pyarrow, ("memory_map", "OSFile")),
):
    for name in names:
        setattr(module, name, audited(getattr(module, name)))
'''


def execute(notebook: Path, folder: Path) -> list[Path]:
    """Run a notebook in a kernel with the hook, and give every path that it opened or tried to
    open."""
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00_audit.py").write_text(HOOK)
    log = folder / "opened.txt"
    log.touch()
    environment = {
        **os.environ,
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "AUDIT_LOG": str(log),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    environment.pop("BALLAST_RAW", None)
    command = [
        sys.executable,
        "-c",
        "from nbclient.cli import main; main()",
        str(notebook),
        f"--timeout={SECONDS}",
    ]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=SECONDS
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [Path(line) for line in dict.fromkeys(log.read_text().splitlines())]


def strays(opened: list[Path], folder: Path) -> list[Path]:
    """Paths under data/ that the catalogue does not name, and data files anywhere outside data/.

    Left aside are what the interpreter, its packages and the system keep for themselves, and the
    run's own folder.
    """
    named = {DATA / entry["path"] for entry in catalogue().values()} | {ARGUMENT, CATALOGUE, CLAIMS}
    own = [folder / name for name in ("ipython", "runtime", "matplotlib")]
    roots = [
        Path(sys.prefix),
        Path(sys.base_prefix),
        *map(Path, ("/usr", "/etc", "/proc", "/sys", "/dev")),
        *own,
    ]
    found = []
    for path in opened:
        if path.is_relative_to(DATA):
            found += [path] if path not in named else []
        elif path.suffix.lower() in DATA_SUFFIXES and not any(
            path.is_relative_to(root) for root in roots
        ):
            found.append(path)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("notebook", FILES, ids=lambda path: path.stem)
def test_a_notebook_opens_only_what_the_catalogue_names(notebook: Path, tmp_path: Path) -> None:
    opened = execute(notebook, tmp_path)
    tables = [path for path in opened if path.is_relative_to(DATA / "tidy")]
    assert tables, "the hook saw no table opened"
    assert strays(opened, tmp_path) == []


def specimen(folder: Path, *cells: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    path = folder / "specimen.ipynb"
    path.write_text(nbformat.writes(notebook))
    return path


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
    notebook = specimen(
        tmp_path,
        "import pandas as pd\nfrom analysis.tables import load\nload('deflators').shape",
        f"pd.read_csv({str(kept / 'stray.csv')!r})\n"
        f"pd.read_parquet({str(kept / 'stray.parquet')!r})",
        f"try:\n    open({str(unlisted)!r})\nexcept FileNotFoundError:\n    pass",
    )
    opened = execute(notebook, run)
    assert DATA / "tidy" / "deflators.csv" in opened
    assert sorted(strays(opened, run)) == sorted(
        [kept / "stray.csv", kept / "stray.parquet", unlisted]
    )


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
        code = "\n".join(
            "".join(cell["source"])
            for cell in json.loads(notebook.read_text())["cells"]
            if cell["cell_type"] == "code"
        )
        assert not [
            word for word in ("read_csv", "read_parquet", "read_json", "open(") if word in code
        ], notebook.stem
