"""Exports archives with Joule's own exporter, and uploads them with the Python client.

    archive.py export NAME FOLDER PATH   makes an archive of this name from the streams of FOLDER
    archive.py spoil PATH                makes the first value of the archive's first rows not a number
    archive.py upload PATH               uploads the archive, and prints the log that the client got and what it thinks of it

What is printed is JSON.
"""

import asyncio
import io
import json
import os
import shutil
import sys
import tempfile
import zipfile

import numpy as np
from joule import api
from joule.models import DataStream, EventStream
from joule.models.data_movement.exporting.exporter import Exporter
from joule.models.data_movement.exporting.exporter_state import ExporterState
from joule.models.data_movement.targets.data_target import DataTarget
from joule.models.data_movement.targets.event_target import ON_EVENT_CONFLICT, EventTarget
from joule.models.data_store.event_store import EventStore
from joule.models.data_store.timescale import TimescaleStore
from sqlalchemy import create_engine
from sqlalchemy.orm import Session


class Never:
    """The state of an exporter that has not run."""

    def get(self, *_):
        return ExporterState(last_timestamp=None)

    def save(self, *_):
        pass


async def export(node, name, folder, path):
    listed = await node.folder_get(folder)
    dsn = os.environ["JOULE_DATABASE"]
    rows, events = TimescaleStore(dsn, 1, 1), EventStore()
    await events.initialize(await rows.initialize([]))
    with tempfile.TemporaryDirectory() as work, tempfile.TemporaryDirectory() as directory:
        exporter = Exporter(
            name,
            "testnode",
            [EventTarget(s.name, f"{folder}/{s.name}", ON_EVENT_CONFLICT.NA, None) for s in listed.event_streams],
            [],
            [DataTarget(s.name, f"{folder}/{s.name}") for s in listed.data_streams],
            None, None, directory, 0, 0, 0, work, 0,
        )
        with Session(bind=create_engine(dsn)) as db:
            await exporter.run(db, events, rows, Never())
        [made] = os.listdir(directory)
        shutil.move(os.path.join(directory, made), path)
    await rows.close()


async def spoil(_, path):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first = min(name for name in parts if name.endswith(".dat") and "break" not in name)
    rows = np.load(io.BytesIO(parts[first]))
    rows["data"][0] = np.nan
    spoilt = io.BytesIO()
    np.save(spoilt, rows)
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, spoilt.getvalue() if name == first else part)


async def upload(node, path):
    log = await node.archive_upload(path)
    return {"log": log.to_json(), "success": log.success}


async def main():
    deed, *arguments = sys.argv[1:]
    node = api.create_tcp_node(os.environ["JOULE_URL"], os.environ["JOULE_KEY"])
    try:
        account = await {"export": export, "spoil": spoil, "upload": upload}[deed](node, *arguments)
    finally:
        await node.close()
    json.dump(account, sys.stdout)


asyncio.run(main())
