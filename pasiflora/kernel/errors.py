"""Refusals that a person can read, told apart by what the person can do about them."""


class DomainError(Exception):
    """A refusal in one sentence. `code` is for programs, the message for people."""

    status = 409
    code = "refused"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "Refused.").strip().split("\n")[0])

    @property
    def sentence(self) -> str:
        return str(self.args[0])


class NotYours(DomainError):
    """This is not yours to do."""

    status = 403
    code = "not_yours"


class TooLate(DomainError):
    """This can no longer be done: somebody or something else moved it on."""

    status = 409
    code = "too_late"


class NotNow(DomainError):
    """This cannot be done yet."""

    status = 409
    code = "not_now"


class Invalid(DomainError):
    """What was sent cannot be taken."""

    status = 422
    code = "invalid"
