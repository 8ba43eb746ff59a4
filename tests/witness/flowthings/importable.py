"""Makes `flowthings` 1.0.5 importable on Python 3.7 and later; the installed files stay as they are.

A method of its `api.py` is called `async`, which is a reserved word by now, and it takes `MutableMapping` from where it was until 3.10.
"""

import importlib.abc
import importlib.machinery
import sys

NAME = "flowthings.api"
REPLACEMENTS = [
    (b"def async(", b"def async_("),
    (b"from collections import MutableMapping", b"from collections.abc import MutableMapping"),
]


class Loader(importlib.machinery.SourceFileLoader):
    def get_data(self, path):
        data = super().get_data(path)
        if path.endswith(".py"):
            for old, new in REPLACEMENTS:
                assert old in data, f"{path} lacks {old}"
                data = data.replace(old, new)
        return data

    # What has been compiled of the files as they are, and what is compiled here, stay apart.
    def path_stats(self, path):
        raise OSError

    def set_data(self, path, data, *, _mode=0o666):
        pass


class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != NAME:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        spec.loader = Loader(name, spec.origin)
        return spec


sys.meta_path.insert(0, Finder())

import flowthings  # noqa: E402

setattr(flowthings.API, "async", flowthings.API.async_)
