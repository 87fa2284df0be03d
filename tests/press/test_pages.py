import json
import re

import pytest

from analysis.press.notebook import NotebookError
from analysis.press.pages import build_pages

ELSEWHERE = re.compile(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\(""")


@pytest.fixture
def executed(make_notebook, tmp_path):
    path = make_notebook(
        "04_boom", "print('<b>')", "# How much?\n\n$x^2$ <script>1</script>", folder=tmp_path / "executed"
    )
    content = json.loads(path.read_text())
    content["cells"][1]["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": ["<b>\n"]},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": "aGk="}},
    ]
    path.write_text(json.dumps(content))
    return path.parent


def test_pages_are_whole_and_fetch_nothing(executed, tmp_path):
    index = build_pages(executed, tmp_path / "pages")
    page = (tmp_path / "pages" / "04_boom.html").read_text()
    assert index == tmp_path / "pages" / "index.html"
    assert '<a href="04_boom.html">About 04_boom</a>' in index.read_text()
    assert "<title>About 04_boom</title>" in page
    assert "data:image/png;base64,aGk=" in page
    assert '<details class="code"><summary>code</summary>' in page
    assert "&lt;b&gt;" in page
    assert not ELSEWHERE.search(page + index.read_text())


def test_the_index_shows_verdicts_where_there_are_some(executed, tmp_path):
    verdicts = tmp_path / "verdicts.json"
    assert "Verdicts" not in build_pages(executed, tmp_path / "pages", verdicts=verdicts).read_text()
    verdicts.write_text(json.dumps([{"id": "C01", "quote": "a < b", "verdict": "holds", "notebook": "04_boom"}]))
    index = build_pages(executed, tmp_path / "pages", verdicts=verdicts).read_text()
    assert "<td>C01</td>" in index
    assert "a &lt; b" in index
    assert '<a href="04_boom.html">04_boom</a>' in index


def test_a_page_that_would_fetch_something_is_refused(make_notebook, tmp_path):
    make_notebook("a", '# T\n\n<img src="https://example.org/x.png">', folder=tmp_path / "executed")
    with pytest.raises(NotebookError, match=r"page of a would fetch .*example\.org"):
        build_pages(tmp_path / "executed", tmp_path / "pages")


def test_nothing_to_render_is_explained(tmp_path):
    with pytest.raises(NotebookError, match=r"no executed notebooks.*ballast run"):
        build_pages(tmp_path, tmp_path / "pages")
