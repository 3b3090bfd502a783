"""How far chance alone could move a share."""

from math import sqrt

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share of `hits` in `n`, as two numbers from 0 to 1. Raises ValueError for none.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927), 209-212:
    (p + z²/2n ± z·sqrt(p(1 − p)/n + z²/4n²)) / (1 + z²/n). Unlike p ± z·sqrt(p(1 − p)/n) it stays within 0 and 1,
    and keeps a width where all or none hit.
    """
    if not 0 <= hits <= n or n == 0:
        raise ValueError(f"{hits} of {n} is no share.")
    share, square = hits / n, Z * Z
    middle = share + square / (2 * n)
    spread = Z * sqrt(share * (1 - share) / n + square / (4 * n * n))
    whole = 1 + square / n
    # At both ends the formula gives exactly 0 and 1; a floating-point number may fall short of them.
    return (middle - spread) / whole if hits else 0.0, (middle + spread) / whole if hits < n else 1.0
