"""Cleaning: rows with a missing or impossible measure, or an unknown species, are left out."""
import csv
import sys

SPECIES = {"setosa", "versicolor", "virginica"}


def is_clean(row: dict[str, str]) -> bool:
    measures = [value for column, value in row.items() if column != "species"]
    return row["species"] in SPECIES and all(value and float(value) > 0 for value in measures)


def main(source: str, target: str) -> None:
    with open(source, newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if is_clean(row)]
    with open(target, "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)
    print(f"kept {len(kept)} of {len(rows)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
