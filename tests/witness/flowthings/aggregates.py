"""Random drops, what is asked of them, and the answer, computed here by a program that shares nothing with the sandbox; one case a line.

    {"drops": [{"temperature": 21.4, ..}, ..], "aggregation": {"output": ["$avg:temperature"], ..}, "rows": [{"id": null, ..}]}

Drops are the elements alone, in the order in which they are created. An element may have its type beside its value.
"""

import datetime
import json
import math
import random
import re

COUNT = 200
PARTS = ["year", "month", "day", "hour", "minute", "second"]
CITIES = ["Oslo", "Lima", "Kyoto"]

chance = random.Random(46)


def drop():
    elems = {}
    if chance.random() < 0.9:
        elems["temperature"] = chance.choice([chance.randrange(-20, 40), round(chance.uniform(-20, 40), 2), float(chance.randrange(5))])
    if chance.random() < 0.9:
        elems["city"] = chance.choice(CITIES)
    if chance.random() < 0.8:
        elems["level"] = chance.choice([1, 2, 2.0, 3])
    if chance.random() < 0.9:
        # A few hours in the night of a leap day, or anywhere in the years around the epoch.
        start, width = chance.choice([(1456786800000, 8 * 3600000), (-200000000000, 400000000000)])
        elems["taken"] = start + chance.randrange(width)
    return elems


def written(elems):
    """Some elements with their types, as the platform takes them."""
    types = {"temperature": "float", "city": "string", "level": "float", "taken": "date"}
    return {
        name: {"type": types[name], "value": value} if chance.random() < 0.4 else value for name, value in elems.items()}


def condition():
    """A filter's text, and whether it takes the elements of a drop."""
    bound = chance.randrange(-5, 25)
    city = chance.choice(CITIES)
    conditions = [
        (f"temperature > {bound}", lambda elems: elems.get("temperature", -math.inf) > bound),
        (f"elems.temperature<={bound}", lambda elems: elems.get("temperature", math.inf) <= bound),
        (f'city == "{city}"', lambda elems: elems.get("city") == city),
        (f"elems.city != '{city}'", lambda elems: elems.get("city", city) != city),
        ("level == 2", lambda elems: elems.get("level") == 2),
        ("EXISTS elems.level", lambda elems: "level" in elems),
        ("city =~ /[iy]/", lambda elems: re.search("[iy]", elems.get("city", "")) is not None),
    ]
    text, takes = chance.choice(conditions)
    if chance.random() < 0.3:
        other, takes_too = chance.choice(conditions)
        return chance.choice([
            (f"({text}) && ({other})", lambda elems: takes(elems) and takes_too(elems)),
            (f"({text}) || ({other})", lambda elems: takes(elems) or takes_too(elems)),
            (f"NOT ({text})", lambda elems: not takes(elems)),
        ])
    return text, takes


def value_of(name, elems, rules):
    if name in rules:
        return int(rules[name](elems))
    return elems.get(name.removeprefix("elems."))


def selected(selector, group, rules):
    function, _, name = selector.partition(":")
    if function == "$count":
        return len(group)
    values = [value for value in (value_of(name, elems, rules) for elems in group) if value is not None]
    numbers = [value for value in values if not isinstance(value, str)]
    if function == "$sum":
        return math.fsum(numbers)
    if function == "$avg":
        return math.fsum(numbers) / len(numbers) if numbers else None
    if function == "$min":
        return min(values, default=None)
    if function == "$max":
        return max(values, default=None)
    if function == "$unique":
        return list(dict.fromkeys(values))
    return values


def parts_of(key):
    """The names of a part of a date and of the coarser ones, and the date."""
    part, _, date = key[1:].partition(":")
    names = PARTS[:PARTS.index(part) + 1]
    return [(f"${name}:{date}", name) for name in names], date


def id_of(elems, keys, rules):
    if not keys:
        return None
    row = {}
    for key in keys:
        if not key.startswith("$"):
            row[key] = value_of(key, elems, rules)
            continue
        names, date = parts_of(key)
        ms = value_of(date, elems, rules)
        taken = None if ms is None else datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=ms)
        for name, part in names:
            row[name] = None if taken is None else getattr(taken, part)
    return row


def rank(value):
    """Nothing, numbers, texts; lists are all alike."""
    if value is None:
        return 0, 0
    if isinstance(value, str):
        return 2, value
    return (3, 0) if isinstance(value, list) else (1, value)


def case():
    plain = [drop() for _ in range(chance.choice([0, 1, 5, 30]))]
    filters = {name: condition() for name in chance.sample(["hot", "near", "city"], chance.randrange(3))}
    rules = {name: takes for name, (_, takes) in filters.items()}
    numeric = ["temperature", "elems.temperature", "level", "taken"] + [name for name in rules if name != "city"]
    selectors = ["$count"] + [f"${function}:{name}" for function in ("sum", "avg", "min", "max") for name in numeric]
    selectors += [f"${function}:{name}" for function in ("unique", "all") for name in numeric + ["city"]]
    selectors += ["$min:city", "$max:city"]
    output = chance.sample(selectors, chance.randrange(1, 5))
    keys = ["city", "level", "elems.city"] + list(rules) + [f"${part}:{date}" for part in PARTS for date in ("taken", "elems.taken")]
    groups = chance.sample(sorted(set(keys)), chance.choice([0, 0, 1, 1, 2, 3]))
    aggregation = {"output": output}
    if groups or chance.random() < 0.3:
        aggregation["groupBy"] = groups
    taken = plain
    if chance.random() < 0.4:
        aggregation["filter"], takes = condition()
        taken = [elems for elems in plain if takes(elems)]
    if filters:
        aggregation["rules"] = {name: text for name, (text, _) in filters.items()}

    rows = {}
    for elems in taken:
        found = id_of(elems, groups, rules)
        # Equal numbers are one group, as 2 and 2.0 are one key.
        rows.setdefault(None if found is None else tuple(found.items()), (found, []))[1].append(elems)
    rows = [{"id": found, **{selector: selected(selector, group, rules) for selector in output}} for found, group in rows.values()]

    names = output + [key for key in groups if not key.startswith("$")]
    names += [name for key in groups if key.startswith("$") for name, _ in parts_of(key)[0]]
    sorts = chance.sample(sorted(set(names)), min(chance.randrange(3), len(set(names))))
    sorts = [(name, chance.choice(["", ":asc", ":desc"])) for name in sorts]
    if sorts:
        aggregation["sorts"] = [name + way for name, way in sorts]
    for name, way in reversed(sorts):
        rows.sort(key=lambda row: rank((row["id"] or {}).get(name, row.get(name))), reverse=way == ":desc")
    return {"drops": [written(elems) for elems in plain], "aggregation": aggregation, "rows": rows}


for _ in range(COUNT):
    print(json.dumps(case()))
