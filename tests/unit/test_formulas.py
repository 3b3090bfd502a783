"""LaTeX as MathML: what is read is set whole and as nothing but MathML, what is not is refused, whatever it is."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pasiflora.kernel import formulas
from pasiflora.kernel.formulas import UnreadableFormula, mathml
from pasiflora.kernel.markdown import render


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\sqrt{x}", "<msqrt><mi>x</mi></msqrt>"),
        (r"\sin x", '<mi mathvariant="normal">sin</mi>'),
        (r"\mathbf{x}", '<mi mathvariant="normal" class="math-bold">x</mi>'),
        (r"\boldsymbol{\beta}", '<mi class="math-bold">β</mi>'),
        (r"\mathit{diff}", '<mi class="math-italic">diff</mi>'),
        (r"\textbf{a}", '<mtext class="math-bold">a</mtext>'),
        (r"\mathbb{R}", '<mi mathvariant="normal">ℝ</mi>'),
        (r"\mathcal{L}", '<mi mathvariant="normal">ℒ</mi>'),
        (r"\text{if $x$ then}", "<mtext>if\N{NO-BREAK SPACE}</mtext><mi>x</mi><mtext>\N{NO-BREAK SPACE}then</mtext>"),
        (r"\boxed{x}", '<mrow class="math-box"><mi>x</mi></mrow>'),
        (r"\cancel{x}", '<mrow class="math-struck"><mi>x</mi><mrow></mrow></mrow>'),
        (r"\textcolor{red}{x}", "<mrow><mi>x</mi></mrow>"),
        (r"\overline{z}", '<mover accent="true"><mi>z</mi><mo stretchy="true">\N{OVERLINE}</mo></mover>'),
        (r"\underline{z}", '<munder accentunder="true"><mi>z</mi><mo stretchy="true">_</mo></munder>'),
        (r"\vec{v}", '<mo stretchy="false" class="math-vector">→</mo>'),
        (r"\begin{matrix} a \\[1em] b \end{matrix}", "</mtr><mtr><mtd><mi>b</mi></mtd></mtr>"),
        (r"\begin{split} a &= b \end{split}", '<mtd class="math-right math-flush-right"><mi>a</mi></mtd>'),
        (r"\sum_{\substack{i \\ j}} x", '<mtable displaystyle="false" class="math-small">'),
        (r"\begin{equation}x\label{a}\end{equation}\eqref{a}", "<mtext>(1)</mtext>"),
        (r"\hspace{900em}x", '<mspace width="20em"></mspace>'),
    ],
)
def test_what_latex_means(latex: str, expected: str) -> None:
    assert expected in mathml(latex, display=True)


@pytest.mark.parametrize(
    ("latex", "reason"),
    [
        (r"\href{javascript:alert(1)}{x}", 'Unknown command "\\href".'),
        (r"\includegraphics{x}", 'Unknown command "\\includegraphics".'),
        (r"\def\a{\a\a}\a", "It defines a command."),
        (r"\newcommand{\a}[1]{\hat{#1}}\a{x}", "It defines a command."),
        (r"\text{5 $ and}", "A dollar in its text has no second one."),
        ("x\ud800", "It has characters that nobody sees."),
        ("x" * 4001, "It is longer than 4000 characters."),
        ("{" * 501, "It has more than 500 commands, groups and scripts."),
        (r"\sqrt{" * 100 + "x" + "}" * 100, "It is more than 60 levels deep."),
        ("x" + "'" * 3000, "It is too large."),
    ],
)
def test_what_cannot_be_had_whole_is_refused(latex: str, reason: str) -> None:
    with pytest.raises(UnreadableFormula) as refusal:
        mathml(latex, display=False)
    assert str(refusal.value) == reason


# The deepest that the limits let through, of each kind: none may overflow a stack.
@pytest.mark.parametrize(
    "level",
    ["{%s}", r"\frac{%s}1", r"\sqrt %s", r"\left(%s\right)", "x^{%s}", r"\hat %s", r"\color{red}%s", r"{a\over %s}"],
)
def test_deep_formulas_are_no_crash(level: str) -> None:
    latex = "x"
    while len(level) - 2 + len(latex) <= formulas.LONGEST:
        latex = level.replace("%s", latex)
    began = time.process_time()
    assert "data-tex" in render(f"$$\n{latex}\n$$")
    most = "x"
    for _ in range(formulas.STEPS // 2):
        most = level.replace("%s", most)
    assert "data-tex" in render(f"$$\n{most}\n$$")
    assert time.process_time() - began < 2


# fmt: off
PARTS = [
    r"\frac", r"\text", r"\begin{matrix}", r"\end{matrix}", r"\left(", r"\right)", r"\color", r"\label", r"\tag", r"\\",
    "{", "}", "^", "_", "&", "<b>", '"', "'", "x", " ", "\x00", "\u202e", "𝐱", "$", "%", "#1", "~", "&lt;",
]
# fmt: on


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_nothing_but_mathml_comes_out(parts: list[str]) -> None:
    try:
        made = mathml("".join(parts), display=True)
    except UnreadableFormula:
        return
    assert set(re.findall(r"</?([^\s>]*)", made)) <= formulas.TAGS
    names = set().union(*formulas.ATTRIBUTES.values())
    assert set(re.findall(r'(\S+)="', "".join(re.findall(r"<[^>]*>", made)))) <= names
    assert made.startswith('<math display="block">')


def test_a_text_of_very_many_formulas_is_rendered_in_time() -> None:
    began = time.process_time()
    html = render("$x$ " * 15_000)
    assert time.process_time() - began < 4
    assert html.count("<math>") == formulas.FORMULAS
    assert html.count("data-tex") == 15_000
