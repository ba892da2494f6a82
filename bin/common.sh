# Shared by bin/run and bin/test: a Python, a virtual environment, locked dependencies. Sourced, never run.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
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
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

find_python() {
  local name
  for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s' "$name"
      return
    fi
  done
  say "Python 3.11 ou plus récent est nécessaire."
  exit 1
}

# The stamp holds the lock's checksum: nothing is installed again while it has not changed.
prepare_venv() {
  local lock=$1 stamp python
  stamp=$venv/$(basename "$lock").sum
  if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(cksum <"$lock")" ]; then
    return
  fi
  python=$(find_python)
  if ! [ -x "$venv/bin/python" ]; then
    say "Création de l’environnement Python…"
    "$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
    "$python" -m venv "$venv"
  fi
  say "Installation des dépendances verrouillées…"
  "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r "$lock"
  cksum <"$lock" >"$stamp"
}
