"""A text that is too long is never cut: the refusal says how many characters are too many. Source: issue 14."""

JOIN_A_FILE = "gardez l’essentiel, ou joignez un fichier"


def grouped(number: int) -> str:
    """« 53 300 »."""
    return f"{number:,}".replace(",", "\u202f")


def excess(length: int, most: int, advice: str = "") -> str:
    """« 53 300 caractères, c’est 48 300 de trop : 5 000 au plus. », or an advice in the place of the limit."""
    advice = advice or f"{grouped(most)} au plus"
    return f"{grouped(length)} caractères, c’est {grouped(length - most)} de trop : {advice}."


def too_long(texts: dict[str, tuple[str, int]], advice: str = "") -> dict[str, str]:
    """field -> (its text, the most characters); what is wrong, field by field."""
    return {field: excess(len(text), most, advice) for field, (text, most) in texts.items() if len(text) > most}
