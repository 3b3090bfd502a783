"""Who may vouch for a server's name."""

import ssl
from functools import cache

import httpx


@cache
def authorities() -> ssl.SSLContext:
    """The usual certificate authorities. Reading them takes longer than many an answer."""
    return httpx.create_ssl_context(trust_env=False)
