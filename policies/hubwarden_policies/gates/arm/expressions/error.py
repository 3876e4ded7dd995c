"""What is wrong with an expression."""

from __future__ import annotations


class ExpressionError(Exception):
    """A sentence on what is wrong, with a way out.

    `path` leads from the value that was evaluated to the expression (it ends with None where a
    key is one), `column` counts from 1 in it; 0 is a column that nobody knows. The message names
    functions, parameters and types, never a value: that might be a key.
    """

    def __init__(
        self, message: str, column: int = 0, path: tuple[str | int | None, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message, self.column, self.path = message, column, path

    def at(self, column: int) -> ExpressionError:
        """The same about this column of the expression around it."""
        return ExpressionError(self.message, column)

    def under(self, key: str | int) -> ExpressionError:
        """The same, seen from the object or array around it."""
        return ExpressionError(self.message, self.column, (key, *self.path))


class NotKnown(Exception):
    """A function cannot tell its result offline, though it knows its arguments."""
