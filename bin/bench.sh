#!/usr/bin/env bash
# The benchmark, against PostgreSQL and Redis.
set -euo pipefail
export PATH="$PWD/.venv/bin:$PATH"
exec python -W "ignore:XDG_RUNTIME_DIR" bin/with_servers.py python -m bench
