"""The links of a terminal: where a file is, as a URL.

A terminal opens ``file://HOST/PATH`` only of its own host
(https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda).
"""

from __future__ import annotations

import os
import socket
from functools import cache
from urllib.parse import quote


@cache
def url_of(file: str) -> str:
    """The URL of a file, which is named from the working directory; nothing in it is live."""
    return f"file://{quote(socket.gethostname())}{quote(os.fsencode(os.path.abspath(file)))}"
