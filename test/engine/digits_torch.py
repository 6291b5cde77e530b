"""Digits with PyTorch, as somebody has it who never heard of Scanflow.

    python digits_torch.py train --data train.npz --out model.pt [--epochs 20]
    python digits_torch.py predict --model model.pt --data test.npz --out predictions.csv
"""

import argparse
import csv

import numpy as np
import torch
from torch import nn


def load(path):
    with np.load(path) as file:
        data = dict(file)
    return data, torch.from_numpy(data["x"]).float().unsqueeze(1) / 255


def network():
    features = (nn.Conv2d(1, 8, 5, stride=2), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.ReLU())
    return nn.Sequential(*features, nn.Flatten(), nn.LazyLinear(10))


def train(arguments):
    data, x = load(arguments.data)
    y, model = torch.from_numpy(data["y"]), network()
    model(x[:1])  # makes the lazy layer
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(arguments.epochs):
        for rows in torch.randperm(len(x)).split(32):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    torch.save(model.state_dict(), arguments.out)
    print(f"trained on {len(x)} images, weights up to {data.get('weight', np.ones(1)).max():g}")


def predict(arguments):
    (data, x), model = load(arguments.data), network()
    model.load_state_dict(torch.load(arguments.model))
    with torch.no_grad(), open(arguments.out, "w", newline="") as file:
        csv.writer(file).writerows([("id", "label"), *zip(data["id"], model(x).argmax(1).tolist())])


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
command = commands.add_parser("train")
command.set_defaults(do=train)
command.add_argument("--data", required=True)
command.add_argument("--out", required=True)
command.add_argument("--epochs", type=int, default=20)
command = commands.add_parser("predict")
command.set_defaults(do=predict)
command.add_argument("--model", required=True)
command.add_argument("--data", required=True)
command.add_argument("--out", required=True)
arguments = parser.parse_args()
torch.manual_seed(1)
torch.set_num_threads(1)
arguments.do(arguments)
