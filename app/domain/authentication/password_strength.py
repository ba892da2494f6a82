"""How many guesses a password takes, by zxcvbn: words, names, keyboards, dates, repeats. Source: ASVS 5.0, 6.2.4."""

from zxcvbn_rs_py import zxcvbn

from app.domain.authentication.common_words import COMMON_WORDS, split_words

MIN_GUESSES_LOG10 = 10
"""Powers of ten, as zxcvbn's highest score (4). At 50 ms each, argon2id makes it 16 years of one processor."""
MAX_CHARACTERS = 72
"""The rest is not looked at. zxcvbn's time grows faster than the length: 72 characters take 10 ms at most."""


def is_strong(password: str, personal_texts: list[str]) -> bool:
    """personal_texts: what is known of the person. Its words and the common French ones are tried first."""
    known = [word for text in personal_texts for word in split_words(text)]
    return zxcvbn(password[:MAX_CHARACTERS], [*known, *COMMON_WORDS]).guesses_log10 >= MIN_GUESSES_LOG10
