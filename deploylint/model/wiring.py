"""What a variable is for, by its name: it connects a service with others, or sets how it runs.

Each service needs connections of its own, so nothing follows from those of others. How a service
runs is alike in a fleet: its log level, its time zone, its flags.
"""

from __future__ import annotations

from deploylint.documents.regex import regex
from deploylint.model.service import Value

_CONNECTING = regex(
    r"(?i:(?:^|[^a-z])(?:account|addr|address|addresses|api|app|backend|base|bootstrap|brokers?|bucket"
    r"|cache|channel|client|cluster|collection|conn|connection|consumer|credentials|database"
    r"|datasource|db|dialect|dir|directory|domain|driver|dsn|email|endpoints?|exchange|files?|folder"
    r"|group|host|hostname|hosts|id|image|index|instance|issuer|key|keyspace|name|namespace|nodes?"
    r"|organization|origins?|owner|pass|password|path|ports?|prefix|principal|project|provider|pub"
    r"|queues?|realm|region|repo|repository|role|root|schema|scope|secret|sender|sentinel|servers?"
    r"|services?|site|source|storage|store|stream|sub|subject|subscription|svc|table|tag|target"
    r"|tenant|token|topics?|ur[il]s?|user|username|version|vhost|volume|webhook))$"
)
"""Names of variables with the last word of one that connects."""

_ADDRESS = regex(r"://|^[\w.-]*:\d+$|\.svc\b|^[^\s@]+@[^\s@]+$|^(?:\d+\.){3}\d+$")


def without_connections(variables: Value) -> Value:
    """Variables without those that connect a service with others, or name what it works on."""
    data = variables.data
    if not isinstance(data, dict):
        return variables
    return variables._replace(data={k: v for k, v in data.items() if not _connects(k, str(v))})


def _connects(name: str, value: str) -> bool:
    return _CONNECTING.search(name) is not None or _ADDRESS.search(value) is not None
