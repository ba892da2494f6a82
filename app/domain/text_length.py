"""A text that is too long is never cut: the error says how many characters are too many. Source: issue 14."""

ATTACH_FILE_ADVICE = "gardez l’essentiel, ou joignez un fichier"


def format_number(number: int) -> str:
    """« 53 300 »."""
    return f"{number:,}".replace(",", "\u202f")


def format_length_error(length: int, limit: int, advice: str = "") -> str:
    """« 53 300 caractères, c’est 48 300 de trop : 5 000 au plus. », or advice in place of the limit."""
    advice = advice or f"{format_number(limit)} au plus"
    return f"{format_number(length)} caractères, c’est {format_number(length - limit)} de trop : {advice}."


def find_length_errors(texts: dict[str, tuple[str, int]], advice: str = "") -> dict[str, str]:
    """texts: field -> (text, maximum length). Returns field -> error."""
    return {
        field: format_length_error(len(text), most, advice) for field, (text, most) in texts.items() if len(text) > most
    }
