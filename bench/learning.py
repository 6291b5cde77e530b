"""The same networks in PyTorch and Keras on one core: CPU milliseconds a sample, as JSON. Called by bench/learning.ts."""
import json
import os
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", KERAS_BACKEND="tensorflow")

import numpy as np

library, batch, sizes = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
GROWTH, CONNECTIONS, BLOCKS, STEM = 16, 4, 3, 32


def cost(samples, work):
    began, cpu = time.perf_counter(), time.process_time()
    work()
    ms = lambda seconds: round(1000 * seconds / samples, 4)
    return {"ms": ms(time.perf_counter() - began), "cpuMs": ms(time.process_time() - cpu)}


def images(count):
    return np.random.default_rng(1).random((count, 28, 28, 1), dtype=np.float32)


def with_torch():
    import torch
    from torch import nn

    torch.set_num_threads(1)

    class Join(nn.Module):
        def __init__(self, *layers):
            super().__init__()
            self.inner = nn.Sequential(*layers)

        def forward(self, x):
            return torch.cat([x, self.inner(x)], 1)

    def densenet():
        layers, channels = [nn.Conv2d(1, STEM, 3, padding=1), nn.BatchNorm2d(STEM), nn.ReLU(), nn.MaxPool2d(2)], STEM
        for block in range(BLOCKS):
            for _ in range(CONNECTIONS):
                layers.append(Join(nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, GROWTH, 3, padding=1)))
                channels += GROWTH
            if block < BLOCKS - 1:
                layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.Conv2d(channels, channels // 2, 1)]
                layers.append(nn.AvgPool2d(2, ceil_mode=True))
                channels //= 2
        layers += [nn.BatchNorm2d(channels), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]
        return nn.Sequential(*layers)

    conv = lambda i, o, pad=1: [nn.Conv2d(i, o, 3, padding=pad), nn.ReLU()]
    up = lambda: nn.Upsample(scale_factor=2)
    pool = lambda: nn.MaxPool2d(2, ceil_mode=True)
    models = {
        "cnn": lambda: nn.Sequential(
            *conv(1, 16), pool(), *conv(16, 32), pool(), nn.Flatten(), nn.Dropout(0.3),
            nn.Linear(1568, 128), nn.ReLU(), nn.Dropout(0.3), nn.Linear(128, 10)),
        "mlp": lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)),
        "densenet": densenet,
        "autoencoder": lambda: nn.Sequential(
            *conv(1, 16), pool(), *conv(16, 8), pool(), *conv(8, 8), pool(), *conv(8, 8), up(), *conv(8, 8), up(),
            *conv(8, 16, 0), up(), nn.Conv2d(16, 1, 3, padding=1)),
    }
    results = {"version": torch.__version__}
    for name, (trained, predicted) in sizes.items():
        torch.manual_seed(1)
        model = models[name]()
        optimizer = torch.optim.Adam(model.parameters(), 0.004)
        x = torch.from_numpy(images(trained).transpose(0, 3, 1, 2).copy())
        y = torch.arange(trained) % 10
        test = torch.from_numpy(images(predicted).transpose(0, 3, 1, 2).copy())

        def train():
            model.train()
            for at in range(0, trained, batch):
                output = model(x[at:at + batch])
                if name == "autoencoder":
                    loss = nn.functional.binary_cross_entropy_with_logits(output, x[at:at + batch], reduction="sum")
                else:
                    loss = nn.functional.cross_entropy(output, y[at:at + batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

        def predict():
            model.eval()
            with torch.no_grad():
                for at in range(0, predicted, 256):
                    model(test[at:at + 256])

        train()
        results[name] = {"training": cost(trained, train), "inference": cost(predicted, predict)}
    return results


def with_keras():
    import keras
    from keras import layers as k

    def densenet():
        input = x = keras.Input((28, 28, 1))
        relu = lambda x: k.ReLU()(k.BatchNormalization()(x))
        x, channels = k.MaxPooling2D()(relu(k.Conv2D(STEM, 3, padding="same")(x))), STEM
        for block in range(BLOCKS):
            for _ in range(CONNECTIONS):
                x = k.Concatenate()([x, k.Conv2D(GROWTH, 3, padding="same")(relu(x))])
                channels += GROWTH
            if block < BLOCKS - 1:
                channels //= 2
                x = k.AveragePooling2D(2, padding="same")(k.Conv2D(channels, 1)(relu(x)))
        return keras.Model(input, k.Dense(10)(k.GlobalAveragePooling2D()(relu(x))))

    conv = lambda f, pad="same": k.Conv2D(f, 3, padding=pad, activation="relu")
    pool = lambda: k.MaxPooling2D(padding="same")
    models = {
        "cnn": lambda: keras.Sequential([conv(16), pool(), conv(32), pool(), k.Flatten(), k.Dropout(0.3),
                                         k.Dense(128, "relu"), k.Dropout(0.3), k.Dense(10)]),
        "mlp": lambda: keras.Sequential([k.Flatten(), k.Dense(128, "relu"), k.Dropout(0.2), k.Dense(64, "relu"), k.Dense(10)]),
        "densenet": densenet,
        "autoencoder": lambda: keras.Sequential([
            conv(16), pool(), conv(8), pool(), conv(8), pool(), conv(8), k.UpSampling2D(), conv(8), k.UpSampling2D(),
            conv(16, "valid"), k.UpSampling2D(), k.Conv2D(1, 3, padding="same", activation="sigmoid")]),
    }
    results = {"version": keras.__version__}
    for name, (trained, predicted) in sizes.items():
        keras.utils.set_random_seed(1)
        model, x = models[name](), images(trained)
        y = x if name == "autoencoder" else np.arange(trained) % 10
        loss = "binary_crossentropy" if name == "autoencoder" else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.004), loss)
        train = lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
        test = images(predicted)
        predict = lambda: model.predict(test, batch_size=256, verbose=0)
        train(), predict()
        results[name] = {"training": cost(trained, train), "inference": cost(predicted, predict)}
    return results


print(json.dumps(with_torch() if library == "torch" else with_keras()))
