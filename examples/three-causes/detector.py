"""The same detector in another language, for an image of its own: the standard library alone, and nothing of Scanflow."""
import csv
import json
import os
import statistics
import sys
import urllib.request

train, test, tags, critical = sys.argv[1:]
FEATURES = [1, 2]


def read(file):
    with open(file, newline="") as lines:
        head, *rows = csv.reader(lines)
        return head, rows


_, known = read(train)
head, rows = read(test)
columns = [[float(row[at]) for row in known] for at in FEATURES]
scales = [(statistics.fmean(values), statistics.pstdev(values)) for values in columns]


def severity(row):
    return max(abs(float(row[at]) - mean) / deviation for at, (mean, deviation) in zip(FEATURES, scales)) / 3


found = [(severity(row), row) for row in rows]
with open(tags, "w", newline="") as out:
    out.write("id,anomalous,severity\n")
    out.writelines(f"{row[0]},{int(how > 1)},{how:.6f}\n" for how, row in found)
worst = [row for how, row in sorted(found, key=lambda each: -each[0]) if how > 1][:20]
if worst:
    with open(critical, "w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([head, *worst])
share = sum(how > 1 for how, _ in found) / len(found)
uri, run = os.environ.get("MLFLOW_TRACKING_URI"), os.environ.get("MLFLOW_RUN_ID")
if uri and run:
    metric = {"key": "drifted", "value": int(share > 0.02), "timestamp": 0, "step": 0}
    token = os.environ.get("MLFLOW_TRACKING_TOKEN")
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    body = json.dumps({"run_id": run, "metrics": [metric]}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{uri}/api/2.0/mlflow/runs/log-batch", body, headers))
