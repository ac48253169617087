#!/usr/bin/env bash
# Every static check; all are run, and any failure fails the whole.
set -uo pipefail
export PATH="$PWD/.venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
failed=()

check() {
    echo "— $1"
    "${@:2}" || failed+=("$1")
}

as_in_production() {
    env PRODUCTION=1 DEMO=0 DEBUG=0 BASE_URL=https://kheo.example ALLOWED_HOSTS=kheo.example \
        SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
        FIELD_KEYS="$(python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())')" \
        "$@"
}

check "style" ruff check --quiet
check "format" ruff format --check --quiet
check "floors and rooms" lint-imports
check "types" mypy
for package in packages/*/; do
    check "types of $package" mypy --config-file "$package/pyproject.toml" "$package/src"
done
check "templates" djlint --lint --quiet --allow-empty-input -- */templates
check "dependencies" deptry .
check "settings of a production start" as_in_production python manage.py check --deploy --fail-level WARNING
check "migrations" python manage.py makemigrations --check --dry-run
check "messages" python bin/compile_messages.py

[ "${#failed[@]}" = 0 ] && echo "All checks passed." && exit 0
printf 'Failed:' >&2
printf ' %s;' "${failed[@]}" >&2
echo >&2
exit 1
