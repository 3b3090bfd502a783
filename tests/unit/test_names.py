"""Names as people write them."""

import pytest

from experts.checks.names import Likeness, likeness

SAME, PARTLY, OTHER, UNTOLD = Likeness


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Josiah Carberry", "Josiah Carberry", SAME),
        ("Josiah Carberry", "CARBERRY, Josiah", SAME),
        ("J. S. Carberry", "Josiah Stinkney Carberry", SAME),
        ("J.S. Carberry", "Josiah Stinkney Carberry", SAME),
        ("Josiah Carberry", "Josiah Stinkney Carberry", SAME),
        ("Dr. Mira Moss, MD", "MIRA MOSS", SAME),
        ("José García", "Jose Garcia", SAME),
        ("Jürgen Müller", "Juergen Mueller", SAME),
        ("Jürgen Müller", "Jurgen Muller", SAME),
        ("Søren Kierkegaard", "Soren Kierkegaard", SAME),
        ("Łukasz Wałęsa", "Lukasz Walesa", SAME),
        ("Sinéad O'Brien", "Sinead O’Brien", SAME),
        ("Anne-Marie Straße", "Anne Marie Strasse", SAME),
        ("Ｍｉｒａ Moss", "Mira Moss", SAME),
        ("Мира Мосс", "МИРА МОСС", SAME),
        ("Suharto", "Suharto", SAME),
        ("Mira Carberry", "Josiah Carberry", PARTLY),
        ("Wei Zhang", "Li Zhang", PARTLY),
        ("Anna Smith", "Anna Jones", PARTLY),
        ("Carberry", "Josiah Carberry", PARTLY),
        ("J. C.", "Josiah Carberry", PARTLY),
        ("J. Carberry", "Mira Carberry", PARTLY),
        ("Mira Moss", "Josiah Carberry", OTHER),
        ("山田太郎", "Taro Yamada", UNTOLD),
        ("Мира Мосс", "Mira Moss", UNTOLD),
        ("", "Mira Moss", UNTOLD),
        ("42", "Mira Moss", UNTOLD),
        ("Dr.", "Dr. Mira Moss", UNTOLD),
    ],
)
def test_names_are_compared_as_people_would(one: str, other: str, found: Likeness) -> None:
    assert (likeness(one, other), likeness(other, one)) == (found, found)
