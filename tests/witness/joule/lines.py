"""One JSON line per step, in which what differs from node to node is masked."""

import json
import math
import re
import sys

import numpy

# Members whose values are of one node and one moment.
MASKED = {
    "id", "stream_id", "event_stream_id", "grantor_id", "uuid", "node_uuid", "updated_at", "key", "password", "port",
    "pid", "create_time", "cpu_percent", "memory_percent", "bytes", "path", "size_db", "size_other", "size_reserved",
    "size_free", "size", "other", "reserved", "free", "location", "url", "active_data_streams", "index",
}
# Lists whose order no server promises.
UNORDERED = {"children", "streams", "event_streams", "data_streams"}


class Lines:
    def __init__(self, *addresses):
        """Each address is masked where it occurs in a text."""
        self.addresses = addresses
        # The client prints too, on what is standard output from now on.
        self.output, sys.stdout = sys.stdout, sys.stderr

    async def __call__(self, step, answer):
        """Waits for the answer of a call, or for its exception, and prints it."""
        try:
            line = {"step": step, "answer": self.plain(await answer)}
        except Exception as error:  # whatever the client raises is an answer
            line = {"step": step, "error": f"{type(error).__name__}: {self.text(str(error))}"}
        print(json.dumps(line, sort_keys=True), file=self.output, flush=True)

    def plain(self, value, key=None):
        """The value as JSON has it."""
        if key in MASKED and value is not None and not isinstance(value, (list, dict)):
            return f"<{type(value).__name__}>"
        if key == "active_data_streams":
            return "<list>"
        if isinstance(value, numpy.ndarray):
            if value.dtype.names:
                return [[int(row["timestamp"]), *numpy.atleast_1d(row["data"]).tolist()] for row in value]
            return value.tolist()
        if isinstance(value, numpy.generic):
            return value.item()
        if isinstance(value, (list, tuple)):
            items = [self.plain(item) for item in value]
            return sorted(items, key=lambda item: item["name"]) if key in UNORDERED else items
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)  # which JSON does not have
        if isinstance(value, bytes):
            return value.hex()
        if isinstance(value, str):
            return self.text(value)
        if hasattr(value, "__dict__"):
            value = {name: member for name, member in vars(value).items() if not name.startswith("_")}
        if isinstance(value, dict):
            return {str(name): self.plain(member, name) for name, member in value.items()}
        return value

    def text(self, text):
        """The text without what differs from node to node."""
        if "Traceback (most recent call last)" in text:
            return "<traceback>"
        for address in self.addresses:
            text = text.replace(address, "<url>")
        return re.sub(r"stream\d+_pkey", "stream<id>_pkey", text)
