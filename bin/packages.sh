#!/usr/bin/env bash
# Installs the locked browser packages into node_modules, running none of their scripts.
set -euo pipefail
echo "Installing browser packages …"
bin/node.sh npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
mkdir -p build
touch build/.packages
