"""The public names of the Python client, one a line as JSON: `service.read`, `api.request`, `member.re`, `defaults.params`."""

import json

import importable  # noqa: F401
import flowthings
from flowthings import api, builders, services

account = flowthings.API(flowthings.Token("acc", "tok"))
SERVICES = [name for name, service in vars(account).items() if isinstance(service, services.BaseService)]


def names(owner, without=()):
    return {name for name in dir(owner) if not name.startswith("_") and name not in without}


SETTINGS = {"creds", "encoder", "host", "params", "path", "secure", "service_class", "version"}
plain = names(services.BaseService, SETTINGS)
full = names(services.FlowService, SETTINGS)
finding = names(services.FindableServiceMixin) | names(services.DestroyableServiceMixin)
shown = {
    "api": names(api.API) - {"async_"},
    "async_api": names(api.AsyncAPI),
    "thunk": names(api.GreenThunk, dir(api.MutableMapping)),
    "service": full,
    "drop": names(services.DropService, full | SETTINGS),
    "api.drop": names(services.DropServiceFactory, plain | SETTINGS),
    "token": names(services.TokenService, plain | finding | SETTINGS),
    "share": names(services.ShareService, plain | finding | SETTINGS),
    "statistics": {name for name in names(services.StatisticsService, plain | SETTINGS) if name == name.lower()},
    "websocket": names(services.WebSocketService, SETTINGS),
    "ws": names(services.WebSocketClient),
    "member": names(builders.Member(None)),
    "filter": names(builders.Filter),
    "modify": names(builders.Modify),
    "params": names(builders.Params),
    "defaults": names(flowthings.defaults),
    "error": names(flowthings.FlowThingsException(), dir(Exception)),
    "Token": {"from_bluemix"},
}
for owner, members in shown.items():
    for member in sorted(members):
        print(json.dumps(f"{owner}.{member}"))
for name in flowthings.__all__:
    print(json.dumps(name))
