#!/usr/bin/env bash
# Every test. First on embedded parts (SQLite, database cache), alone and in a browser; then on
# PostgreSQL and Redis. It stops at the first part that fails; no tests found is a failure too.
set -euo pipefail
export PATH="$PWD/.venv/bin:$PATH"
quick="not browser and not deployment"

embedded() {
    env DATABASE_URL="sqlite:///$PWD/var/test.sqlite3" REDIS_URL= pytest "$@"
}
served() {
    python -W "ignore:XDG_RUNTIME_DIR" bin/with_servers.py pytest "$@"
}

bin/test_tools.sh
echo "— The libraries of packages/"
for package in packages/*/; do
    (cd "$package" && pytest)
done
echo "— On SQLite"
embedded tests -n 2 --dist worksteal -m "$quick"
echo "— In a browser"
embedded tests -m browser
echo "— As deployed, on PostgreSQL and Redis"
served tests -m deployment
echo "— On PostgreSQL and Redis"
served tests -n 2 --dist worksteal -m "$quick"
