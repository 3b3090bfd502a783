"""Web addresses in what people write."""

from urllib.parse import urlsplit


def is_web_address(text: str) -> bool:
    """Whether this can be opened in a browser: http or https, a host, no spaces. Says nothing of what is there."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not any(map(str.isspace, text))
    except ValueError:
        return False
