"""Where things are, worked out from this file and never from the working directory: papermill runs
a notebook in the caller's folder and nbval in the notebook's own.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
CATALOGUE = DATA / "datapackage.json"
CLAIMS = DATA / "essay" / "claims.yaml"
ARGUMENT = DATA / "essay" / "argument.yaml"
NOTEBOOKS = ROOT / "notebooks"
BUILD = ROOT / "build"


def raw_root() -> Path | None:
    """Folder of the publishers' raw files named by ``BALLAST_RAW``, or None where it is not set."""
    named = os.environ.get("BALLAST_RAW", "").strip()
    return Path(named).expanduser().resolve() if named else None


def run_dir() -> Path | None:
    """Folder where a run leaves its records (``BALLAST_RUN_DIR``), or None outside such a run."""
    named = os.environ.get("BALLAST_RUN_DIR", "").strip()
    return Path(named) if named else None
