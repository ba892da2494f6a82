# shellcheck shell=bash
# Shared by bin/run and bin/test: a Python, a virtual environment, locked dependencies. Sourced, never run.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
root=$PWD
venv=$root/.venv

say() { printf '%s\n' "$*" >&2; }

# Debian's packages need root, or sudo without a password.
may_install() { command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; }

apt_install() {
  if ! may_install; then
    say "Il manque : $*. Installez-le avec : sudo apt-get install $*"
    exit 1
  fi
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  say "Installation de : $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >/dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" \
    </dev/null >/dev/null
}

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"
      return
    fi
  done
  say "Il faut Python 3.11 ou plus récent. Installez-le avec : sudo apt-get install python3"
  exit 1
}

# Debian keeps ensurepip apart, in a package for each version: python3.11-venv.
make_venv() {
  local python=$1
  say "Création de l’environnement Python…"
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  "$python" -m venv --clear "$venv"
}

# The stamp holds the lock's checksum: nothing is installed again while it has not changed. An environment without
# pip was interrupted while it was being made, or its Python has gone: it is made anew.
prepare_venv() {
  local lock=$1 stamp python
  stamp=$venv/$(basename "$lock").sum
  if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(cksum <"$lock")" ]; then
    return
  fi
  if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    make_venv "$python"
  fi
  say "Installation des dépendances verrouillées…"
  # The lock is whole: resolving anew would meet versions newer than the lock's, which have no checksum there.
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps -r "$lock"
  cksum <"$lock" >"$stamp"
}
