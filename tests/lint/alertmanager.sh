#!/usr/bin/env bash
# Alertmanager accepts its configuration.
set -euo pipefail
cd "$(dirname "$0")/../../dashboards/alertmanager"

amtool check-config ./*.yml
