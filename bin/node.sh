#!/usr/bin/env bash
# Runs a command with Node in reach: the machine's (20 or newer, with npm) or a wheel's in .tools/.
set -euo pipefail

suits() {
    command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null
}
if ! suits; then
    [ -x .tools/bin/npm ] || UV_PROJECT_ENVIRONMENT=.tools UV_PYTHON_DOWNLOADS=never \
        .tools/bin/uv sync --frozen --inexact --quiet --only-group assets
    PATH="$PWD/.tools/bin:$PATH"
fi
exec "$@"
