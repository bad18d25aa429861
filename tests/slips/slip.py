"""One slip."""

from typing import NamedTuple


class Slip(NamedTuple):
    """A replacement in a text with two blanks of indentation, as `json.dumps(…, indent=2)` writes it.

    Args:
        rule: The rule that finds it.
        right: The text of a clean document.
        wrong: The text with the slip.
        restores: Whether there is one right answer, which is the clean document.
    """

    rule: str
    right: str
    wrong: str
    restores: bool

    def apply(self, text: str, occurrence: int = 0) -> str | None:
        """The text with the slip at an occurrence of `right`, or None if there is no such occurrence."""
        at = -1
        for _ in range(occurrence + 1):
            at = text.find(self.right, at + 1)
            if at < 0:
                return None
        return f"{text[:at]}{self.wrong}{text[at + len(self.right) :]}"
