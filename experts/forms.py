"""What people fill in about themselves."""

from django import forms


class SignupForm(forms.Form):
    """Asks for a name besides the address; allauth saves it onto the person."""

    name = forms.CharField(label="Your name", max_length=120, help_text="Admins see it. Reviewers and labs never do.")

    def signup(self, request: object, user: object) -> None:
        """allauth calls this with the new person."""
        user.name = self.cleaned_data["name"]  # type: ignore[attr-defined] -- allauth types its hook loosely
        user.save(update_fields=["name"])  # type: ignore[attr-defined] -- the same
