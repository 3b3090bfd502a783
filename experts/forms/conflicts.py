"""Naming people and employers whose work one must not judge."""

from django import forms


class ColleagueForm(forms.Form):
    """Somebody, by address, in the person's own words."""

    address = forms.EmailField(
        label="Their e-mail address",
        help_text="We keep a fingerprint of it, not the address, and do not say whether they are here.",
    )
    words = forms.CharField(
        label="Who this is",
        max_length=200,
        help_text="For instance: my former supervisor. You and the admins read it.",
    )


class EmployerForm(forms.Form):
    """Where somebody works."""

    name = forms.CharField(
        label="Employer",
        max_length=200,
        help_text="The whole organisation as it is known: the university, not the institute. Name two if people "
        "call it differently.",
    )


class PairForm(forms.Form):
    """An admin records a conflict of one person, with another or with an employer."""

    address = forms.EmailField(label="Other person, by e-mail address", required=False)
    employer = forms.CharField(label="Or an employer", max_length=200, required=False)
    words = forms.CharField(
        label="Why", max_length=200, required=False, help_text="This person reads it. The other one does not."
    )

    def clean(self) -> dict[str, object]:
        sent: dict[str, object] = super().clean() or {}
        if bool(sent.get("address")) == bool(sent.get("employer")) and not self.errors:
            raise forms.ValidationError("Name either a person or an employer.")
        return sent
