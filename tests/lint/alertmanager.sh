#!/usr/bin/env bash
# Alertmanager accepts its configurations, routes alerts where it should, and silences what only follows from another alert.
set -euo pipefail
cd "$(dirname "$0")/../../dashboards/alertmanager"
readonly within_seconds=10

fail() {
    printf '%s\n' "$1"
    exit 1
}

amtool check-config ./*.yml

# The stack and the example silence the same, and only alerts that there are.
inhibit_rules() { sed -n '/^inhibit_rules:/,/^receivers:/p' "$1"; }
[ -n "$(inhibit_rules alertmanager.yml)" ] || fail "alertmanager.yml: no inhibit_rules"
diff <(inhibit_rules alertmanager.yml) <(inhibit_rules site.example.yml) ||
    fail "site.example.yml has other inhibit_rules than alertmanager.yml"
unknown=$(comm -13 <(sed -n 's/^ *- alert: *//p' ../prometheus/rules/*.yml | sort -u) \
    <(grep -ohE 'alertname *!?=~? *"?[A-Za-z|]+' ./*.yml | sed 's/.*[=~ "]//' | tr '|' '\n' | sort -u))
[ -z "$unknown" ] || fail "no such alert: $unknown"

# routed RECEIVERS LABEL=VALUE...: in the example.
routed() {
    local expected=$1 found
    shift
    found=$(amtool config routes test --config.file=site.example.yml "$@" 2>&1 | tail -n 1)
    [ "$found" = "$expected" ] || fail "$*: goes to \"$found\", not to \"$expected\""
}
routed on-call severity=critical alertname=MysqlDown server=web1
routed chat,mail severity=warning alertname=DiskLow server=web1
routed chat severity=warning alertname=FailoverHappened
routed chat alertname=Unheard

# A real one, which delivers to nobody.
folder=$(mktemp -d)
port=$((20000 + RANDOM % 10000))
sed 's|http://198[^ ]*|http://127.0.0.1:9/|' alertmanager.yml >"$folder/config.yml"
prometheus-alertmanager --config.file="$folder/config.yml" --storage.path="$folder" --cluster.listen-address= \
    --web.listen-address="127.0.0.1:$port" >"$folder/log" 2>&1 &
daemon=$!
trap 'kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null; rm -rf "$folder"' EXIT
tool() { amtool --alertmanager.url="http://127.0.0.1:$port" "$@"; }
deadline=$((SECONDS + within_seconds))
until tool cluster show >/dev/null 2>&1; do
    kill -0 "$daemon" 2>/dev/null || { cat "$folder/log"; fail "Alertmanager does not start"; }
    [ "$SECONDS" -lt "$deadline" ] || fail "Alertmanager did not answer within $within_seconds seconds"
done

silenced() { tool alert query --inhibited "alertname=$1" "${@:2}" --output=json | grep -q '"inhibitedBy":\["'; }
expect() {
    local want=$1 found=told
    shift
    ! silenced "$@" || found=silenced
    [ "$found" = "$want" ] || fail "$*: is $found, not $want"
}
tool alert add AgentDown server=web1 instance=web1 severity=critical
tool alert add HostUnreachable server=web1 host=web1 severity=warning
tool alert add HaproxyServerFlapping server=web1 instance=lb1 severity=warning
tool alert add DiskLow server=web2 instance=web2 mountpoint=/ severity=warning
tool alert add FilesystemFilling server=web2 instance=web2 mountpoint=/ severity=warning
tool alert add FilesystemFilling server=web2 instance=web2 mountpoint=/srv severity=warning
tool alert add ClusterDegraded cluster=main severity=critical
tool alert add NotReadyToFailOver cluster=main severity=warning
tool alert add MysqlDown server=db3 instance=db3 severity=critical
tool alert add ReplicationStopped server=db3 instance=db3 severity=critical
tool alert add ReplicationLag server=web2 instance=web2 severity=warning
expect told AgentDown
expect silenced HostUnreachable
expect silenced HaproxyServerFlapping
expect told DiskLow
expect silenced FilesystemFilling mountpoint=/
expect told FilesystemFilling mountpoint=/srv
expect told ClusterDegraded
expect silenced NotReadyToFailOver
expect told MysqlDown
expect silenced ReplicationStopped
expect told ReplicationLag
