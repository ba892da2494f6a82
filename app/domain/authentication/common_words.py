"""What makes a password quick to guess in France: common words, the person's name and team, runs of keys and digits.

The words below are our own, not a copied list. Rules cover what lists repeat: capitals, @ for a, a year or 123 at the
end, the same piece again. Source: ASVS 5.0, 6.2.4, 6.2.11 and 6.2.12.
"""

import re
import unicodedata

_WORDS = """
abricot accueil admin administration agent amour amoure ange anniversaire aout argent arsenal asse assurance automne
avenir avril bastien bebe bienvenu bienvenue bisou bonheur bonjour bordeaux boulot bretagne bureau cafe cahors camille
canard caramel carotte cedric cerise changemoi chat chaton chausson cheri cherie cheval chien chocolat chouchou
choupette chouquette ciel citron clement codesecret coeur commune compte connexion conseiller coquelicot coquine
coucou couleur courage dauphin decembre departement diamant dimanche dofus doudou dragon dupont eglise enfant ensemble
entrer ete etoile famille fevrier figeac fleur florian foot football fraise france franceservices fromage garcon
guillaume hello hirondelle hiver identifiant iloveyou informatique internet isabelle janvier jardin jeremy jesuis
jetaime jeudi juillet juin jules julien jupiter kevin lapin laurent lavande lefevre licorne lille lion londres lotus
loulou louloute lucas lundi lune lyon mai mairie maison maman marie marmotte mars marseille martin mathieu maxime mdp
medaille melissa merci mercredi mignon minou mission mois monamour moncompte montagne motdepasse musique nantes
napoleon naruto nathalie nature nicolas noel nounou nounours novembre octobre oiseau olivier olympique om orange
orchidee ordinateur ourson papa papillon paris pass passe password patate patrick philippe piano pierre pirate pokemon
police portable poussin prefecture prince princesse printemps printempsete provence psg qwerty rennes republique
respect romain rouge rugby salut samedi sandrine secret secretaire securite septembre service services sesame simba
social soleil sophie sourire stephane strasbourg superman sylvie tata thierry thomas tigre tintin titeuf titi toto
toulouse tournesol travail ubuntu utilisateur vacances valentin vendredi vincent violette virginie voiture welcome
windows winter zidane zinedine
"""
COMMON_WORDS = _WORDS.split()
_KEYBOARD_ROWS = (
    *("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"),
    *("01234567890123", "aqwzsxedcrfvtgbyhnujikolpm", "1a2z3e4r5t6y7u8i9o0p"),
)
_RUNS = "\n".join((*_KEYBOARD_ROWS, *(row[::-1] for row in _KEYBOARD_ROWS)))
_SHORTEST_RUN = 3
_LOOKALIKE_LETTERS = str.maketrans("@4301!5$7", "aaeoiisst")
_YEARS_AND_REPEATS = re.compile(r"(?:19|20)\d\d|(.)\1\1+")
_REPEATED = re.compile(r"(.{2,}?)\1+")
_PIECE_SCORE = 2
MIN_SCORE = 8


def is_guessable(password: str, personal_texts: list[str]) -> bool:
    """personal_texts: the person's address, names and teams.

    A guessable piece is worth two characters, wherever it stands. Four unrelated common words are therefore enough; one
    word with a year is not.
    """
    known = [*COMMON_WORDS, *(word for text in personal_texts for word in split_words(text))]
    return min(_compute_score(text, known) for text in list_spellings(password)) < MIN_SCORE


def list_spellings(password: str) -> set[str]:
    """As it is typed, and with the letters that its digits and signs look like."""
    plain = normalize_letters(password)
    return {plain, plain.translate(_LOOKALIKE_LETTERS)}


def normalize_letters(text: str) -> str:
    """Lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part))


def split_words(text: str) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", normalize_letters(text)) if len(word) >= _SHORTEST_RUN]


def _compute_score(text: str, known: list[str]) -> int:
    """Two for each different guessable piece, one for each other letter or digit, nothing for signs and repeats."""
    guessed = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    pieces = set(re.findall(guessed, text))
    text = re.sub(guessed, " ", text)
    pieces |= {found.group() for found in _YEARS_AND_REPEATS.finditer(text)}
    runs, text = _remove_runs(_YEARS_AND_REPEATS.sub(" ", text))
    left = re.sub(r"[\W_]", "", _REPEATED.sub(r"\1", text))
    return _PIECE_SCORE * len(pieces | runs) + len(left)


def _remove_runs(text: str) -> tuple[set[str], str]:
    """Returns the runs of at least three neighbouring keys, and the text without them."""
    runs, rest, start = set(), "", 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[start : end + 1] in _RUNS:
            end += 1
        if end - start >= _SHORTEST_RUN:
            runs.add(text[start:end])
            rest += " "
        else:
            end = start + 1
            rest += text[start]
        start = end
    return runs, rest
