"""The colours of the interface can be read, in the light and in the dark."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "frontend" / "src" / "css"
SCHEMES = ["light", "dark"]

LONG_TEXT = [("ink", "paper"), ("ink", "raised"), ("sheet-ink", "sheet"), ("ink-soft", "paper"), ("ink-soft", "raised")]
SHORT_TEXT = [
    *product(["accent", "accent-strong"], ["paper", "raised", "sheet"]),
    *product(["good", "warn", "bad"], ["paper", "raised", "sheet"]),
    *((name, f"{name}-surface") for name in ["good", "warn", "bad"]),
    *product(["ink", "accent"], ["good-surface", "warn-surface", "bad-surface", "accent-surface"]),
    ("accent-strong", "accent-surface"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("ink-soft", "sheet"),
    ("sheet-ink", "accent-surface"),
]
EDGES = [*product(["line-strong", "accent"], ["paper", "raised", "sheet"])]


def tokens(scheme: str) -> dict[str, str]:
    """Each colour token with its value in one scheme."""
    place = SCHEMES.index(scheme)
    text = (CSS / "tokens.css").read_text().split("@media")[0]
    pairs = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    return {name: values[place] for name, *values in pairs}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("pairs", "least"),
    [(LONG_TEXT, 7.0), (SHORT_TEXT, 4.5), (EDGES, 3.0)],
    ids=["long text", "short text", "edges of controls"],
)
def test_every_pair_of_colours_has_the_contrast_it_needs(scheme, pairs, least):
    colours = tokens(scheme)
    measured = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sheet_is_the_brightest_ground(scheme):
    colours = tokens(scheme)
    grounds = sorted(["paper", "raised", "sheet"], key=lambda name: luminance(colours[name]))
    assert grounds == ["paper", "raised", "sheet"]


def test_colours_are_written_in_the_tokens_only():
    elsewhere = [file for file in sorted(CSS.glob("*.css")) if file.name not in {"tokens.css", "print.css"}]
    found = {
        file.name: re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(|oklch\(", file.read_text()) for file in elsewhere
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_the_pages_of_last_resort_use_the_same_colours():
    plain = (CSS.parents[1] / "public" / "plain.css").read_text()
    known = set(tokens("light").values()) | set(tokens("dark").values())
    assert set(re.findall(r"#[0-9a-f]{6}", plain)) <= known
