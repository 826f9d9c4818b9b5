#!/usr/bin/env bash
# Prometheus accepts its configuration and the rules, and the rules fire when their tests say so.
set -euo pipefail
cd "$(dirname "$0")/../../dashboards/prometheus"

promtool check config prometheus.yml
promtool check rules rules/*.yml
promtool test rules ./*_test.yml
