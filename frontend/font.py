"""The font of formulas: the characters below, cut out of STIX Two Math, with what makes roots and brackets grow.

Run by `make setup` and by the Dockerfile: `python font.py`. Letters and digits of formulas are those of the text
around them, but for alphabets that no text font has: these are fonts of their own, fetched when they are used.
STIX Two Math is under the SIL Open Font License 1.1; every file that is made here keeps its notice.
"""

from importlib.metadata import distribution
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

MADE = Path(__file__).parent / "made"
ACCENTS = "\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u030a\u030c\u0332^~¯ˇ˘˙¨˚ˆ˜‾_"
SIGNS = (
    " √()[]{}|/‖⟨⟩⌊⌋⌈⌉∑∏∐∫∬∭∮⋃⋂⨁⨂⏞⏟→←↔⇒⇐⇔↦⟶⟵⟹⟸⟺⇌⇀↼↑↓↗↘+−=<>±∓×÷·∘∗≤≥⩽⩾≪≫≠≈≡∼≃≅∝∈∉⊂⊃⊆⊇∪∩∖∧∨¬∀∃∂∇∞′″‴…⋯⋮⋱∣∥⊥∠⊕⊗∅ℓℏ∴∵!,.:;"
)
DOUBLE_STRUCK = "ℂℍℕℙℚℝℤ𝔸𝔹𝔻𝔼𝔽𝔾𝕀𝕁𝕂𝕃𝕄𝕆𝕊𝕋𝕌𝕍𝕎𝕏𝕐𝟙"
SCRIPT = "𝒜ℬ𝒞𝒟ℰℱ𝒢ℋℐ𝒥𝒦ℒℳ𝒩𝒪𝒫𝒬ℛ𝒮𝒯𝒰𝒱𝒲𝒳𝒴𝒵"
FRAKTUR = "𝔄𝔅ℭ𝔇𝔈𝔉𝔊ℌℑ𝔍𝔎𝔏𝔐𝔑𝔒𝔓𝔔ℜ𝔖𝔗𝔘𝔙𝔚𝔛𝔜ℨ𝔞𝔟𝔠𝔡𝔢𝔣𝔤𝔥𝔦𝔧𝔨𝔩𝔪𝔫𝔬𝔭𝔮𝔯𝔰𝔱𝔲𝔳𝔴𝔵𝔶𝔷"
NOTICE = "/*! STIX Two Math. {copyright}. {licence} */"
FACE = """@font-face {{
  font-family: "Formulas";
  src: url("./{name}") format("woff2");
  font-display: swap;
  unicode-range: {range};
}}"""


def cut(characters: str, name: str, *, grows: bool = False) -> TTFont:
    """Write a font of these characters; with what makes them grow, if they do."""
    source = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")
    options = Options(flavor="woff2", hinting=False, layout_features=[], notdef_outline=False)
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "DSIG"] + ([] if grows else ["MATH"])
    font = load_font(str(source), options)
    mend(font)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    save_font(font, str(MADE / name), options)
    return font


def mend(font: TTFont) -> None:
    """What Chromium shows wrongly of it otherwise."""
    names = dict(font.getBestCmap())
    # Primes stand in superscripts: take the shapes that are meant for these.
    primes = {code: script_of(font, names[code]) for code in (0x2032, 0x2033, 0x2034)}
    for table in font["cmap"].tables:
        table.cmap.update({code: glyph for code, glyph in primes.items() if code in table.cmap})
    # The head of the arrow to the right says that nothing joins on its left, so that it never grows.
    growing = font["MATH"].table.MathVariants
    arrow = growing.HorizGlyphConstruction[growing.HorizGlyphCoverage.glyphs.index(names[0x2192])]
    head = arrow.GlyphAssembly.PartRecords[-1]
    head.StartConnectorLength, head.EndConnectorLength = head.EndConnectorLength, head.StartConnectorLength


def script_of(font: TTFont, glyph: str) -> str:
    """The shape of this glyph in a script."""
    table = font["GSUB"].table
    features = [each.Feature for each in table.FeatureList.FeatureRecord if each.FeatureTag == "ssty"]
    for at in sorted({at for feature in features for at in feature.LookupListIndex}):
        for extended in table.LookupList.Lookup[at].SubTable:
            rule = getattr(extended, "ExtSubTable", extended)
            if glyph in getattr(rule, "alternates", {}):
                return rule.alternates[glyph][0]
            if glyph in getattr(rule, "mapping", {}):
                return rule.mapping[glyph]
    raise LookupError(glyph)


def face(characters: str, name: str) -> str:
    """The rule by which a browser fetches this font, and only for these characters."""
    found = ", ".join(f"U+{ord(each):X}" for each in sorted(set(characters)))
    return FACE.format(name=name, range=found)


def main() -> None:
    """Write the fonts, and the rules that name them."""
    MADE.mkdir(exist_ok=True)
    names = cut(SIGNS + ACCENTS, "formulas.woff2", grows=True)["name"]
    rules = [NOTICE.format(copyright=names.getDebugName(0), licence=names.getDebugName(13))]
    rules.append(face(SIGNS + ACCENTS, "formulas.woff2"))
    for characters, name in ((DOUBLE_STRUCK, "double.woff2"), (SCRIPT, "script.woff2"), (FRAKTUR, "fraktur.woff2")):
        cut(characters, name)
        rules.append(face(characters, name))
    (MADE / "fonts.css").write_text("\n".join(rules) + "\n")


if __name__ == "__main__":
    main()
