"""Notebooks as most readers meet them: opened in JupyterLab in a real browser, all cells run."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from analysis.paths import NOTEBOOKS

pytestmark = pytest.mark.slow

READ = ["04_the_trade_boom", "06_what_is_traded", "09_ballast", "12_scorecard"]
PATIENCE_S = 180
"""Seconds for a server to answer, or for a notebook to run to its end."""
RUNNING = """() => {
  const panel = window.jupyterapp.shell.currentWidget;
  return panel.sessionContext.session.kernel.status === 'idle'
    && panel.content.widgets.every(cell => cell.model.type !== 'code'
      || cell.model.executionCount || !cell.model.sharedModel.getSource().trim());
}"""
FOUND = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets;
  const outputs = cells.flatMap(cell => cell.model.outputs
    ? Array.from({length: cell.model.outputs.length}, (_, i) => cell.model.outputs.get(i)) : []);
  const node = window.jupyterapp.shell.currentWidget.node;
  return {
    errors: outputs.filter(output => output.type === 'error').length,
    pictures: outputs.filter(output => output.data['image/png']).length,
    shown: [...node.querySelectorAll('.jp-OutputArea img')].filter(img => img.naturalWidth).length,
    floating: [...node.querySelectorAll('.card, .card *')]
      .filter(part => getComputedStyle(part).float !== 'none')
      .map(part => part.textContent.slice(0, 60)),
    mathematics: [...node.querySelectorAll('mjx-container')].map(each => each.textContent),
    wide: [...node.querySelectorAll('.jp-CodeCell:not(.jp-mod-collapsed) .cm-scroller')]
      .filter(code => code.scrollWidth > code.clientWidth + 1)
      .map(code => code.textContent.slice(0, 60)),
  };
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab of this environment that serves copies of the notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(NOTEBOOKS, folder / "notebooks")
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    # JupyterLab draws only the cells that are in sight unless it is told otherwise.
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config.py").write_text(
        "from jupyterlab.galata import configure_jupyter_server\n"
        "configure_jupyter_server(c)\n"
        f"c.ServerApp.port = {port}\nc.ServerApp.allow_root = True\n"
        f"c.LabApp.user_settings_dir = {str(folder / 'settings')!r}\n"
    )
    lab = Path(sys.executable).with_name("jupyter-lab")
    places = {"JUPYTERLAB_GALATA_ROOT_DIR": str(folder / "notebooks"), "HOME": str(folder)}
    with open(folder / "log", "w") as log:
        server = subprocess.Popen(
            [lab, f"--config={folder / 'config.py'}"],
            env=os.environ | places,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            urllib.request.urlopen(f"{address}/api/status")
            break
        except (urllib.error.URLError, ConnectionError):
            assert server.poll() is None, (folder / "log").read_text()[-2000:]
            assert time.monotonic() < until, (folder / "log").read_text()[-2000:]
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait()


@pytest.mark.parametrize("name", READ)
def test_a_notebook_runs_in_jupyterlab_and_looks_as_it_should(name, lab, browser):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(1000 * PATIENCE_S)
    page.goto(f"{lab}/lab/tree/{name}.ipynb?reset")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.content?.widgets?.length")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel"
    )
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(RUNNING)
    found = page.evaluate(FOUND)
    page.close()
    committed = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())
    outputs = [each for cell in committed["cells"] for each in cell.get("outputs", ())]
    pictures = sum("image/png" in output.get("data", {}) for output in outputs)
    assert found["errors"] == 0
    assert found["pictures"] == pictures
    assert found["shown"] >= pictures
    prose = ["".join(c["source"]) for c in committed["cells"] if c["cell_type"] == "markdown"]
    formulas = "".join(prose).count("$$") // 2
    assert len(found["mathematics"]) == formulas, found["mathematics"]
    assert found["wide"] == []
    assert found["floating"] == [], "parts of a card stand in columns of their own"
