"""Sweeps whose notebook, results or both are in S3: a server of that interface on this machine."""

import json

import boto3
import pyarrow.parquet as parquet
import pytest
import requests
from moto.server import ThreadedMotoServer
from papermill.s3 import S3

from analysis import paths
from analysis.press.execute import Executed
from analysis.press.files import OutputError
from analysis.press.notebook import NotebookError
from analysis.press.sweep import sweep
from tests.press.conftest import Answers

AWS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "1",
}
PARAMETER = "n = 0  # from 0 to 1000"
pytestmark = pytest.mark.slow
MEASURED = [{"measure": "square", "value": 4}]


@pytest.fixture(scope="module")
def server():
    one = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def bucket(server, monkeypatch, tmp_path):
    """A bucket with one notebook; the project's build folder is a temporary one."""
    host, port = server.get_host_and_port()
    for name, value in {"BOTO3_ENDPOINT_URL": f"http://{host}:{port}", **AWS}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(S3, "s3_session", (None, None, None))
    monkeypatch.setattr(paths, "BUILD", tmp_path / "build")
    one = Bucket(f"http://{host}:{port}")
    yield one
    one.close()


class Bucket:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        requests.post(f"{endpoint}/moto-api/reset", timeout=10)
        self.client = boto3.client("s3", endpoint_url=endpoint)
        self.client.create_bucket(Bucket="mine")

    def put(self, path):
        self.client.put_object(Bucket="mine", Key="in/a.ipynb", Body=path.read_bytes())
        return "s3://mine/in/a.ipynb"

    def keys(self):
        listed = self.client.list_objects_v2(Bucket="mine").get("Contents", [])
        return [entry["Key"] for entry in listed]

    def read(self, key):
        return self.client.get_object(Bucket="mine", Key=key)["Body"].read()

    def refuse_after(self, requests_allowed):
        address = f"{self.endpoint}/moto-api/reset-auth"
        requests.post(address, data=str(requests_allowed), timeout=10)

    def close(self):
        self.refuse_after("inf")
        self.client.close()


@pytest.fixture
def answered(monkeypatch):
    """Names of what was run, which is answered here, without kernels."""
    facts = {"error": "", "seconds": 1.0, "measured": MEASURED}
    return Answers(monkeypatch, lambda job: Executed(notebook=job.notebook, **facts)).executed


def test_a_notebook_from_s3_is_run_and_its_results_go_there(bucket, make_notebook, tmp_path):
    address = bucket.put(make_notebook("a", "print(n * n)", parameters=PARAMETER))
    swept = sweep(address, over={"n": [1, 2]}, output="s3://mine/out", cache=tmp_path / "cache")
    assert dict(swept.counts) == {"run": 2}
    kept = ["a__n-1.ipynb", "a__n-2.ipynb", "index.html", "results.parquet"]
    assert bucket.keys() == ["in/a.ipynb", *(f"out/{name}" for name in kept)]
    ran = json.loads(bucket.read("out/a__n-2.ipynb"))
    assert ran["cells"][3]["outputs"][0]["text"] == ["4\n"]
    assert ran["metadata"]["papermill"]["input_path"] == address
    assert ran["metadata"]["papermill"]["output_path"] == "s3://mine/out/a__n-2.ipynb"


def test_the_table_is_here_and_there(bucket, answered, make_notebook, tmp_path):
    address = bucket.put(make_notebook("a", parameters=PARAMETER))
    swept = sweep(address, over={"n": [1, 2]}, output="s3://mine/out/", cache=tmp_path / "cache")
    assert swept.table == tmp_path / "build/sweeps/a/results.parquet"
    assert swept.table.read_bytes() == bucket.read("out/results.parquet")
    assert parquet.read_table(swept.table).column("value").to_pylist() == [4, 4]
    assert swept.index == "s3://mine/out/index.html"
    assert '<a href="a__n-2.ipynb">' in bucket.read("out/index.html").decode()
    sweep(address, over={"n": [1, 2, 3]}, output="s3://mine/out", cache=tmp_path / "cache")
    assert answered == ["a__n-1", "a__n-2", "a__n-3"]
    sweep(address, over={"n": [1]}, output=tmp_path / "out", cache=tmp_path / "cache")
    kept = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert kept == ["a__n-1.ipynb", "index.html", "results.parquet"]


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("s3://mine/in/b.ipynb", "cannot be read: .*check the name of the bucket"),
        ("s3://yours/in/a.ipynb", "cannot be read: .*check the name of the bucket"),
        ("http://127.0.0.1:1/a.ipynb", "cannot be read: .*check the address"),
    ],
)
def test_a_notebook_that_cannot_be_had_is_an_explained_error(
    bucket, answered, address, text, tmp_path
):
    with pytest.raises(NotebookError, match=text):
        sweep(address, over={"n": [1]}, output=tmp_path / "out", cache=tmp_path / "cache")
    assert answered == []


@pytest.mark.parametrize("refusal", ["no bucket", "no permission", "no server"])
def test_a_bucket_that_refuses_is_met_before_anything_runs(
    bucket, answered, make_notebook, tmp_path, monkeypatch, refusal
):
    path = make_notebook("a", parameters=PARAMETER)
    name = "yours" if refusal == "no bucket" else "mine"
    if refusal == "no permission":
        bucket.refuse_after(0)
    if refusal == "no server":
        monkeypatch.setenv("BOTO3_ENDPOINT_URL", "http://127.0.0.1:1")
    said = r"s3://.*index.html cannot be written: .*check the name of the bucket"
    with pytest.raises(OutputError, match=said):
        sweep(path, over={"n": [1]}, output=f"s3://{name}/out", cache=tmp_path / "cache")
    assert answered == []


def test_a_bucket_that_refuses_in_mid_sweep_fails_those_runs_and_the_same_command_mends_them(
    bucket, answered, make_notebook, tmp_path
):
    path = make_notebook("a", parameters=PARAMETER)
    options = {"over": {"n": [1, 2, 3]}, "output": "s3://mine/out", "cache": tmp_path / "cache"}

    def refuse_from_the_second(outcome, total):
        if outcome:
            bucket.refuse_after(0)

    outcomes = []
    with pytest.raises(OutputError, match=r"results\.parquet cannot be written"):
        sweep(
            path,
            **options,
            report=lambda one, total: (outcomes.append(one), refuse_from_the_second(one, total)),
        )
    assert [one.status for one in outcomes if one] == ["run", "failed", "failed"]
    assert "s3://mine/out/a__n-2.ipynb cannot be written" in outcomes[2].error
    table = parquet.read_table(tmp_path / "build/sweeps/a/results.parquet")
    assert table.column("status").to_pylist() == ["run", "failed", "failed"]
    bucket.refuse_after("inf")
    assert dict(sweep(path, **options).counts) == {"unchanged": 3}
    assert len(answered) == 3
