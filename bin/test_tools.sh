#!/usr/bin/env bash
# The programs only tests use, from the system's packages: named where they cannot be installed.
set -euo pipefail
missing=()

need() { # need PACKAGE PROGRAM…: one of the programs is enough
    local package=$1 program
    shift
    for program in "$@"; do
        command -v "$program" >/dev/null && return
    done
    missing+=("$package")
}

need chromium chromium chromium-browser google-chrome google-chrome-stable
need docker-compose docker-compose
need zbar-tools zbarimg
need poppler-utils pdftotext
[ "${#missing[@]}" = 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need ${missing[*]}: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
echo "Installing ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update && apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -20 "$log" >&2
    exit 1
fi
rm -f "$log"
