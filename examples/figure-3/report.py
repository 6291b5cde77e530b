"""What every model of this example leaves behind."""
import json


def accuracy(predicted: list[int], truth: list[int]) -> float:
    return sum(a == b for a, b in zip(predicted, truth)) / len(truth)


def write(path: str, **facts: object) -> None:
    with open(path, "w") as file:
        json.dump(facts, file)
    print(facts)
