#!/usr/bin/env bash
# Prometheus accepts its configuration and the rules, and the rules fire when their tests say so.
set -euo pipefail
cd "$(dirname "$0")/../../dashboards/prometheus"

promtool check config prometheus.yml
promtool check rules rules/*.yml
printf '%s\0' ./*_test.yml | xargs -0 -n 1 -P "$(nproc)" promtool test rules

# Every alert is tested, and one that is about a server says which by the label `server`.
alerts() { sed -n 's/^ *- alert: *//p' rules/*.yml | sort -u; }
tested() { grep -ohE 'alertname: *[A-Za-z]+' ./*_test.yml | sed 's/.*: *//' | sort -u; }
untested=$(comm -23 <(alerts) <(tested))
[ -z "$untested" ] || { printf 'alerts without a test:\n%s\n' "$untested"; exit 1; }
awk '/^ *- alert:/ { alert = $3; server = 0 }
     /^ *labels:/ { server = /server: / }
     /^ *summary:/ && /\$labels\.(instance|host) / && !server { print alert ": no label server"; bad = 1 }
     END { exit bad }' rules/*.yml
