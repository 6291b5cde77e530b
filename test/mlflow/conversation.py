"""What an unmodified MLflow client and a tracking server say to each other, group by group.

Writes one JSON object: group -> what the client got. Ids are replaced by the order in which they appear, so that two
servers can be compared field by field. An error is {"error": its MLflow code}.

    MLFLOW_TRACKING_URI=http://... [MLFLOW_TRACKING_TOKEN=...] python conversation.py OUTPUT.json
"""

import json
import math
import os
import re
import sys
import tempfile
import time

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow  # noqa: E402
import requests  # noqa: E402
from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import Metric, Param, RunTag, ViewType  # noqa: E402
from mlflow.exceptions import MlflowException  # noqa: E402

URI = os.environ["MLFLOW_TRACKING_URI"]
TOKEN = os.environ.get("MLFLOW_TRACKING_TOKEN")
client = MlflowClient()
MAJOR = int(mlflow.__version__.split(".")[0])
GROUPS = []


def group(function):
    GROUPS.append(function)
    return function


def folder(**files):
    path = tempfile.mkdtemp()
    for name, content in files.items():
        target = os.path.join(path, name.replace("__", "/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    return path


def attempt(function, *arguments, **named):
    try:
        return function(*arguments, **named)
    except MlflowException as error:
        return {"error": error.error_code}


def show_run(run):
    return {
        "name": run.info.run_name,
        "status": run.info.status,
        "lifecycle": run.info.lifecycle_stage,
        "ended": run.info.end_time is not None,
        "artifacts": run.info.artifact_uri,
        "experiment": run.info.experiment_id,
        "id": run.info.run_id,
        "params": {key: value[:50] for key, value in run.data.params.items()},
        "metrics": {key: spell(value) for key, value in run.data.metrics.items()},
        "tags": {k: v[:50] for k, v in run.data.tags.items() if not k.startswith("mlflow.source") and k != "mlflow.user"},
    }


def spell(value):
    """Infinities: MLflow's own server stores them as the largest double; keeping them is better, and so they count as equal."""
    if math.isnan(value):
        return "NaN"
    if abs(value) > 1.7e308:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def show_experiment(experiment):
    return {
        "id": experiment.experiment_id,
        "name": experiment.name,
        "stage": experiment.lifecycle_stage,
        "location": experiment.artifact_location,
        "tags": dict(experiment.tags),
    }


def show_version(version):
    return {
        "name": version.name,
        "version": str(version.version),
        "stage": version.current_stage,
        "description": version.description or "",
        "source": version.source,
        "run": version.run_id or "",
        "status": version.status,
        "tags": dict(version.tags),
        "aliases": sorted(version.aliases),
    }


def show_registered(model):
    return {
        "name": model.name,
        "description": model.description or "",
        "tags": dict(model.tags),
        "aliases": {alias: str(version) for alias, version in model.aliases.items()},
        "latest": sorted(str(v.version) for v in model.latest_versions),
    }


def rest(method, path, raw=None, **fields):
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    if raw is not None:
        answer = requests.request(method, f"{URI}{path}", data=raw, headers=headers, timeout=60)
    elif method == "GET":
        answer = requests.get(f"{URI}{path}", params=fields, headers=headers, timeout=60)
    else:
        answer = requests.request(method, f"{URI}{path}", json=fields, headers=headers, timeout=60)
    try:
        body = answer.json()
    except ValueError:
        body = None
    code = body.get("error_code") if isinstance(body, dict) else None
    return {"status": answer.status_code, "code": code}


state = {}


@group
def experiments():
    state["experiment"] = client.create_experiment("conversation", tags={"team": "a"})
    client.set_experiment_tag(state["experiment"], "topic", "digits")
    return [
        show_experiment(client.get_experiment(state["experiment"])),
        show_experiment(client.get_experiment_by_name("conversation")),
        client.get_experiment_by_name("nobody") is None,
        show_experiment(client.get_experiment("0")),
    ]


@group
def experiment_errors():
    return [
        attempt(client.create_experiment, "conversation"),
        attempt(client.create_experiment, ""),
        attempt(client.get_experiment, "999999"),
        attempt(client.rename_experiment, "999999", "x"),
        attempt(client.delete_experiment, "999999"),
        rest("POST", "/api/2.0/mlflow/experiments/create"),
        rest("POST", "/api/2.0/mlflow/experiments/create", name=5),
        rest("GET", "/api/2.0/mlflow/experiments/get"),
    ]


@group
def experiment_life():
    other = client.create_experiment("other")
    client.rename_experiment(other, "renamed")
    active, deleted_run = [client.create_run(other, run_name=name).info.run_id for name in ("active", "deleted")]
    client.delete_run(deleted_run)
    stages = lambda: [client.get_run(run).info.lifecycle_stage for run in (active, deleted_run)]  # noqa: E731
    before = stages()
    client.delete_experiment(other)
    deleted = client.get_experiment(other)
    results = [
        show_experiment(deleted),
        attempt(client.create_experiment, "renamed"),
        attempt(client.create_run, other),
        before,
        stages(),
        attempt(client.log_metric, active, "m", 1),
        sorted(e.name for e in client.search_experiments(view_type=ViewType.DELETED_ONLY)),
    ]
    client.restore_experiment(other)
    results += [show_experiment(client.get_experiment(other)), stages()]
    client.delete_experiment(other)
    return results


@group
def search_experiments():
    for name in ("search-a", "search-b", "Search-C"):
        client.create_experiment(name, tags={"kind": name[-1]})
    names = lambda **named: attempt(lambda: [e.name for e in client.search_experiments(**named)])  # noqa: E731
    first = client.search_experiments(filter_string="name LIKE 'search-%'", order_by=["name ASC"], max_results=1)
    return [
        names(filter_string="name LIKE 'search-%'", order_by=["name ASC"]),
        names(filter_string="name ILIKE 'search-%'", order_by=["name DESC"]),
        names(filter_string="tags.kind = 'a'"),
        names(filter_string="tags.kind != 'a'", order_by=["name"]),
        names(filter_string="name = 'search-a' AND tags.`kind` = 'a'"),
        names(filter_string="creation_time > 0 and name LIKE 'search%'", order_by=["creation_time DESC"]),
        names(filter_string="name > 'a'"),
        names(filter_string="metrics.x > 1"),
        names(filter_string="name = search"),
        names(order_by=["tags.kind"]),
        [e.name for e in first],
        [e.name for e in client.search_experiments(
            filter_string="name LIKE 'search-%'", order_by=["name ASC"], max_results=1, page_token=first.token)],
    ]


@group
def one_run():
    mlflow.set_experiment("conversation")
    with mlflow.start_run(run_name="first", tags={"given": "1"}, description="a run") as run:
        state["run"] = run.info.run_id
        mlflow.log_param("rate", 0.1)
        mlflow.log_params({"layers": 3, "kind": "cnn", "empty": ""})
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metric("loss", 0.25, step=2)
        mlflow.log_metrics({"accuracy": 0.9, "nan": math.nan, "up": math.inf, "down": -math.inf}, step=2)
        mlflow.set_tag("stage", "test")
        mlflow.set_tags({"a": "1", "b": "2"})
        mlflow.delete_tag("b")
    return show_run(client.get_run(state["run"]))


@group
def latest_is_by_step():
    run = client.create_run(state["experiment"], run_name="latest")
    for value, timestamp, step in [(1, 5, 0), (2, 4, 2), (3, 9, 1), (4, 4, 2), (3.5, 4, 2)]:
        client.log_metric(run.info.run_id, "m", value, timestamp=timestamp, step=step)
    client.log_metric(run.info.run_id, "same", 1, timestamp=1, step=1)
    client.log_metric(run.info.run_id, "same", 1, timestamp=1, step=1)
    history = [(m.value, m.timestamp, m.step) for m in client.get_metric_history(run.info.run_id, "m")]
    return [
        client.get_run(run.info.run_id).data.metrics,
        sorted(history),
        len(client.get_metric_history(run.info.run_id, "same")),
        client.get_metric_history(run.info.run_id, "absent"),
        attempt(client.get_metric_history, "0" * 32, "m"),
    ]


@group
def history_of_a_long_metric():
    run = client.create_run(state["experiment"], run_name="long")
    points = [Metric("m", i / 7, 1000 + i, i) for i in range(2500)]
    client.log_batch(run.info.run_id, metrics=points)
    history = client.get_metric_history(run.info.run_id, "m")
    bulk = [(m.step, m.value) for m in history[:3]]
    return [len(history), bulk, history[-1].step, client.get_run(run.info.run_id).data.metrics]


@group
def batches():
    run = client.create_run(state["experiment"], run_name="batch").info.run_id
    client.log_batch(
        run,
        metrics=[Metric("a", 1.5, 1, 0), Metric("a", 2.5, 2, 1)],
        params=[Param("p", "1"), Param("q", "two")],
        tags=[RunTag("t", "x")],
    )
    point = {"key": "m", "value": 1, "timestamp": 1, "step": 0}
    path = "/api/2.0/mlflow/runs/log-batch"
    results = [
        rest("POST", path, run_id=run, metrics=[point] * 1001),
        rest("POST", path, run_id=run, params=[{"key": f"p{i}", "value": "1"} for i in range(101)]),
        rest("POST", path, run_id=run, tags=[{"key": f"p{i}", "value": "1"} for i in range(101)]),
        rest("POST", path, run_id=run, metrics=[point] * 950, params=[{"key": f"p{i}", "value": "1"} for i in range(51)]),
        rest("POST", path, run_id=run, params=[{"key": "x", "value": "1"}, {"key": "x", "value": "2"}]),
        rest("POST", path, run_id=run, metrics=[{"key": "m", "value": 1, "timestamp": 1}]),
        rest("POST", path, run_id=run, metrics=[{"value": 1, "timestamp": 1}]),
        rest("POST", path, run_id=run),
        rest("POST", path),
    ]
    return [results, show_run(client.get_run(run))]


@group
def params_do_not_change():
    run = client.create_run(state["experiment"], run_name="params").info.run_id
    client.log_param(run, "p", "1")
    return [
        attempt(client.log_param, run, "p", "1"),
        attempt(client.log_param, run, "p", "2"),
        attempt(client.log_batch, run, params=[Param("p", "3"), Param("new", "1")]),
        attempt(client.log_param, run, "a/b c.d-e:f", "1"),
        attempt(client.log_param, run, "../up", "1"),
        attempt(client.log_param, run, "odd?", "1"),
        attempt(client.log_param, run, "", "1"),
        attempt(client.log_param, run, "k" * 251, "1"),
        attempt(client.log_param, run, "k" * 250, "1"),
        rest("POST", "/api/2.0/mlflow/runs/log-parameter", run_id=run, key="long", value="v" * 6001),
        rest("POST", "/api/2.0/mlflow/runs/log-parameter", run_id=run, key="long", value="v" * 6000),
        sorted(client.get_run(run).data.params),
    ]


@group
def metric_errors():
    run = client.create_run(state["experiment"], run_name="metrics").info.run_id
    path = "/api/2.0/mlflow/runs/log-metric"
    return [
        rest("POST", path, run_id=run, key="m", value="text", timestamp=1),
        rest("POST", path, run_id=run, key="m", timestamp=1),
        rest("POST", path, run_id=run, key="m", value="NaN", timestamp=1),
        rest("POST", path, run_id=run, key="m", value=1, timestamp="12", step="3"),
        rest("POST", path, run_id=run, key="m", value=1, timestamp=1.5),
        rest("POST", path, run_id="0" * 32, key="m", value=1, timestamp=1),
        rest("POST", path, run_id=run, key="../m", value=1, timestamp=1),
        rest("POST", path, run_id=run, value=1, timestamp=1),
        rest("POST", path, raw=b"{"),
        rest("POST", path, raw=b"[]"),
        {key: spell(value) for key, value in client.get_run(run).data.metrics.items()},
    ]


@group
def tags():
    run = client.create_run(state["experiment"], run_name="tags", tags={"x": "1"}).info.run_id
    client.set_tag(run, "x", "2")
    client.set_tag(run, "mlflow.runName", "renamed")
    results = [
        attempt(client.delete_tag, run, "absent"),
        attempt(client.delete_tag, run, "x"),
        attempt(client.set_tag, "0" * 32, "x", "1"),
        rest("POST", "/api/2.0/mlflow/runs/set-tag", run_id=run, key="long", value="v" * 8001),
    ]
    client.update_run(run, name="again")
    return [*results, show_run(client.get_run(run))]


@group
def run_life():
    run = client.create_run(state["experiment"], run_name="life").info.run_id
    client.set_terminated(run, "FAILED", end_time=99)
    results = [show_run(client.get_run(run))]
    client.update_run(run, status="RUNNING")
    results.append(show_run(client.get_run(run)))
    client.delete_run(run)
    results += [
        show_run(client.get_run(run)),
        attempt(client.log_metric, run, "m", 1),
        attempt(client.log_param, run, "p", 1),
        attempt(client.set_tag, run, "t", 1),
        [r.info.run_name for r in client.search_runs([state["experiment"]], run_view_type=ViewType.DELETED_ONLY)],
    ]
    client.restore_run(run)
    results.append(client.get_run(run).info.lifecycle_stage)
    client.delete_run(run)
    return results


@group
def run_errors():
    return [
        attempt(client.get_run, "0" * 32),
        attempt(client.create_run, "999999"),
        attempt(client.delete_run, "0" * 32),
        attempt(client.restore_run, "0" * 32),
        rest("GET", "/api/2.0/mlflow/runs/get"),
        rest("GET", "/api/2.0/mlflow/runs/get", run_id="../../etc"),
        rest("POST", "/api/2.0/mlflow/runs/create", run_name="x", tags=[{"key": "mlflow.runName", "value": "y"}],
             experiment_id=state["experiment"]),
        rest("POST", "/api/2.0/mlflow/nonsense"),
        rest("GET", "/api/2.0/mlflow/runs/search/more"),
    ]


@group
def nested_runs():
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metric("inner", 1)
        mlflow.log_metric("outer", 2)
    found = client.search_runs([state["experiment"]], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
    return [[run.info.run_name for run in found], show_run(client.get_run(child.info.run_id))["metrics"],
            mlflow.get_parent_run(child.info.run_id).info.run_name]


@group
def resumed_run():
    with mlflow.start_run(run_id=state["run"]):
        mlflow.log_metric("later", 1)
        during = client.get_run(state["run"]).info.status
    return [during, show_run(client.get_run(state["run"]))]


@group
def search_runs():
    experiment = client.create_experiment("runs")
    state["searched"] = experiment
    for i in range(6):
        run = client.create_run(experiment, run_name=f"run-{i}", start_time=1000 + i, tags={"even": str(i % 2 == 0)})
        client.log_metric(run.info.run_id, "m", [0.5, 0.1, math.nan, 0.9, 0.3, math.inf][i])
        if i != 4:
            client.log_metric(run.info.run_id, "some", i)
        client.log_param(run.info.run_id, "p", f"Value_{i % 3}")
        if i < 3:
            client.set_terminated(run.info.run_id, end_time=2000 + i)
    names = lambda filter_string="", order_by=None, **named: attempt(lambda: [  # noqa: E731
        run.info.run_name for run in client.search_runs([experiment], filter_string, order_by=order_by, **named)])
    filters = [
        "", "metrics.m > 0.2", "metrics.m <= 0.3", "metrics.m != 0.5", "metric.m = 0.1", "metrics.absent > 0",
        "params.p = 'Value_0'", "params.p != 'Value_0'", "param.p LIKE 'Value%'", "params.p LIKE 'value%'",
        "params.p ILIKE 'value_1'", "parameters.p LIKE '%_2'", "params.absent = 'x'", "params.absent != 'x'",
        "tags.even = 'True'", "tag.even != 'True' and metrics.m < 0.5", "tags.absent IS NULL", "tags.even IS NOT NULL",
        "params.p IS NOT NULL", "attributes.status = 'FINISHED'", "status != 'FINISHED'", "attr.status LIKE 'RUN%'",
        "attributes.run_name = 'run-3'", "run_name LIKE 'run-%' AND start_time > 1002", "start_time >= 1005",
        "end_time < 2002", "attributes.`run name` = 'run-1'", "run.run_name ILIKE 'RUN-5'", "created > 1004",
        "metrics.\"m\" > 0.2", "metrics.`m` > 0.2 AND tags.\"even\" = 'True'", "params.p = \"Value_1\"",
        "artifact_uri LIKE '%artifacts'", "user_id != 'x'",
        "metrics.m > 0.2 OR metrics.m < 0.1", "metrics.m", "metrics.m > 'x'", "metrics.m LIKE '1'", "params.p = 1",
        "params.p > 'a'", "nobody.m > 1", "attributes.nothing = 'x'", "metrics.m > 0.2 metrics.m < 1", "m > 1",
        "run_id IN ('a', 'b')", "run_id NOT IN ('a')", "status IN ('FINISHED')", "start_time > 'x'", "run_name = run",
        "datasets.name = 'none'", "dataset.context = 'train'", "datasets.other = 'x'", "run_name IS NULL",
        "params.p = 'a' AND", "AND", "metrics.m > 1e-1", "metrics.m > -1", "metrics.m > +0.2", "metrics.m > .2",
        "(metrics.m > 0.2)", "metrics.m>0.2", "  metrics.m   >0.2  ", "metrics.m == 0.5", "metrics.m <> 0.5",
        "tags.x.y = 'z'", "metrics.m > 0.2;", "params.p = 'it''s'", "params.p like 'Value_0'", "Metrics.m > 0.2",
    ]
    orders = [
        ["metrics.m ASC"], ["metrics.m DESC"], ["metrics.m"], ["metrics.some DESC"], ["metrics.some"],
        ["params.p ASC", "metrics.m DESC"], ["tags.even", "start_time ASC"], ["start_time ASC"], ["end_time"],
        ["end_time DESC"], ["attributes.run_name DESC"], ["run_name"], ["status", "run_name"], ["created DESC"],
        ["metrics.absent"], ["metrics.`m` desc"], ["metrics.m UP"], ["nothing"], ["datasets.name"], ["metrics.m ASC extra"],
    ]
    pages, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=["start_time ASC"], max_results=4, page_token=token)
        pages.append([run.info.run_name for run in page])
        token = page.token
        if not token:
            break
    return [
        {text: names(text) for text in filters},
        {", ".join(order): names(order_by=order) for order in orders},
        pages,
        attempt(client.search_runs, [experiment], max_results=50001),
        attempt(client.search_runs, [experiment], page_token="nonsense"),
        len(client.search_runs([])),
        len(client.search_runs([experiment, state["experiment"]])) > 6,
    ]


@group
def artifacts():
    run = state["run"]
    path = folder(**{"a.txt": "alpha", "sub__b.bin": bytes(range(256)) * 500, "sub__deep__c.txt": "c", "sub__empty": ""})
    client.log_artifact(run, os.path.join(path, "a.txt"))
    client.log_artifacts(run, path, "tree")
    client.log_text(run, "text +ä#?%20.txt", "odd/na me+ä.txt")
    client.log_dict(run, {"x": [1, 2]}, "data.json")
    listing = lambda at=None: [(f.path, f.is_dir, f.file_size or 0) for f in client.list_artifacts(run, at)]  # noqa: E731
    down = mlflow.artifacts.download_artifacts(run_id=run, artifact_path="tree")
    with open(os.path.join(down, "sub", "b.bin"), "rb") as file:
        same = file.read() == bytes(range(256)) * 500
    return [
        sorted(listing()), sorted(listing("tree")), sorted(listing("tree/sub")), listing("a.txt"), listing("absent"),
        same, os.path.getsize(os.path.join(down, "sub", "empty")),
        mlflow.artifacts.load_text(f"runs:/{run}/odd/na me+ä.txt"),
        mlflow.artifacts.load_dict(f"runs:/{run}/data.json"),
        client.get_run(run).info.artifact_uri,
    ]


@group
def artifact_replaced_and_gone():
    run = state["run"]
    client.log_text(run, "one", "again.txt")
    client.log_text(run, "two", "again.txt")
    absent = rest("GET", f"/api/2.0/mlflow-artifacts/artifacts/{state['experiment']}/{run}/artifacts/absent.txt")
    text = mlflow.artifacts.load_text(f"runs:/{run}/again.txt")
    path = f"/api/2.0/mlflow-artifacts/artifacts/{state['experiment']}/{run}/artifacts/again.txt"
    return [text, absent["status"], rest("DELETE", path)["status"], rest("GET", path)["status"]]


@group
def datasets():
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset("train", "abc123", "http", json.dumps({"url": "https://example.org/train.csv"}), schema="{}")
    run = client.create_run(state["experiment"], run_name="with dataset")
    for _ in range(2):
        client.log_inputs(run.info.run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
    got = client.get_run(run.info.run_id)
    search = lambda text: [r.info.run_name for r in client.search_runs([state["experiment"]], text)]  # noqa: E731
    return [
        [(i.dataset.name, i.dataset.digest, i.dataset.source_type, json.loads(i.dataset.source),
          {t.key: t.value for t in i.tags}) for i in got.inputs.dataset_inputs],
        search("datasets.name = 'train'"), search("dataset.digest LIKE 'abc%'"), search("datasets.context = 'training'"),
        search("datasets.name != 'train'"), search("datasets.name IN ('train', 'x')"), search("datasets.name NOT IN ('train')"),
    ]


@group
def registry():
    results = []
    model = client.create_registered_model("digits", tags={"t": "1"}, description="reads digits")
    results.append(show_registered(model))
    results.append(attempt(client.create_registered_model, "digits"))
    results.append(attempt(client.create_registered_model, ""))
    results.append(attempt(client.create_registered_model, "a/b"))
    results.append(attempt(client.create_registered_model, "a:b"))
    results.append(attempt(client.get_registered_model, "nobody"))
    client.update_registered_model("digits", "reads them well")
    client.set_registered_model_tag("digits", "u", "2")
    client.delete_registered_model_tag("digits", "t")
    results.append(show_registered(client.get_registered_model("digits")))
    client.create_registered_model("old name")
    client.rename_registered_model("old name", "new name")
    results.append(attempt(client.rename_registered_model, "new name", "digits"))
    results.append(attempt(client.get_registered_model, "old name"))
    results.append(show_registered(client.get_registered_model("new name")))
    client.delete_registered_model("new name")
    results.append(attempt(client.get_registered_model, "new name"))
    return results


@group
def versions():
    run = client.get_run(state["run"])
    source = f"{run.info.artifact_uri}/tree"
    results = [show_version(client.create_model_version("digits", source, run.info.run_id, description=f"v{i}"))
               for i in range(3)]
    client.update_model_version("digits", "2", "second")
    client.set_model_version_tag("digits", "2", "good", "yes")
    client.set_model_version_tag("digits", "2", "bad", "no")
    client.delete_model_version_tag("digits", "2", "bad")
    results += [
        show_version(client.get_model_version("digits", "2")),
        client.get_model_version_download_uri("digits", "1"),
        attempt(client.get_model_version, "digits", "9"),
        attempt(client.get_model_version, "nobody", "1"),
        attempt(client.get_model_version, "digits", "x"),
        attempt(client.create_model_version, "nobody", source, run.info.run_id),
        attempt(client.create_model_version, "digits", "/etc/passwd"),
        attempt(client.create_model_version, "digits", "file:///etc"),
        attempt(client.create_model_version, "digits", f"{run.info.artifact_uri}/../../other"),
        attempt(client.create_model_version, "digits", ""),
    ]
    return results


@group
def aliases():
    client.set_registered_model_alias("digits", "best", "2")
    client.set_registered_model_alias("digits", "Also-best_2", "2")
    results = [
        show_version(client.get_model_version_by_alias("digits", "best")),
        show_registered(client.get_registered_model("digits")),
    ]
    client.set_registered_model_alias("digits", "best", "3")
    client.delete_registered_model_alias("digits", "Also-best_2")
    return [
        *results,
        show_registered(client.get_registered_model("digits")),
        attempt(client.get_model_version_by_alias, "digits", "absent"),
        attempt(client.set_registered_model_alias, "digits", "latest", "1"),
        attempt(client.set_registered_model_alias, "digits", "v1", "1"),
        attempt(client.set_registered_model_alias, "digits", "a b", "1"),
        attempt(client.set_registered_model_alias, "digits", "x", "9"),
        attempt(client.delete_registered_model_alias, "digits", "absent"),
    ]


@group
def stages():
    if not hasattr(client, "transition_model_version_stage"):
        return None
    import warnings

    warnings.simplefilter("ignore")
    move = lambda version, stage, **named: attempt(  # noqa: E731
        lambda: show_version(client.transition_model_version_stage("digits", version, stage, **named)))
    return [
        move("1", "Staging"), move("2", "production"), move("3", "Production", archive_existing_versions=True),
        move("1", "Nowhere"), move("1", "None", archive_existing_versions=True), move("9", "Staging"),
        sorted((v.version, v.current_stage) for v in client.get_latest_versions("digits")),
        sorted(v.version for v in client.get_latest_versions("digits", ["Archived"])),
    ]


@group
def search_registry():
    for name in ("Search-A", "search-b", "search_c"):
        client.create_registered_model(name, tags={"kind": name[-1]})
    models = lambda text=None, order=None, **named: attempt(  # noqa: E731
        lambda: [m.name for m in client.search_registered_models(text, order_by=order, **named)])
    found = lambda text=None, order=None, **named: attempt(  # noqa: E731
        lambda: [(v.name, str(v.version)) for v in client.search_model_versions(text, order_by=order, **named)])
    return [
        {str(text): models(text) for text in [
            None, "name = 'digits'", "name LIKE 'search%'", "name ILIKE 'search%'", "name != 'digits'", "tags.kind = 'b'",
            "tags.kind != 'b'", "name IN ('digits', 'search-b')", "name > 'a'", "version_number = 1", "tags.`kind` LIKE '%'",
            "nothing = 'x'", "name = 1", "name = 'digits' OR name = 'x'", "attribute.name = 'digits'",
        ]},
        {str(order): models("name != 'x'", order) for order in [
            ["name DESC"], ["name"], ["timestamp DESC"], ["last_updated_timestamp"], ["creation_timestamp"], ["nothing"]]},
        models(None, ["name"], max_results=2),
        {str(text): sorted(found(text)) if not isinstance(found(text), dict) else found(text) for text in [
            None, "name = 'digits'", "version_number > 1", "version_number = 2", "run_id = 'x'", f"run_id = '{state['run']}'",
            "tags.good = 'yes'", "source_path LIKE '%tree'", "name LIKE 'dig%' and version_number <= 2", "run_id IN ('a')",
            "version_number = '1'", "name > 'x'", "stage = 'Staging'", "version_number IN ('1')",
        ]},
        {str(order): found("name = 'digits'", order) for order in [
            ["version_number ASC"], ["version_number DESC"], ["name", "version_number"], ["creation_timestamp ASC"],
            ["nothing"]]},
    ]


@group
def version_deleted():
    client.delete_model_version("digits", "2")
    results = [
        attempt(client.get_model_version, "digits", "2"),
        show_version(client.create_model_version("digits", client.get_run(state["run"]).info.artifact_uri, state["run"])),
        attempt(client.delete_model_version, "digits", "2"),
    ]
    client.delete_registered_model("digits")
    return [*results, attempt(client.get_registered_model, "digits"), [v.name for v in client.search_model_versions()]]


@group
def logged_models():
    if MAJOR < 3:
        return None
    run = client.create_run(state["experiment"], run_name="models").info.run_id
    model = client.create_logged_model(
        state["experiment"], name="net", source_run_id=run, tags={"a": "1"}, params={"p": "1"}, model_type="cnn")
    client.finalize_logged_model(model.model_id, "READY")
    client.set_logged_model_tags(model.model_id, {"b": "2"})
    client.delete_logged_model_tag(model.model_id, "a")
    client.log_model_params(model.model_id, {"q": "2"})
    client.log_metric(run, "accuracy", 0.75, timestamp=5, step=3, model_id=model.model_id, dataset_name="d",
                      dataset_digest="1")
    other = client.create_logged_model(state["experiment"], name="other", source_run_id=run)
    show = lambda m: {  # noqa: E731
        "id": m.model_id, "name": m.name, "type": m.model_type, "status": str(m.status), "uri": m.artifact_location,
        "run": m.source_run_id, "params": m.params, "tags": {k: v for k, v in m.tags.items() if not k.startswith("mlflow.")},
        "metrics": [(x.key, x.value, x.step, x.dataset_name, x.dataset_digest, x.run_id) for x in m.metrics or []],
    }
    search = lambda text=None, **named: attempt(lambda: [  # noqa: E731
        m.name for m in client.search_logged_models([state["experiment"]], text, **named)])
    results = [
        show(client.get_logged_model(model.model_id)),
        search(), search("name = 'net'"), search("name LIKE 'n%'"), search("metrics.accuracy > 0.5"), search("params.q = '2'"),
        search("tags.b = '2'"), search("model_type = 'cnn'"), search("status = 'READY'"), search(f"source_run_id = '{run}'"),
        search("name IN ('net', 'x')"), search("nothing = 1"), search("metrics.accuracy > 0.9"),
        search(order_by=[{"field_name": "name", "ascending": False}]),
        search(order_by=[{"field_name": "metrics.accuracy"}]),
        search(order_by=[{"field_name": "nothing"}]),
        search(datasets=[{"dataset_name": "d"}]), search(datasets=[{"dataset_name": "e"}]),
        search(max_results=1),
        attempt(client.get_logged_model, "m-" + "0" * 32),
        attempt(client.create_logged_model, state["experiment"], name="a/b"),
    ]
    client.delete_logged_model(other.model_id)
    return [*results, search(), attempt(client.get_logged_model, other.model_id),
            [(o.model_id) for o in client.get_run(run).outputs.model_outputs]]


@group
def registered_logged_model():
    if MAJOR < 3:
        return None
    run = client.create_run(state["experiment"], run_name="register").info.run_id
    model = client.create_logged_model(state["experiment"], name="weights", source_run_id=run)
    client.log_model_artifacts(model.model_id, folder(**{"weights.bin": "1234", "more__w.bin": "5"}))
    client.finalize_logged_model(model.model_id, "READY")
    client.create_registered_model("weights")
    version = client.create_model_version("weights", f"models:/{model.model_id}", run, model_id=model.model_id)
    client.set_registered_model_alias("weights", "best", version.version)
    results = [show_version(version), client.get_model_version_download_uri("weights", "1")]
    for uri in (f"models:/{model.model_id}", "models:/weights/1", "models:/weights@best"):
        path = mlflow.artifacts.download_artifacts(uri)
        results.append(sorted(os.path.relpath(os.path.join(d, f), path) for d, _, fs in os.walk(path) for f in fs))
    results.append(sorted(f.path for f in client.list_logged_model_artifacts(model.model_id)))
    copied = client.copy_model_version("models:/weights/1", "copy")
    results += [show_version(copied), client.get_model_version_download_uri("copy", copied.version)]
    return results


@group
def bulk_history():
    run = client.create_run(state["experiment"], run_name="bulk").info.run_id
    client.log_batch(run, metrics=[Metric("m", i, i, i) for i in range(10)])
    path = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    answer = requests.get(f"{URI}{path}", params={"run_ids": [run], "metric_key": "m", "start_step": 2, "end_step": 6},
                          headers=headers, timeout=60)
    return [point["step"] for point in answer.json()["metrics"]]


@group
def experiment_deleted():
    client.delete_experiment(state["searched"])
    return [client.get_experiment(state["searched"]).lifecycle_stage, attempt(mlflow.set_experiment, "runs")]


class Ids:
    """Replaces what differs between two servers by its kind and the order in which it appears."""

    def __init__(self):
        self.seen = {}

    def plain(self, value, key=None):
        if isinstance(value, dict):
            return {self.plain(k): self.plain(v, k) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(v) for v in value]
        if isinstance(value, float):
            return spell(value)
        if isinstance(value, (int, bool)) or value is None:
            return value
        if key in ("id", "experiment") and re.fullmatch(r"\d+", value):
            return self.name("experiment", value)
        text = re.sub(r"(?<=artifacts:/)\d+", lambda match: self.name("experiment", match.group()), str(value))
        text = re.sub(r"m-[0-9a-f]{32}", lambda match: self.name("model", match.group()), text)
        return re.sub(r"\b[0-9a-f]{32}\b", lambda match: self.name("run", match.group()), text)

    def name(self, kind, text):
        return self.seen.setdefault(text, f"<{kind} {len(self.seen)}>")


def main(output):
    results, ids = {}, Ids()
    for function in GROUPS:
        started = time.monotonic()
        results[function.__name__] = ids.plain(function())
        print(f"{function.__name__}: {time.monotonic() - started:.2f} s", file=sys.stderr)
    with open(output, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write("\n")


main(sys.argv[1])
