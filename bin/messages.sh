#!/usr/bin/env bash
# Collects the message ids of every app into its Vietnamese catalogue, then compiles.
set -euo pipefail
if ! command -v xgettext >/dev/null; then
    echo "Collecting needs gettext: sudo apt-get install gettext" >&2
    exit 1
fi
for app in */apps.py; do
    app=${app%/apps.py}
    mkdir -p "$app/locale"
    (cd "$app" && ../.venv/bin/python ../manage.py makemessages --locale vi --no-location --verbosity 0)
done
exec .venv/bin/python bin/compile_messages.py
