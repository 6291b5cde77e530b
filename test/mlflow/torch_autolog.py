"""Autologging of PyTorch, by Lightning, with the unmodified client. Prints what it found as JSON.

    MLFLOW_TRACKING_URI=http://... [MLFLOW_TRACKING_TOKEN=...] python torch_autolog.py
"""

import json
import logging
import os
import tempfile
import warnings

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
warnings.simplefilter("ignore")

import lightning  # noqa: E402
import mlflow  # noqa: E402
import torch  # noqa: E402

logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)


class Line(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(3, 1)

    def forward(self, x):
        return self.layer(x)

    def training_step(self, batch, _):
        x, y = batch
        loss = torch.nn.functional.mse_loss(self(x), y)
        self.log("loss", loss, on_epoch=True)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


torch.manual_seed(1)
x = torch.randn(64, 3)
data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, x.sum(1, keepdim=True)), batch_size=16)
mlflow.set_experiment("lightning")
mlflow.pytorch.autolog(log_every_n_epoch=1)
model = Line()
with mlflow.start_run() as run:
    trainer = lightning.Trainer(
        max_epochs=3,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        default_root_dir=tempfile.mkdtemp(),
    )
    trainer.fit(model, data)
client = mlflow.MlflowClient()
logged = client.get_run(run.info.run_id)
models = logged.outputs.model_outputs if getattr(logged, "outputs", None) else []
loaded = mlflow.pytorch.load_model(f"models:/{models[0].model_id}" if models else f"runs:/{run.info.run_id}/model")
print(
    json.dumps(
        {
            "params": {name: logged.data.params[name] for name in ("epochs", "optimizer_name", "lr")},
            "metrics": {name: len(client.get_metric_history(run.info.run_id, name)) for name in sorted(logged.data.metrics)},
            "status": logged.info.status,
            "artifacts": sorted(file.path for file in client.list_artifacts(run.info.run_id)),
            "models": len(models),
            "same": bool(torch.equal(loaded(x), model(x))),
        }
    )
)
