"""The one error a person sees."""


class StackError(Exception):
    """A sentence that says what is wrong and what to do about it. Printed without a traceback."""
