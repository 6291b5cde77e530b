"""Gathers the reports of all models into one table, the best first."""
import csv
import json
import os
import sys


def main(folder: str, target: str) -> None:
    reports = []
    for name in sorted(os.listdir(folder), key=int):
        with open(os.path.join(folder, name)) as file:
            reports.append(json.load(file))
    reports.sort(key=lambda one: -one["accuracy"])
    with open(target, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["model", "version", "accuracy"])
        for one in reports:
            writer.writerow([one["model"], one["version"], f"{one['accuracy']:.4f}"])
            print(f"{one['accuracy']:.4f}  {one['model']} ({one['version']})")


if __name__ == "__main__":
    main(*sys.argv[1:])
