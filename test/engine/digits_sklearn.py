"""Digits with scikit-learn, as somebody has it who never heard of Scanflow.

    python digits_sklearn.py train --data train.npz --out model.joblib [--strength 10]
    python digits_sklearn.py predict --model model.joblib --data test.npz --out predictions.csv
"""

import argparse
import csv

import joblib
import numpy as np
from sklearn.svm import SVC


def load(path):
    with np.load(path) as file:
        data = dict(file)
    data["x"] = data["x"].reshape(len(data["x"]), -1) / 255
    return data


def train(arguments):
    data = load(arguments.data)
    model = SVC(C=arguments.strength)
    model.fit(data["x"], data["y"], sample_weight=data.get("weight"))
    joblib.dump(model, arguments.out)
    print(f"trained on {len(data['x'])} images, weights up to {data.get('weight', np.ones(1)).max():g}")


def predict(arguments):
    data = load(arguments.data)
    labels = joblib.load(arguments.model).predict(data["x"])
    with open(arguments.out, "w", newline="") as file:
        csv.writer(file).writerows([("id", "label"), *zip(data["id"], labels)])


parser = argparse.ArgumentParser()
commands = parser.add_subparsers(required=True)
command = commands.add_parser("train")
command.set_defaults(do=train)
command.add_argument("--data", required=True)
command.add_argument("--out", required=True)
command.add_argument("--strength", type=float, default=10)
command = commands.add_parser("predict")
command.set_defaults(do=predict)
command.add_argument("--model", required=True)
command.add_argument("--data", required=True)
command.add_argument("--out", required=True)
arguments = parser.parse_args()
arguments.do(arguments)
