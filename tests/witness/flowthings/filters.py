"""Random filters of the Python client, one a line: the expression, and the text that comes of it.

    {"expression": {"compare": ["elems.foo", ">", {"int": "12"}]}, "text": "elems.foo > 12"}

Some have one of the client's defects in them; the test knows which.
"""

import json
import operator
import random

import importable  # noqa: F401
from flowthings import AGE, EXISTS, HAS, MATCHES, NOT, mem

COUNT = 7000
COMPARISONS = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
NAMES = [
    "foo", "displayName", "path", "elems.foo", "elems.bar_2", "elems.0", "a.b.c", "location", "location.$zip", "elems.x-y", "größe", "IN",
    "Date"]
BAD_NAMES = ["", "my key", "x == 1 || y", "a..b", "5a", "NOT", "true", "a'b", "a]", "a\n"]

chance = random.Random(105)


def name():
    return chance.choice(BAD_NAMES) if chance.random() < 0.004 else chance.choice(NAMES)


def member(path):
    """By attributes, by items or by both, as people write it."""
    parts = path.split(".")
    if chance.random() < 0.5 or not all(parts):
        return mem[path]
    made = mem[parts[0]] if chance.random() < 0.5 else getattr(mem, parts[0])
    for part in parts[1:]:
        made = made[part] if chance.random() < 0.5 or part == "name" else getattr(made, part)
    return made


def text():
    letters = "abcXYZ019 .,:_-/'\"[]()&|=~$%äß€\u2028🚰"
    if chance.random() < 0.02:
        letters += "\\\n\t\0"
    return "".join(chance.choice(letters) for _ in range(chance.randrange(10)))


def integer():
    return chance.choice([
        lambda: chance.randrange(-20, 20), lambda: chance.randrange(-2**63, 2**64), lambda: chance.randrange(-10**45, 10**45)])()


def double():
    if chance.random() < 0.004:
        return chance.choice([float("nan"), float("inf"), float("-inf")])
    return chance.choice([
        lambda: chance.uniform(-100, 100), lambda: float(chance.randrange(-9, 9)), lambda: chance.uniform(-1, 1) * 10**chance.randrange(-320, 308),
        lambda: float(10**chance.randrange(0, 30)), lambda: 10.0**-chance.randrange(0, 10)])()


def number():
    """As JSON has it here, and as Python."""
    if chance.random() < 0.5:
        value = integer()
        return {"int": str(value)}, value
    value = double()
    return {"float": repr(value)}, value


def operand():
    kind = chance.randrange(8)
    if kind < 3:
        value = text()
        return {"text": value}, value
    if kind == 3:
        value = chance.random() < 0.5
        return {"bool": value}, value
    if kind == 4:
        path = name()
        return {"member": path}, member(path)
    return number()


def pattern():
    pieces = ["a", "b+", "^", "$", "/", ".*", "[a-z]", "(x|y)", "'", " ", "é", "\\d", "\\.", "\\\\"]
    if chance.random() < 0.03:
        pieces += ["\\/", "\n", "\\"]
    return "".join(chance.choice(pieces) for _ in range(chance.randrange(7)))


def flags():
    return chance.choice(["i || true", "i/", "1"]) if chance.random() < 0.01 else chance.choice(["", "", "i", "g", "m", "gim"])


def positive():
    said, value = number()
    return (said, value) if value > 0 else positive()


def circle():
    said, distance = number()
    unit = chance.choice(["MILES", "KM"])
    path = name()
    if chance.random() < 0.5:
        (latitude, north), (longitude, east) = number(), number()
        made = member(path).WITHIN(distance, unit, (north, east))
        return {"within": [path, said, unit, [latitude, longitude]]}, made
    code = chance.choice(["11204", "01234", "SW1A 1AA", "12345-6789", "K1A 0B1"])
    if chance.random() < 0.02:
        code = "1] || true || [x"
    if unit == "MILES" and chance.random() < 0.5:
        return {"within": [path, said, unit, code]}, member(path).WITHIN(distance, zip=code)
    return {"within": [path, said, unit, code]}, member(path).WITHIN(distance, unit, zip=code)


def leaf():
    kind = chance.randrange(12)
    path = name()
    if kind < 5:
        sign = chance.choice(list(COMPARISONS))
        said, value = operand()
        return {"compare": [path, sign, said]}, COMPARISONS[sign](member(path), value)
    if kind == 5:
        said, options = pattern(), flags()
        return {"re": [path, said, options]}, member(path).re(said, options)
    if kind == 6:
        operands = [operand() for _ in range(chance.randrange(4))]
        word = chance.choice(["IN", "CONTAINS"])
        made = getattr(member(path), word)(*(value for _, value in operands))
        return {word.lower(): [path, [said for said, _ in operands]]}, made
    if kind == 7:
        return circle()
    if kind == 8:
        return {"exists": path}, EXISTS(path if chance.random() < 0.5 else member(path))
    if kind == 9:
        type_ = chance.choice(["date", "string", "sortedSet"])
        return {"has": type_}, HAS(type_)
    if kind == 10:
        said, options = pattern(), flags()
        return {"matches": [said, options]}, MATCHES(said, options)
    sign = chance.choice(list(COMPARISONS))
    said, value = positive()
    if chance.random() < 0.5:
        return {"age": [None, sign, said]}, COMPARISONS[sign](AGE, value)
    return {"age": [path, sign, said]}, COMPARISONS[sign](AGE(path), value)


def expression(depth):
    kind = chance.random()
    if depth == 0 or kind < 0.35:
        return leaf()
    if kind < 0.5:
        # Of another filter than a single one it is a defect; not too many of those.
        said, value = expression(depth - 1 if chance.random() < 0.1 else 0)
        return {"not": said}, NOT(value)
    (left, first), (right, second) = expression(depth - 1), expression(depth - 1)
    if kind < 0.75:
        return {"and": [left, right]}, first.AND(second)
    return {"or": [left, right]}, first.OR(second)


for _ in range(COUNT):
    said, value = expression(chance.randrange(4))
    print(json.dumps({"expression": said, "text": str(value)}))
