"""Rebuilding the raw store: which file lies where in public, pinned by commit and SHA-256, and how
to make the rest.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from analysis.countries import text_table
from analysis.errors import RawDataError
from analysis.paths import DATA
from analysis.sources.transport import Transport, Wanted

HOST = "https://raw.githubusercontent.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFile:
    """A file of the raw store (data/reference/raw_files.csv): a 'copy' of a file in a repository on
    GitHub, 'converted' from one, or 'collected' by hand, with an instruction for making it again.
    What is not known of the carrier is ''.
    """

    path: str
    sha256: str
    bytes: int
    kind: str
    repository: str
    path_in_repository: str
    commit: str
    instruction: str

    def address(self) -> str:
        """Public address of the very bytes, or '' where there is none."""
        if self.kind != "copy":
            return ""
        return f"{HOST}/{self.repository}/{self.commit}/{quote(self.path_in_repository)}"

    def carrier(self) -> str:
        """Repository, file and commit as far as they are known, or ''."""
        if not self.repository:
            return ""
        named = f"github.com/{self.repository}"
        named += f" @ {self.commit}" if self.commit else ""
        return f"{named}, {self.path_in_repository}" if self.path_in_repository else named


def raw_files() -> list[RawFile]:
    """Every file of the raw store."""
    rows = text_table(DATA / "reference" / "raw_files.csv").astype({"bytes": int})
    records = rows.to_dict("records")
    return [RawFile(**{str(name): value for name, value in row.items()}) for row in records]


def state(file: RawFile, root: Path) -> str:
    """Whether a raw file is 'present', 'missing' or 'different' from the one listed."""
    path = root / file.path
    if not path.is_file():
        return "missing"
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    return "present" if found == file.sha256 else "different"


def fetch_raw(
    files: list[RawFile],
    root: Path,
    *,
    transport: Transport,
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Fetch the missing copies among the files, and give a sentence for each that failed; what is
    there is never touched.
    """
    failed = []
    for file in files:
        if file.kind != "copy" or state(file, root) != "missing":
            continue
        progress(file.path)
        target = root / file.path
        wanted = Wanted(
            url=file.address(),
            name=target.name,
            types=("text/*", "application/octet-stream"),
            accept="*/*",
            sha256=file.sha256,
            size=file.bytes,
            most=file.bytes,
        )
        created = [folder for folder in target.parents if not folder.exists()]
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            transport.get(wanted, target.parent)
        except (RawDataError, OSError) as problem:
            failed.append(f"{file.path}: {problem}")
            for folder in created:
                with suppress(OSError):  # not there, or not empty
                    folder.rmdir()
    return failed
