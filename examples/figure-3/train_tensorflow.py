"""The same network in TensorFlow."""
import argparse
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import tensorflow as tf

import report

parser = argparse.ArgumentParser()
parser.add_argument("features")
parser.add_argument("out")
parser.add_argument("--seed", type=int, default=7)
arguments = parser.parse_args()

tf.keras.utils.set_random_seed(arguments.seed)
with open(arguments.features) as file:
    data = json.load(file)
x, y = tf.constant(data["train"]["x"]), tf.constant(data["train"]["y"])
model = tf.keras.Sequential([tf.keras.layers.Dense(16, "relu"), tf.keras.layers.Dense(len(data["classes"]))])
model.compile(tf.keras.optimizers.Adam(0.05), tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, epochs=40, batch_size=32, verbose=0)
predicted = model.predict(tf.constant(data["test"]["x"]), verbose=0).argmax(1).tolist()
report.write(
    arguments.out,
    model="TensorFlow network",
    version=tf.__version__,
    accuracy=report.accuracy(predicted, data["test"]["y"]),
)
