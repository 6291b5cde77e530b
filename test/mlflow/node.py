"""What a user's script does in a node: it only knows MLflow and its environment. Prints what it found as JSON."""

import json
import os
import tempfile

import mlflow
from mlflow.exceptions import MlflowException

found = {}
with mlflow.start_run() as run:
    found["own run"] = run.info.run_id == os.environ["EXPECTED_RUN"]
    mlflow.log_param("optimizer", "adam")
    for step in range(3):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "note.txt"), "w") as file:
        file.write("made by a node")
    mlflow.log_artifacts(folder, "notes")
    with mlflow.start_run(nested=True, run_name="fold 1"):
        mlflow.log_metric("accuracy", 0.5)

# Another run of the same node, as a sweep makes it.
with mlflow.start_run(run_name="second"):
    mlflow.log_metric("loss", 3)

client = mlflow.MlflowClient()
try:
    client.log_metric(os.environ["FOREIGN_RUN"], "loss", 0)
    found["foreign run"] = "written"
except MlflowException as error:
    found["foreign run"] = error.error_code

path = mlflow.artifacts.download_artifacts("models:/digits.model.model@champion")
with open(os.path.join(path, "model.txt")) as file:
    found["champion"] = file.read()
try:
    client.set_registered_model_alias("digits.model.model", "champion", "2")
    found["alias"] = "moved"
except MlflowException as error:
    found["alias"] = error.error_code
print(json.dumps(found))
