"""The client's side of `npm run bench -- tracker`: the same calls to one server, timed. Prints one JSON object.

    python tracker-client.py RUNS CALLS BYTES

`raw` is one HTTP request on an open connection: the server's own time. `client` is MLflow's Python client as it is.
Milliseconds: median and 99th percentile.
"""

import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import mlflow
from mlflow.entities import Metric

URI = os.environ["MLFLOW_TRACKING_URI"]
HEADERS = {"Content-Type": "application/json"}
if os.environ.get("MLFLOW_TRACKING_TOKEN"):
    HEADERS["Authorization"] = f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}"


class Raw:
    def __init__(self):
        place = urlparse(URI)
        self.connection = http.client.HTTPConnection(place.hostname, place.port, timeout=120)

    def post(self, path, fields):
        try:
            answer, body = self.send(path, fields)
        except (ConnectionError, http.client.HTTPException):
            # A server closes connections that were idle for a while.
            self.connection.close()
            answer, body = self.send(path, fields)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
        return json.loads(body)

    def send(self, path, fields):
        self.connection.request("POST", f"/api/2.0/mlflow/{path}", json.dumps(fields), HEADERS)
        answer = self.connection.getresponse()
        return answer, answer.read()


def timed(function, calls):
    times = []
    for i in range(calls):
        started = time.perf_counter()
        function(i)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    return {"calls": calls, "median": round(statistics.median(times), 3),
            "p99": round(times[min(calls - 1, int(calls * 0.99))], 3), "perSecond": round(1000 * calls / sum(times), 1)}


def together(make, calls, clients):
    """Calls a second of some clients at once."""
    def work(_):
        call = make()
        for i in range(calls):
            call(i)
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(clients)))
    return {"clients": clients, "perSecond": round(clients * calls / (time.perf_counter() - started), 1)}


def fill(experiment, runs):
    """Runs with ten parameters and ten metrics each."""
    def make():
        raw = Raw()

        def one(_):
            dice = random.random
            run = raw.post("runs/create", {"experiment_id": experiment, "start_time": int(dice() * 1e12)})
            raw.post("runs/log-batch", {
                "run_id": run["run"]["info"]["run_id"],
                "params": [{"key": f"p{k}", "value": str(int(dice() * 5))} for k in range(10)],
                "metrics": [{"key": f"m{k}", "value": dice(), "timestamp": 1, "step": 0} for k in range(10)],
            })
        return one
    return together(make, runs // 8, 8)


def main(runs, calls, size):
    raw, client = Raw(), mlflow.MlflowClient()
    experiment = client.create_experiment(f"bench {time.time()}")
    results = {"fill": fill(experiment, runs)}
    run = client.create_run(experiment).info.run_id
    metric = lambda i: {"run_id": run, "key": "m", "value": i, "timestamp": i, "step": i}  # noqa: E731
    batch = lambda i: {"run_id": run, "metrics": [  # noqa: E731
        {"key": f"b{k % 10}", "value": k, "timestamp": i, "step": k} for k in range(1000)]}
    search = {"experiment_ids": [experiment], "filter": "metrics.m3 > 0.5 and params.p2 = '1'",
              "order_by": ["metrics.m1 DESC"], "max_results": 100}

    def other_run():
        mine, own = Raw(), client.create_run(experiment).info.run_id
        return lambda i: mine.post("runs/log-metric", {"run_id": own, "key": "m", "value": i, "timestamp": i, "step": i})

    results["log_metric raw"] = timed(lambda i: raw.post("runs/log-metric", metric(i)), calls)
    results["log_metric raw, 16 at once"] = together(other_run, calls // 4, 16)
    results["log_metric client"] = timed(lambda i: client.log_metric(run, "c", i, step=i), calls)
    results["log_batch of 1000 raw"] = timed(lambda i: raw.post("runs/log-batch", batch(i)), max(10, calls // 10))
    results["log_batch of 1000 client"] = timed(
        lambda i: client.log_batch(run, [Metric(f"k{k % 10}", k, i, k) for k in range(1000)]), max(10, calls // 10))
    results["search raw"] = timed(lambda i: raw.post("runs/search", search), max(10, calls // 10))
    results["search client"] = timed(
        lambda i: client.search_runs([experiment], search["filter"], order_by=search["order_by"], max_results=100),
        max(10, calls // 10))
    folder = tempfile.mkdtemp()
    file = os.path.join(folder, "weights.bin")
    with open(file, "wb") as target:
        target.write(os.urandom(size))
    results["artifact up client"] = timed(lambda i: client.log_artifact(run, file, f"a{i}"), 3)
    results["artifact down client"] = timed(
        lambda i: mlflow.artifacts.download_artifacts(run_id=run, artifact_path=f"a{i}/weights.bin", dst_path=folder), 3)
    print(json.dumps(results))


main(*[int(argument) for argument in sys.argv[1:]])
