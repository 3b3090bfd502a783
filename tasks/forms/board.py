"""What somebody would like to write, as they choose it on the board."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO

from experts.models import Domain
from tasks.queries.board import Wish
from tasks.states import Difficulty

LONGEST = 100_000


class BoardFilter(forms.Form):
    """Nothing chosen: every task that is open to this person. What cannot be understood is left out."""

    domain = forms.SlugField(required=False, widget=forms.HiddenInput)
    language = forms.ChoiceField(required=False)
    difficulty = forms.ChoiceField(choices=[("", "Any"), *Difficulty.choices], required=False)
    minutes = forms.IntegerField(label="Minutes, at most", required=False, min_value=1, max_value=LONGEST)
    pay = forms.DecimalField(
        label="Pay, at least", required=False, min_value=0, max_value=LONGEST, max_digits=8, decimal_places=2
    )

    def __init__(self, sent: Mapping[str, Any], *, languages: Iterable[str], domains: Iterable[Domain]) -> None:
        super().__init__(sent)
        offered = [(code, str(LANG_INFO.get(code, {}).get("name", code))) for code in languages]
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", "Any"), *offered]
        self.domains = {domain.slug: domain for domain in domains}

    @property
    def domain_chosen(self) -> Domain | None:
        """The domain, if it is one of those offered."""
        self.is_valid()
        return self.domains.get(self.cleaned_data.get("domain", ""))

    @property
    def narrows(self) -> bool:
        """Whether something besides the domain is wished."""
        self.is_valid()
        return any(self.cleaned_data.get(name) not in {None, ""} for name in self.fields if name != "domain")

    def wish(self) -> Wish:
        """What is wished."""
        domain = self.domain_chosen
        sent = self.cleaned_data
        pay: Decimal | None = sent.get("pay")
        return Wish(
            domain=domain.pk if domain else None,
            language=sent.get("language", ""),
            difficulty=sent.get("difficulty", ""),
            most_minutes=sent.get("minutes"),
            least_pay_cents=int(pay * 100) if pay is not None else None,
        )

    def sent(self) -> list[tuple[str, str]]:
        """Name and value of what was chosen, to send it on."""
        self.is_valid()
        return [(name, str(self[name].value())) for name in self.cleaned_data if self[name].value()]
