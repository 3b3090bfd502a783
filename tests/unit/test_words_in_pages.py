"""How pages name things."""

import pytest

from pasiflora.kernel.templatetags.words import language


@pytest.mark.parametrize(
    ("code", "name"), [("de", "German"), ("zh-hans", "Simplified Chinese"), ("sw", "Swahili"), ("xx-rare", "xx-rare")]
)
def test_a_language_is_named_and_never_fails(code: str, name: str) -> None:
    assert language(code) == name
