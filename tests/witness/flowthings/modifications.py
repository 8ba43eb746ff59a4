"""2,200 random modifications of the Python client, one a line: the model, the steps, and what comes of them.

    {"model": {"id": "f1"}, "steps": [["a", 1]], "done": {"id": "f1", "a": 1}, "changes": [["a", 1]]}
"""

import copy
import json
import random

import importable  # noqa: F401
from flowthings import M

COUNT = 2200
NAMES = ["id", "path", "displayName", "capacity", "elems", "a.b", "model", "self", "é", "", "x y", "type", "value"]

chance = random.Random(12)


def value(depth=0):
    kinds = [
        lambda: "".join(chance.choice("abc \"\\'é🚰\u2028") for _ in range(chance.randrange(6))), lambda: chance.randrange(-2**63, 2**64),
        lambda: chance.uniform(-1e6, 1e6), lambda: chance.random() < 0.5, lambda: None]
    if depth < 2:
        kinds.append(lambda: [value(depth + 1) for _ in range(chance.randrange(3))])
        kinds.append(lambda: {chance.choice(NAMES): value(depth + 1) for _ in range(chance.randrange(3))})
    return chance.choice(kinds)()


for _ in range(COUNT):
    model = {}
    if chance.random() < 0.8:
        model["id"] = chance.choice(["f1", "f2", "f3"])
    for _ in range(chance.randrange(5)):
        model[chance.choice(NAMES[1:])] = value()
    line = {"model": copy.deepcopy(model), "steps": []}
    names = [chance.choice(NAMES) for _ in range(chance.choice([0, 1, 2, 5, 9]))]
    first = {}
    for name in names[:chance.randrange(3)]:
        if name not in ("model", "self"):
            first[name] = model.get("id", "f1") if name == "id" else value()
    steps = list(first.items())
    made = M(model, **first)
    for name in names:
        step = model.get(name, value()) if chance.random() < 0.2 or name == "id" else value()
        if name == "id" and chance.random() < 0.1:
            # A defect: the object that has the new id would be changed.
            step = "f9"
        steps.append((name, step))
        made.modify(name, step)
    done, changes = made.done()
    line.update(steps=steps, done=done, changes=list(changes.items()))
    print(json.dumps(line))
