"""Why a file is not taken."""


class Refused(Exception):
    """A file that is not taken, as sentences about "it" that follow the name of the file."""
