"""The one error that a person is meant to read.

Belongs here: OnRecordError. Does not: anything that a program should handle; a bad input is an exclusion, not an error.
"""


class OnRecordError(Exception):
    """Bad usage or a broken file: one line that names the file and the way out. Shown without a stack trace."""
