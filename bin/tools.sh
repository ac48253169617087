#!/usr/bin/env bash
# Makes .tools/, a small environment that holds uv (the version given), with which all else comes.
set -euo pipefail
version=$1 python=${PYTHON:-python3}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Khéo needs Python 3.11 or newer; name it, for example: PYTHON=python3.12 make demo" >&2
    exit 1
fi
echo "Preparing the installer (uv $version) …"
if ! "$python" -m venv --clear .tools >/dev/null 2>&1; then
    [ "$(id -u)" = 0 ] && apt-get install -y -qq python3-venv >/dev/null 2>&1 || true
    if ! "$python" -m venv --clear .tools; then
        echo "Python's venv module is missing; install it: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
.tools/bin/pip install --quiet --disable-pip-version-check "uv==$version"
touch ".tools/uv-$version"
