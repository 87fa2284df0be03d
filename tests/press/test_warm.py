"""Forked kernels, as a stranger's notebooks meet them: `papermill --engine ballast` in any
folder."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time

import psutil
import pytest

from analysis.press.notebook import code_cells

DRIVER = """
import json, sys, time, papermill
facts = open(sys.argv[2], "w")
for name, engine, options in json.loads(sys.argv[1]):
    began = time.monotonic()
    try:
        options |= {"engine_name": engine, "progress_bar": False}
        papermill.execute_notebook(f"{name}.ipynb", f"{engine}-{name}.ipynb", **options)
        fault = ""
    except Exception as error:
        fault = type(error).__name__
    print(json.dumps([name, engine, fault, time.monotonic() - began]), file=facts, flush=True)
"""
"""A program that runs notebooks one after the other, all forked kernels from one process."""
HELPER = "def square(x):\n    return x * x\n"
GRACE = 60.0
"""Seconds for processes to go on a busy machine."""


def drive(folder, *runs, **variables):
    """Run notebooks in a folder; what each came to, and what was written to stderr."""
    facts, asked = folder / "facts.jsonl", json.dumps([[*run, {}][:3] for run in runs])
    command = [sys.executable, "-c", DRIVER, asked, str(facts)]
    plain = {name: os.environ[name] for name in os.environ if name != "MPLBACKEND"}  # chosen there
    how = {"capture_output": True, "text": True, "timeout": 300}
    done = subprocess.run(command, cwd=folder, env=plain | variables, **how)
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, facts.read_text().splitlines())
    return {(name, engine): (fault, seconds) for name, engine, fault, seconds in lines}, done.stderr


def outputs(path):
    """Outputs of each code cell, without numbers of processes, addresses in memory and the time of
    day."""
    text = json.dumps([cell["outputs"] for cell in code_cells(json.loads(path.read_text()))])
    cells = json.loads(re.sub(r"ipykernel_\d+|0x[0-9a-f]{8,}|<dc:date>[^<]+|/\w+\.json", "", text))
    return [_joined(cell) for cell in cells]


def _joined(cell):
    """Outputs of a cell whose pieces of one stream are one, for where it is cut depends on the
    clock."""
    texts = {one["name"]: "" for one in cell if one["output_type"] == "stream"}
    for one in cell:
        if one["output_type"] == "stream":
            texts[one["name"]] += "".join(one["text"])
    return [one for one in cell if one["output_type"] != "stream"], texts


def printed(path):
    return [texts.get("stdout", "") for _, texts in outputs(path)]


PROCESSES = """
import multiprocessing, concurrent.futures, subprocess, helper
from multiprocessing import shared_memory
with multiprocessing.get_context("spawn").Pool(1) as pool: print(pool.map(helper.square, [2, 3]))
with multiprocessing.get_context("fork").Pool(1) as pool: print(pool.map(abs, [-2]))
with concurrent.futures.ProcessPoolExecutor(1) as pool: print(list(pool.map(helper.square, [4])))
context = multiprocessing.get_context("forkserver")
process = context.Process(target=helper.square, args=(2,)); process.start()
process.join(); print(process.exitcode)
memory = shared_memory.SharedMemory(create=True, size=8); memory.close(); memory.unlink()
print(multiprocessing.current_process(), multiprocessing.parent_process())
print(multiprocessing.get_start_method())
"""
STATE = """
import gc, locale, logging, os, random, signal, sys, threading, warnings
import matplotlib, numpy, pandas, seaborn, statsmodels.api
own = ("JPY_PARENT_PID",)
print(sys.path, os.path.basename(sys.argv[0]), sys.argv[-1], sys.executable, sys.flags, os.getcwd())
print(sorted(item for item in os.environ.items() if item[0] not in own))
print(*map(signal.getsignal, (signal.SIGINT, signal.SIGCHLD, signal.SIGTERM)))
print(sys.getrecursionlimit(), gc.isenabled(), gc.get_threshold(), locale.getlocale())
print(os.getpgrp() == os.getpid(), logging.getLogger().handlers, numpy.geterr())
print(pandas.options.display.max_rows, threading.active_count(), "papermill" in sys.modules)
print(__name__, "__file__" in globals(), hash("x"), repr(sys.stdin.read()))
print(sorted(map(str, warnings.filters)))
options = sorted(pandas._config.config._registered_options)
print({name: str(pandas.get_option(name)).lower() for name in options})
print({name: str(value) for name, value in sorted(matplotlib.rcParams.items())})
"""
PLAIN = [
    "print('out'); import sys; print('err', file=sys.stderr); 1 + 1",
    "import warnings; warnings.warn('mind')",
    "import logging; logging.warning('mind')",
    """from IPython.display import HTML, JSON, Markdown, SVG, clear_output, display
display(HTML('<b>b</b>'), JSON({'a': 1}), Markdown('*m*'))
display(SVG('<svg xmlns="http://www.w3.org/2000/svg"/>'))
handle = display('before', display_id='here'); handle.update('after')
print('gone'); clear_output(); print('kept')""",
    """import pandas as pd
pd.DataFrame({'a': [1.5, None], 'b': ['x', 'y']}, index=pd.Index([1, 2], name='i'))""",
    "pd.DataFrame(1.5, index=['x'], columns=[f'column {n}' for n in range(30)])",
    "import matplotlib.pyplot as plt; plt.plot([1, 3, 2]); plt.title('a figure')",
    "%matplotlib inline\nplt.hist([1, 1, 2]); plt.show()\nplt.plot([2, 1])",
    """%config InlineBackend.figure_formats = ['svg']
plt.rcParams['svg.hashsalt'] = 'x'
plt.plot([1, 2]); plt.gcf().canvas.get_supported_filetypes()['svg']""",
    """import seaborn as sns; sns.set_theme(); sns.lineplot(x=[1, 2], y=[2, 1])
plt.gca().get_lines()[0].get_color()""",
    """!echo shell
import subprocess, os; subprocess.run(['echo', 'child']); os.system('echo system')""",
    "%%bash\necho bash",
    PROCESSES,
    """import asyncio
async def later(): await asyncio.sleep(0.01); return 'awaited'
print(await asyncio.gather(later(), later()), asyncio.get_running_loop().is_running())""",
    """import threading; threads = [threading.Thread(target=print, args=(n,)) for n in range(2)]
for thread in threads: thread.start(); thread.join()""",
    "try: input('name? ')\nexcept Exception as error: print(type(error).__name__, error)",
    """from tqdm.auto import tqdm; from tqdm import tqdm as plain
for i in plain(range(3), file=sys.stdout, bar_format='{n} of {total}'): pass""",
    "if __name__ == '__main__': print('main')",
    """import random, numpy as np; random.seed(1); np.random.seed(1)
print(random.random(), np.random.rand())""",
    "import helper; helper.square(3)",
    "%env MINE=1\n%run -i script.py",
    "import pickle\nclass Mine:\n    pass\npickle.loads(pickle.dumps(Mine())).__class__",
    STATE,
]
FAILS = ["def f(x):\n    return 1 / x", "f(0)", "'never'"]
OTHER_BACKEND = [
    "import matplotlib; matplotlib.use('agg')\nimport matplotlib.pyplot as plt; plt.plot([1])",
    "plt.show()",
]
ENGINES = ("ballast", "nbclient")
SEEN_AT_TIMES = re.compile(r"KeyboardInterrupt|Assertion failed: pfd\.revents & POLLIN")
"""The first from either engine; the second, of libzmq, once in about twenty forked kernels: its
cause is not known."""


@pytest.fixture(scope="module")
def strangers(tmp_path_factory, build_notebook):
    """Notebooks that know nothing of this project, on forked kernels and on papermill's own."""
    folder = tmp_path_factory.mktemp("strangers")
    (folder / "helper.py").write_text(HELPER)
    (folder / "script.py").write_text(
        "print('script', MINE) if 'MINE' in dir() else print('script')\n"
    )
    (folder / "matplotlibrc").write_text("axes.titlesize: 7\n")
    for name, cells in {"plain": PLAIN, "fails": FAILS, "backend": OTHER_BACKEND}.items():
        build_notebook(folder, name, cells)
    facts, errors = {}, {}
    for engine in ENGINES:
        runs = [(name, engine) for name in ("plain", "fails", "backend")]
        variables = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "MPLBACKEND": ""}
        results, errors[engine] = drive(folder, *runs, **variables)
        facts |= results
    return folder, facts, errors


@pytest.mark.slow
@pytest.mark.parametrize("cell", range(len(PLAIN)))
def test_each_cell_of_a_plain_notebook_gives_what_it_gives_on_papermills_own_engine(
    strangers, cell
):
    folder, facts, errors = strangers
    assert {facts["plain", engine][0] for engine in ENGINES} == {""}
    assert "afresh" not in errors["ballast"]
    forked, own = (outputs(folder / f"{engine}-plain.ipynb")[cell] for engine in ENGINES)
    assert forked == own


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fails", "backend"])
def test_errors_and_other_backends_are_those_of_papermills_own_engine(strangers, name):
    folder, facts, _ = strangers
    faults = {facts[name, engine][0] for engine in ENGINES}
    assert faults == {"PapermillExecutionError" if name == "fails" else ""}
    forked, own = (folder / f"{engine}-{name}.ipynb" for engine in ENGINES)
    assert outputs(forked) == outputs(own)


@pytest.mark.slow
def test_nothing_more_is_recorded_or_reaches_the_terminal_than_from_papermills_own_engine(
    strangers,
):
    folder, _, errors = strangers
    forked, own = (
        json.loads((folder / f"{engine}-plain.ipynb").read_text())["metadata"] for engine in ENGINES
    )
    assert forked | {"papermill": 0} == own | {"papermill": 0}
    forked, own = (
        {line for line in errors[engine].splitlines() if not SEEN_AT_TIMES.search(line)}
        for engine in ENGINES
    )
    assert forked <= own


FORKED = "import os, psutil; print('preloaded' in ' '.join(psutil.Process().cmdline()))"
"""Says whether the kernel that runs it was forked."""
ALTERS = """\
import pandas as pd, numpy as np, matplotlib as mpl, random, os
pd.DataFrame.sum = None; pd.mine = 1; mpl.rcParams['figure.dpi'] = 7
np.random.seed(1); random.seed(1); os.environ['MINE'] = '1'; os.chdir('/')"""
LOOKS = """\
import pandas as pd, numpy as np, matplotlib as mpl, random, os
print(pd.DataFrame({'a': [1, 2]}).sum().a, hasattr(pd, 'mine'), mpl.rcParams['figure.dpi'] == 7,
      'MINE' in os.environ, os.getcwd() == '/')"""
DRAWS = """\
import random, numpy as np
print(random.random(), np.random.rand(), np.random.default_rng().random())"""
STOPS = "import time\ntry: time.sleep(1000)\nexcept KeyboardInterrupt: print('interrupted')"
STARTS = "import subprocess; print(subprocess.Popen(['sleep', '1000']).pid)"
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
ENDS = "import atexit; atexit.register(lambda: open('exit', 'w').write('done'))\n"
ENDS += "left = open('open', 'w'); left.write('not closed')"
FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()"


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory, build_notebook):
    """Notebooks on kernels that were forked from one process, one after the other."""
    folder = tmp_path_factory.mktemp("forked")
    cells = {"alters": [ALTERS, DRAWS], "looks": [LOOKS, DRAWS], "figure": [FIGURE]}
    cells |= {"ends": [ENDS], "dies": [DIES], "stops": [STOPS, "print('goes on')", STARTS]}
    for name, texts in cells.items():
        build_notebook(folder, name, [FORKED, *texts])
    patient = {"execution_timeout": 5, "interrupt_on_timeout": True}
    runs = [(name, "ballast", patient if name == "stops" else {}) for name in cells]
    facts, errors = drive(folder, *runs)
    return folder, facts, errors


def out(one_by_one, name):
    return printed(one_by_one[0] / f"ballast-{name}.ipynb")


def test_every_kernel_was_forked_and_says_nothing_at_the_terminal(one_by_one):
    for name in ("alters", "looks", "figure", "ends", "dies", "stops"):
        assert out(one_by_one, name)[0] == "True\n"
    assert "afresh" not in one_by_one[2]
    assert "To exit, you will have to explicitly quit" not in one_by_one[2]


def test_what_one_notebook_does_to_a_module_no_other_sees_nor_draws_it_the_same_numbers(one_by_one):
    assert out(one_by_one, "looks")[1] == "3 False False False False\n"
    first, second = (out(one_by_one, name)[2].split() for name in ("alters", "looks"))
    assert len({*first, *second}) == 6


def test_figures_are_there(one_by_one):
    (shown,), _ = outputs(one_by_one[0] / "ballast-figure.ipynb")[1]
    assert len(shown["data"]["image/png"]) > 1000


def test_what_a_notebook_leaves_to_the_end_is_done(one_by_one):
    assert (one_by_one[0] / "exit").read_text() == "done"
    assert (one_by_one[0] / "open").read_text() == "not closed"


def test_a_killed_kernel_is_noticed_at_once(one_by_one):
    fault, seconds = one_by_one[1]["dies", "ballast"]
    assert fault == "DeadKernelError"
    assert seconds < 10


def test_an_interrupt_reaches_the_cell_and_what_it_has_started_ends_with_the_notebook(one_by_one):
    interrupted, goes_on, started = out(one_by_one, "stops")[1:]
    assert (interrupted, goes_on) == ("interrupted\n", "goes on\n")
    until = time.monotonic() + 10
    while (alive := is_running(int(started))) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive


def is_running(pid):
    """Whether a process does anything; one that has ended may wait for long until its new parent
    takes note."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


WHERE = "import analysis, sys, os; print(analysis.__file__, os.environ.get('WHO'))"


def one_line(errors):
    """The line that says why a kernel was not forked."""
    (line,) = [line for line in errors.splitlines() if "afresh" in line]
    return line


@pytest.mark.slow
def test_a_folder_with_a_package_of_the_same_name_gets_its_own(tmp_path, build_notebook):
    (tmp_path / "analysis").mkdir()
    (tmp_path / "analysis/__init__.py").write_text("")
    build_notebook(tmp_path, "a", [FORKED, WHERE])
    drive_from(tmp_path / "analysis", tmp_path / "a.ipynb", tmp_path / "out.ipynb", tmp_path)
    assert printed(tmp_path / "out.ipynb") == ["True\n", f"{tmp_path}/analysis/__init__.py None\n"]


def drive_from(start, notebook, target, folder, **variables):
    """Papermill's own command, started in one folder for a notebook that works in another; what it
    says on stderr."""
    command = [sys.executable, "-m", "papermill", "--engine", "ballast", "--no-progress-bar"]
    command += ["--cwd", str(folder), str(notebook), str(target)]
    how = {"capture_output": True, "text": True}
    done = subprocess.run(command, cwd=start, env=os.environ | variables, timeout=120, **how)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.slow
def test_a_folder_that_hides_a_library_gets_a_normal_kernel_and_a_line_says_so(
    tmp_path, build_notebook
):
    (tmp_path / "seaborn.py").write_text("mine = True\n")
    build_notebook(tmp_path, "a", [FORKED, "import seaborn; print(seaborn.mine)"])
    errors = drive_from(tmp_path, tmp_path / "a.ipynb", tmp_path / "out.ipynb", tmp_path)
    assert printed(tmp_path / "out.ipynb") == ["False\n", "True\n"]
    assert "modules that have the names of libraries (seaborn)" in one_line(errors)


BROKEN = {
    "import sys; sys.modules['pyfixest'] = None": (
        "these modules could not be imported beforehand: pyfixest"
    ),
    "from threading import Thread; import time\n"
    "Thread(target=time.sleep, args=(99,), name='mine', daemon=True).start()": (
        "imported modules have started threads (mine)"
    ),
    "import os, sys\nif 'preloaded' in str(sys.orig_argv): os._exit(1)": (
        "the process to fork from does not answer"
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("begins", BROKEN)
def test_where_forking_would_not_do_a_normal_kernel_runs_and_a_line_says_why(
    tmp_path, build_notebook, begins
):
    (tmp_path / "begins").mkdir()
    (tmp_path / "begins/sitecustomize.py").write_text(begins)
    build_notebook(tmp_path, "a", [FORKED, "1"])
    variables = {"PYTHONPATH": str(tmp_path / "begins")}
    places = (tmp_path, tmp_path / "a.ipynb", tmp_path / "out.ipynb", tmp_path)
    errors = drive_from(*places, **variables)
    assert printed(tmp_path / "out.ipynb")[0] == "False\n"
    assert BROKEN[begins] in one_line(errors)


LIVES_LONG = """
import os, sys, papermill
def run(**variables):
    os.environ.update(variables)
    papermill.execute_notebook("a.ipynb", "out.ipynb", engine_name="ballast", progress_bar=False)
    cells = papermill.iorw.load_notebook_node("out.ipynb").cells[1:]
    return "".join(one.text for cell in cells for one in cell.outputs)
print(run(WHO="first").split())
print(run(WHO="second").split())
os.utime(sys.argv[1])
print(run().split())
print(run(PYTHONHASHSEED="3").split())
"""
SHOWS = (
    "import os, sys; print(os.environ['WHO'], 'analysis.errors' in sys.modules, hash('x') == -1)"
)


@pytest.mark.slow
def test_a_program_that_lives_long_gets_new_variables_and_new_source(tmp_path, build_notebook):
    from analysis.press import engine

    build_notebook(tmp_path, "a", [FORKED, SHOWS])
    command = [sys.executable, "-c", LIVES_LONG, engine.__file__]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    how = {"capture_output": True, "text": True, "timeout": 120}
    done = subprocess.run(command, cwd=tmp_path, env=environment, **how)
    assert done.stdout.splitlines() == [
        "['True', 'first', 'True', 'False']",
        "['True', 'second', 'True', 'False']",
        "['True', 'second', 'False', 'False']",
        "['False', 'second', 'False', 'False']",
    ], done.stderr
    assert "variables that are read at the start differ: PYTHONHASHSEED" in one_line(done.stderr)


@pytest.mark.slow
def test_a_program_that_is_killed_leaves_no_kernel_and_nothing_that_it_has_started(
    tmp_path, build_notebook
):
    build_notebook(tmp_path, "a", [STARTS + "\nopen('begun', 'w').close()\nwhile True: pass"])
    asked = json.dumps([["a", "ballast", {}]])
    command = [sys.executable, "-c", DRIVER, asked, str(tmp_path / "facts.jsonl")]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    started = psutil.Process(process.pid).children(recursive=True)
    assert len(started) >= 3
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(started, timeout=GRACE)
    assert alive == []
