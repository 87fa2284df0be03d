"""What a killed process leaves behind: unfinished files and folders, which end in its number."""

import os
import re
import shutil
from pathlib import Path

UNFINISHED = re.compile(r"\..+[.-](\d+)")


def unfinished(final: Path) -> Path:
    """Hidden place beside a file or folder, where this process makes it before it is shown."""
    return final.with_name(f".{final.name}.{os.getpid()}")


def swept(folder: Path, *, begins: str = "") -> None:
    """Remove unfinished files and folders of processes that are gone. In a folder that is not ours
    alone, only names are looked at that begin as ours do.
    """
    for path in folder.glob(f".{begins}*"):
        named = UNFINISHED.fullmatch(path.name)
        if named and not _runs(int(named[1])):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
