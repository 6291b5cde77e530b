"""A small network in PyTorch."""
import argparse
import json

import torch

import report

parser = argparse.ArgumentParser()
parser.add_argument("features")
parser.add_argument("out")
parser.add_argument("--seed", type=int, default=7)
arguments = parser.parse_args()

torch.manual_seed(arguments.seed)
torch.set_num_threads(1)
with open(arguments.features) as file:
    data = json.load(file)
x, y = torch.tensor(data["train"]["x"]), torch.tensor(data["train"]["y"])
model = torch.nn.Sequential(torch.nn.Linear(x.shape[1], 16), torch.nn.ReLU(), torch.nn.Linear(16, len(data["classes"])))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for _ in range(200):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(model(x), y).backward()
    optimizer.step()
with torch.no_grad():
    predicted = model(torch.tensor(data["test"]["x"])).argmax(1).tolist()
report.write(
    arguments.out,
    model="PyTorch network",
    version=torch.__version__,
    accuracy=report.accuracy(predicted, data["test"]["y"]),
)
