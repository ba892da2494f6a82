"""bin/bench hostile [NAME]: how often each attack is tried and what it reaches. It exits 1 when one succeeds."""

import sys

from bench.hostile import addresses, files, limits, passwords, presses, private, proxies, remains, settings, words

ATTACKS = {
    "addresses": addresses.attack,
    "files": files.attack,
    "limits": limits.attack,
    "passwords": passwords.attack,
    "presses": presses.attack,
    "private": private.attack,
    "proxies": proxies.attack,
    "remains": remains.attack,
    "settings": settings.attack,
    "words": words.attack,
}


def run_attacks() -> int:
    names = sys.argv[2:] or list(ATTACKS)
    print(f"{'attack':42}  tried  reached")
    return max([ATTACKS[name]() for name in names])
