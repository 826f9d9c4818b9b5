#!/usr/bin/env bash
# docs/firewall.md shows the table of who may talk to whom as it is, and every server has rules.
set -euo pipefail
cd "$(dirname "$0")/../.."

export FIREWALL_TABLE=compose/images/net/firewall.table
firewall=compose/images/net/understudy-firewall

# Nothing is found where the markers are gone; the comparison says so.
shown=$(sed -n '/^<!-- understudy-firewall markdown -->$/,/^<!-- end -->$/p' docs/firewall.md | grep '^|' || true)
if ! diff <(printf '%s\n' "$shown") <("$firewall" markdown); then
    echo "docs/firewall.md: does not show $FIREWALL_TABLE; put the output of '$firewall markdown' there"
    exit 1
fi
# The rows that both the rules and the documentation are made from name only what there is.
awk '$1 == "server" { for (i = 4; i <= NF; i++) known[$i]; servers++ }
    $1 == "host" { known[$2] }
    $1 == "allow" { if (!($2 in known) && $2 != "outside" || !($3 in known)) { print FILENAME ": " $0; bad = 1 } }
    END { exit bad || !servers }' "$FIREWALL_TABLE"
awk '$1 == "server" { print $2 }' "$FIREWALL_TABLE" | while read -r server; do
    "$firewall" rules "$server" | grep -q 'policy drop' || { echo "no rules for $server"; exit 1; }
done
if "$firewall" rules nobody >/dev/null 2>&1; then
    echo "$firewall: makes rules for a server that is not in the table"
    exit 1
fi
