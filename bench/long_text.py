"""Long responses as experts write them, made by rule: headings, lists, tables, code, formulas, links."""

import itertools
import random
from collections.abc import Iterator

WORDS = {
    "Latin": (
        "the premise holds when a sample is fair and every step follows from what was shown before so that we may rely "
        "on it because dose pressure rate court statute proof induction evidence patient treatment risk however after "
        "between without example therefore against measured result careful argument reason simple case general bound"
    ),
    "Arabic": (
        "في هذا المثال نرى أن العينة عادلة وأن كل خطوة تتبع ما سبق لذلك يمكن الاعتماد على النتيجة بعد القياس "
        "والعلاج والدليل والمريض والمحكمة والبرهان والخطر مع ذلك دون شك حيث تكون الحجة بسيطة والحالة عامة"
    ),
    "CJK": (
        "这个 例子 说明 样本 公平 因此 每一步 都 可以 依靠 之前 证明 结果 剂量 压力 法院 证据 病人 治疗 风险 论证 "
        "简单 一般 情况 测量 理由 但是 没有 之间 以后 成立 前提"
    ),
}
"""Words to make sentences of, by script, with blanks between."""

_CODE = {
    "python": "def mean(values):\n    # an empty sample has none\n    return sum(values) / len(values)",
    "sql": "SELECT region, count(*) FROM cases WHERE seen_at > '2026-01-01' GROUP BY region ORDER BY 2 DESC;",
    "c": "int add(int a, int b) {\n    return a + b; /* may overflow */\n}",
    "r": "fit <- lm(y ~ x + z, data = cohort)\nsummary(fit)",
}
_FORMULAS = (
    r"\sum_{i=1}^{n} x_i \le \sqrt{n \sum_{i=1}^{n} x_i^2}",
    r"\int_0^\infty e^{-\lambda t}\,dt = \frac{1}{\lambda}",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
)


def _blocks(script: str, chance: random.Random) -> Iterator[str]:
    words, space = WORDS[script].split(), "" if script == "CJK" else " "

    def sentence(length: int = 14) -> str:
        said = space.join(chance.choice(words) for _ in range(length))
        return said[:1].upper() + said[1:] + (". " if space else "。")

    for n in itertools.count(1):
        yield f"## {n}. {sentence(5).strip(' .。')}"
        for _ in range(3):
            yield (
                sentence() + f"**{sentence(4).strip()}** " + sentence() + f"where $x_{{{n}}} \\ge 0$, `f(x)` and "
                f"[{sentence(2).strip()}](https://example.org/{n}) agree. " + "".join(sentence() for _ in range(3))
            ).strip()
        yield "\n".join(f"- {sentence(9).strip()}" for _ in range(4))
        if n % 3 == 0:
            language, code = list(_CODE.items())[n // 3 % len(_CODE)]
            yield f"```{language}\n{code}\n```"
        if n % 4 == 0:
            yield f"$$\n{_FORMULAS[n // 4 % len(_FORMULAS)]}\n$$"
        if n % 5 == 0:
            row = "\n".join(f"| {chance.choice(words)} | {chance.randrange(100)} |" for _ in range(4))
            yield f"| {chance.choice(words)} | n |\n|:--|--:|\n{row}"


def long_text(script: str, words: int) -> str:
    """Markdown of about so many words, the same every time."""
    chance, parts, have = random.Random(4), [], 0  # noqa: S311 -- a text, no secret
    for block in _blocks(script, chance):
        parts.append(block)
        # A word of Chinese is two characters here, and nothing stands between them.
        have += len(block) // 2 if script == "CJK" else len(block.split())
        if have >= words:
            break
    return "\n\n".join(parts) + "\n"
