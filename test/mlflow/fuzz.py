"""Asks two servers the same random questions and compares the answers: filters, orders and pages of runs.

    python fuzz.py SEED COUNT URI [TOKEN] URI [TOKEN]

Prints one JSON object: how many questions, how many answers differed, and the first of those. The questions are MLflow's
language as documented; what its parser lets through beside that (`metrics.m > 1 metrics.n < 2`) is in conversation.py.
"""

import json
import random
import sys

import requests

KEYS = ["m", "loss", "a b", "x.y", "é", "2nd", "none"]
WORDS = ["a", "A", "ab", "Ab_c", "100%", "", "it", "é", "zz", "a b", "0"]


class Server:
    def __init__(self, uri, token):
        self.uri, self.session, self.names = uri, requests.Session(), {}
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def call(self, path, fields):
        return self.session.post(f"{self.uri}/api/2.0/mlflow/{path}", json=fields, timeout=60)

    def fill(self, seed):
        dice = random.Random(seed)
        made = self.call("experiments/create", {"name": f"fuzz-{seed}"}).json()
        self.experiment = made["experiment_id"]
        for i in range(40):
            tags = [{"key": key, "value": dice.choice(WORDS)} for key in KEYS[:6] if dice.random() < 0.7]
            start = 1000 + dice.randrange(10)
            run = self.call("runs/create", {"experiment_id": self.experiment, "run_name": f"run {i}", "start_time": start,
                                            "user_id": dice.choice(["ann", "bob"]), "tags": tags}).json()["run"]["info"]
            self.names[run["run_id"]] = f"run {i}"
            metrics = [{"key": key, "value": dice.choice([-1, 0, 0.5, 1, 1e300, "NaN"]), "timestamp": step, "step": step}
                       for key in KEYS[:6] if dice.random() < 0.8 for step in range(dice.randrange(1, 4))]
            params = [{"key": key, "value": dice.choice(WORDS)} for key in KEYS[:6] if dice.random() < 0.7]
            self.call("runs/log-batch", {"run_id": run["run_id"], "metrics": metrics, "params": params})
            if dice.random() < 0.5:
                status = dice.choice(["FINISHED", "FAILED", "KILLED"])
                self.call("runs/update", {"run_id": run["run_id"], "status": status, "end_time": 2000 + dice.randrange(5)})
            if dice.random() < 0.1:
                self.call("runs/delete", {"run_id": run["run_id"]})

    def ask(self, question):
        answer = self.call("runs/search", {"experiment_ids": [self.experiment], **question})
        if answer.status_code != 200:
            return {"status": answer.status_code, "code": answer.json().get("error_code")}
        body = answer.json()
        names = [self.names[run["info"]["run_id"]] for run in body.get("runs", [])]
        return {"runs": names, "more": bool(body.get("next_page_token"))}


def quoted(dice, key):
    plain = key.isidentifier()
    return key if plain and dice.random() < 0.6 else dice.choice(['"{}"', "`{}`"]).format(key)


def text(dice):
    word = dice.choice(WORDS)
    if dice.random() < 0.3:
        word = dice.choice(["%", "_", ""]) + word + dice.choice(["%", "_", ""])
    return dice.choice(["'{}'", '"{}"']).format(word)


def clause(dice):
    kind = dice.randrange(9)
    numbers, texts = [">", ">=", "=", "!=", "<", "<="], ["=", "!=", "LIKE", "ILIKE"]
    if kind <= 1:
        number = dice.choice(["0", "1", "-1", "0.5", "1e300", "-0.25", "2e-1", "1000"])
        return f"{dice.choice(['metrics', 'metric'])}.{quoted(dice, dice.choice(KEYS))} {dice.choice(numbers)} {number}"
    if kind <= 3:
        entity = dice.choice(["params", "param", "parameter", "parameters", "tags", "tag"])
        name = f"{entity}.{quoted(dice, dice.choice(KEYS))}"
        return f"{name} {dice.choice(['IS NULL', 'IS NOT NULL'])}" if dice.random() < 0.2 else \
            f"{name} {dice.choice(texts)} {text(dice)}"
    if kind == 4:
        key = dice.choice(["start_time", "end_time", "created", "attributes.start_time", "attr.end_time"])
        return f"{key} {dice.choice(numbers)} {dice.choice(['1003', '2002', '1005.5', '0'])}"
    if kind == 5:
        key = dice.choice(["status", "attributes.status", "run.status"])
        return f"{key} {dice.choice(texts)} '{dice.choice(['FINISHED', 'RUNNING', 'F%', 'finished', '%'])}'"
    if kind == 6:
        key = dice.choice(["run_name", "attributes.run_name", "attributes.`run name`", "user_id"])
        return f"{key} {dice.choice(texts)} '{dice.choice(['run 1', 'run 1%', 'RUN%', 'ann', 'A__', '%'])}'"
    if kind == 7:
        return f"run_id {dice.choice(['IN', 'NOT IN'])} ('x', 'y')"
    # Not in the language: both must refuse.
    return dice.choice(["metrics.m > 'a'", "params.m > 'a'", "status > 'a'", "nobody.m = 'a'", "attributes.nothing = 'a'",
                        "metrics.m LIKE 1", "params.m = 5", "start_time = 'a'", "run_name IN ('a')", "tags.a = b"])


def order(dice):
    kind = dice.randrange(4)
    direction = dice.choice(["", " ASC", " DESC", " asc", " desc"])
    if kind == 0:
        return f"metrics.{quoted(dice, dice.choice(KEYS))}{direction}"
    if kind == 1:
        return f"{dice.choice(['params', 'tags'])}.{quoted(dice, dice.choice(KEYS))}{direction}"
    return dice.choice(["start_time", "end_time", "attributes.run_name", "status", "attributes.start_time", "user_id",
                        "created", "run_name"]) + direction


def question(dice):
    asked = {"filter": f" {dice.choice(['AND', 'and'])} ".join(clause(dice) for _ in range(dice.randrange(4)))}
    if dice.random() < 0.7:
        # A run is never like another in this: without it ties fall as ids do, and those differ.
        asked["order_by"] = [order(dice) for _ in range(dice.randrange(3))]
    asked["order_by"] = [*asked.get("order_by", []), "attributes.run_name ASC"]
    if dice.random() < 0.3:
        asked["max_results"] = dice.choice([1, 3, 10])
    if dice.random() < 0.2:
        asked["run_view_type"] = dice.choice(["ALL", "DELETED_ONLY", "ACTIVE_ONLY"])
    return asked


def main(seed, count, *servers):
    uris = [(servers[0], servers[1]), (servers[2], servers[3] if len(servers) > 3 else "")]
    one, other = [Server(uri, token) for uri, token in uris]
    for server in (one, other):
        server.fill(int(seed))
    dice, different, refused, failed = random.Random(int(seed) + 1), [], 0, 0
    for _ in range(int(count)):
        asked = question(dice)
        answers = [one.ask(asked), other.ask(asked)]
        refused += "status" in answers[0]
        # MLflow's own server fails where two orders name the same thing.
        failed += any(answer.get("status", 0) >= 500 for answer in answers)
        if answers[0] != answers[1] and not any(answer.get("status", 0) >= 500 for answer in answers):
            different.append({"question": asked, "answers": answers})
    print(json.dumps({"seed": seed, "questions": int(count), "refused": refused, "failed": failed, "different": len(different),
                      "first": different[:5]}, indent=1, ensure_ascii=False))


main(*sys.argv[1:])
