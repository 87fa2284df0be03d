"""Wall time of a task, the best of a few runs, so that no other process on the machine decides."""

import time
from collections.abc import Callable


def best(task: Callable[[], object], *, repeats: int = 3) -> float:
    """Fewest seconds of several runs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        task()
        seconds.append(time.perf_counter() - start)
    return min(seconds)
