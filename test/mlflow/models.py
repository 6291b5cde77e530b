"""Models and autologging with the unmodified client and scikit-learn. Prints what it found as JSON.

    MLFLOW_TRACKING_URI=http://... [MLFLOW_TRACKING_TOKEN=...] python models.py
"""

import json
import os
import warnings

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
warnings.simplefilter("ignore")

import mlflow  # noqa: E402
import numpy  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

generator = numpy.random.default_rng(1)
x = generator.normal(size=(60, 3))
y = (x[:, 0] + x[:, 1] > 0).astype(int)
model = LogisticRegression().fit(x, y)
found = {}
mlflow.set_experiment("models")
# MLflow 2 says where, MLflow 3 says as what.
NAME = "artifact_path" if mlflow.__version__.startswith("2.") else "name"


class Doubles(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return [2 * value for value in model_input["a"]]


with mlflow.start_run(run_name="sklearn") as run:
    info = mlflow.sklearn.log_model(model, **{NAME: "classifier"}, registered_model_name="flowers", input_example=x[:2])
    mlflow.log_metric("accuracy", float(model.score(x, y)))
loaded = mlflow.sklearn.load_model(info.model_uri)
found["sklearn"] = bool((loaded.predict(x) == model.predict(x)).all())
found["by run"] = bool((mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/classifier").predict(x) == model.predict(x)).all())
client = mlflow.MlflowClient()
client.set_registered_model_alias("flowers", "best", "1")
found["by alias"] = bool((mlflow.pyfunc.load_model("models:/flowers@best").predict(x) == model.predict(x)).all())
found["by version"] = bool((mlflow.sklearn.load_model("models:/flowers/1").predict(x) == model.predict(x)).all())

with mlflow.start_run(run_name="pyfunc"):
    info = mlflow.pyfunc.log_model(**{NAME: "doubles"}, python_model=Doubles(), pip_requirements=[])
import pandas  # noqa: E402

found["pyfunc"] = list(mlflow.pyfunc.load_model(info.model_uri).predict(pandas.DataFrame({"a": [1, 2.5]})))

mlflow.sklearn.autolog(log_datasets=True)
with mlflow.start_run(run_name="automatic") as run:
    LogisticRegression(C=0.5).fit(x, y)
mlflow.sklearn.autolog(disable=True)
logged = client.get_run(run.info.run_id)
found["autolog"] = {
    "params": logged.data.params["C"],
    "metrics": sorted(logged.data.metrics),
    "datasets": [(i.dataset.name, len(i.dataset.digest) > 0) for i in logged.inputs.dataset_inputs],
    "artifacts": sorted(file.path for file in client.list_artifacts(run.info.run_id)),
    "models": len(outputs.model_outputs) if (outputs := getattr(logged, "outputs", None)) else 0,
}
print(json.dumps(found))
