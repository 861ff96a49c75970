"""Numbers with their nouns."""


def count(number: int, one: str, many: str) -> str:
    """Return a number and the noun in its form: "1 article", "2,300 articles"."""
    return f"{number:,} {one if number == 1 else many}"
