"""A random forest in scikit-learn, in as many versions as the matrix has depths."""
import argparse
import json

import sklearn
from sklearn.ensemble import RandomForestClassifier

import report

parser = argparse.ArgumentParser()
parser.add_argument("features")
parser.add_argument("out")
parser.add_argument("--seed", type=int, default=7)
parser.add_argument("--depth", type=int, default=None)
parser.add_argument("--facts", required=True, help="JSON: what the tracker has of the features")
arguments = parser.parse_args()

with open(arguments.features) as file:
    data = json.load(file)
with open(arguments.facts) as file:
    facts = json.load(file)
assert facts["classes"] == len(data["classes"]), "the tracker and the file speak of different features"
model = RandomForestClassifier(20, max_depth=arguments.depth, random_state=arguments.seed)
model.fit(data["train"]["x"], data["train"]["y"])
predicted = model.predict(data["test"]["x"]).tolist()
report.write(
    arguments.out,
    model=f"scikit-learn forest, depth {arguments.depth}",
    version=sklearn.__version__,
    rows=facts["rows"],
    accuracy=report.accuracy(predicted, data["test"]["y"]),
)
