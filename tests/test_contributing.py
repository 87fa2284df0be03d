"""The worked example of CONTRIBUTING.md, followed to the letter in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib

import pytest
import yaml

from analysis import __version__
from analysis.claims.rules import condition, label_of
from analysis.paths import CATALOGUE, ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"`([\w/]+\.\w+)`:\n\n   ```\w+\n(.*?)\n   ```", re.DOTALL)
LISTED = re.search(r'`("C79": ".*?",)`', TEXT)[1]
FOLLOW = """
import os
from analysis.claims import judge
from analysis.sources.source import RawStore
from analysis.tables import build as building

building.RECIPES = {"wagons": building.RECIPES["wagons"]}
built = building.build(RawStore.from_environment())
print(building.write(built))
"""


def block(language, after):
    """First block of a language after some words of the example."""
    start = TEXT.index(after)
    found = re.search(rf"   ```{language}\n(.*?)\n   ```", TEXT[start:], re.DOTALL)
    return textwrap.dedent(found[1])


def insert(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project in which steps 1 to 7 have been taken."""
    root = tmp_path_factory.mktemp("example")
    for folder in ("analysis", "data"):
        unneeded = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, root / folder, ignore=unneeded)
    files = {name: textwrap.dedent(text) for name, text in BLOCK.findall(TEXT)}
    assert {"example/wagons.csv", "analysis/evidence/wagons.py"} <= set(files)
    for name, text in files.items():
        path = root / ("raw" if name.startswith("example/") else "") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    catalogue = json.loads((root / "data/datapackage.json").read_text(encoding="utf-8"))
    catalogue["sources"].append(json.loads(block("json", "**Say whose it is**")))
    catalogue["resources"].append(json.loads(block("json", "**Describe the table**")))
    (root / "data/datapackage.json").write_text(json.dumps(catalogue), encoding="utf-8")
    with open(root / "data/essay/claims.yaml", "a", encoding="utf-8") as ledger:
        ledger.write("\n" + block("yaml", "**State the claim**") + "\n")
    insert(root / "data/essay/argument.yaml", "supports: [C54,", "supports: [C79, C54,")
    begun = "EVIDENCE = {\n"
    insert(root / "analysis/evidence/__init__.py", begun, f"{begun}    {LISTED}\n")
    return root


def python(project, *words):
    """Run Python in the copy, which comes before the installed project."""
    environment = os.environ | {"PYTHONPATH": str(project), "BALLAST_RAW": str(project / "raw")}
    environment.pop("BALLAST_RUN_DIR", None)
    return subprocess.run(
        [sys.executable, *words], cwd=project, env=environment, capture_output=True, text=True
    )


@pytest.mark.slow
def test_the_number_becomes_a_table_and_the_claim_a_verdict(project):
    built = python(project, "-c", FOLLOW)
    assert built.stdout == "['wagons']\n", built.stderr
    assert (project / "data/tidy/wagons.csv").read_text() == "year,wagons\n2021,1200\n2024,1500\n"
    judged = python(project, "-c", "from analysis.claims import judge; print(judge('C79'))")
    assert "C79 HOLDS: More wagons crossed in 2024 than in 2021." in judged.stdout, judged.stderr
    assert "1,200 wagons in 2021, 1,500 in 2024: +25 %" in judged.stdout
    cited = python(project, "-c", "from analysis.cli import main; main(['data', 'cite', 'wagons'])")
    assert "Example Railways. Wagons at Zabaikalsk." in cited.stdout, cited.stderr


@pytest.mark.slow
def test_the_example_is_in_style_and_its_rule_has_its_edges(project):
    ruff = ("-m", "ruff", "check", "--no-cache", "--config", ROOT / "pyproject.toml")
    checked = python(project, *ruff, "analysis/evidence/wagons.py")
    assert checked.returncode == 0, checked.stdout
    entry = yaml.safe_load(block("yaml", "**State the claim**"))[0]
    rules = {label: condition(text) for label, text in entry["labels"].items()}
    edges = yaml.safe_load(block("yaml", "`tests/claims/edges/wagons.yaml`"))["C79"]
    given = [label_of(rules, entry["thresholds"] | figures) for figures, _ in edges]
    assert given == [label for _, label in edges]
    assert set(given) == set(rules)


def test_one_version_everywhere():
    named = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md")
    project, citation, changes = ((ROOT / name).read_text(encoding="utf-8") for name in named)
    assert tomllib.loads(project)["project"]["version"] == __version__
    assert yaml.safe_load(citation)["version"] == __version__
    assert json.loads(CATALOGUE.read_text(encoding="utf-8"))["version"] == __version__
    assert re.search(r"^## ([\d.]+)", changes, re.MULTILINE)[1] == __version__
