"""A file up and down with the unmodified client. Prints whether it came back as it was.

    MLFLOW_TRACKING_URI=http://... [MLFLOW_TRACKING_TOKEN=...] python large.py BYTES FOLDER
"""

import hashlib
import json
import os
import sys

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow  # noqa: E402

size, folder = int(sys.argv[1]), sys.argv[2]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


source = os.path.join(folder, "weights.bin")
with open(source, "wb") as file:
    # Holes cost no disk; what is beyond 2 GiB differs from what is before.
    for place in (0, size // 2, size - 4096):
        file.seek(place)
        file.write(os.urandom(4096))
before = digest(source)
with mlflow.start_run() as run:
    mlflow.log_artifact(source, "models")
os.remove(source)
[listed] = mlflow.MlflowClient().list_artifacts(run.info.run_id, "models")
target = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="models/weights.bin", dst_path=folder)
print(json.dumps({"same": digest(target) == before, "listed": listed.file_size == size, "size": os.path.getsize(target) == size}))
