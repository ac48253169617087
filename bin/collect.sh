#!/usr/bin/env bash
# Collects the static files of every app under hashed names, compressed.
set -euo pipefail
echo "Collecting static files …"
.venv/bin/python manage.py collectstatic --noinput --verbosity 0
touch build/.collected
