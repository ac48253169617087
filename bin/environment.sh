#!/usr/bin/env bash
# Installs the locked Python libraries into .venv: `main`, or main and the group named.
set -euo pipefail
group=$1
export UV_PYTHON_DOWNLOADS=never

chosen=(--no-default-groups)
[ "$group" = main ] || chosen+=(--group "$group")
echo "Installing Python libraries ($group) …"
.tools/bin/uv sync --frozen --inexact --quiet "${chosen[@]}"
touch ".venv/.$group"
