"""The public methods and properties of the public classes of the Python client, one a line: `Job.cancel`."""

import inspect

import streamsx.build
import streamsx.rest
import streamsx.rest_primitives


def is_method(member):
    return inspect.isfunction(member) or isinstance(member, (classmethod, property, staticmethod))


for module in streamsx.rest, streamsx.rest_primitives, streamsx.build:
    for name, kind in vars(module).items():
        if name.startswith("_") or not inspect.isclass(kind) or kind.__module__ != module.__name__:
            continue
        for method, member in vars(kind).items():
            if not method.startswith("_") and is_method(member):
                print(f"{name}.{method}")
