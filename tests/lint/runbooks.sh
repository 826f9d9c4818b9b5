#!/usr/bin/env bash
# Every alert names its page in docs/runbooks, every page has its alert, and no page leads nowhere.
set -euo pipefail
cd "$(dirname "$0")/../.."

# shellcheck disable=SC2016  # $externalLabels is for Prometheus to expand
readonly prefix='{{ $externalLabels.runbooks }}'
alerts=$(sed -n 's/^ *- alert: *//p' dashboards/prometheus/rules/*.yml | sort -u)
named=$(sed -n "s|^ *runbook_url: \"$prefix/\(.*\)\.md\"\$|\1|p" \
    dashboards/prometheus/rules/*.yml | sort)
pages=$(find docs/runbooks -name '*.md' ! -name README.md -printf '%f\n' | sed 's/\.md$//' | sort)
[ -n "$alerts" ] || { echo "dashboards/prometheus/rules: no alert found"; exit 1; }

status=0
report() { # what is only in the first list, and what is then wrong with it
    local name
    while read -r name; do
        [ -n "$name" ] || continue
        printf '%s: %s\n' "$name" "$3"
        status=1
    done < <(comm -23 <(printf '%s\n' "$1") <(printf '%s\n' "$2"))
}
report "$alerts" "$pages" "an alert without a page docs/runbooks/NAME.md"
report "$pages" "$alerts" "a page in docs/runbooks without an alert"
report "$alerts" "$named" "an alert without runbook_url: \"$prefix/NAME.md\""
report "$named" "$alerts" "a runbook_url that names no alert, or names one twice"

# The annotation is the alert's own: names alternate, each alert followed by its page.
if ! awk '/^ *- alert:/ { alert = $3 }
          /^ *runbook_url:/ { n = split($0, part, "/"); sub(/\.md"$/, "", part[n])
                              if (part[n] != alert) { print alert ": its runbook_url names " part[n]; bad = 1 } }
          END { exit bad }' dashboards/prometheus/rules/*.yml; then
    status=1
fi

# Each page says what it must, and its links lead somewhere.
for page in docs/runbooks/*.md; do
    case $page in */README.md) ;; *)
        for part in "# $(basename "$page" .md)" '**Look at**' '**Do**'; do
            grep -qxF -- "$part" "$page" || { printf '%s: no line "%s"\n' "$page" "$part"; status=1; }
        done ;;
    esac
    while read -r target; do
        [ -e "docs/runbooks/$target" ] || { printf '%s: leads to %s, which is not there\n' "$page" "$target"; status=1; }
    done < <(grep -oE '\]\([^)#:]+' "$page" | cut -c3-)
done
[ "$status" -ne 0 ] || printf '%d runbooks\n' "$(wc -l <<<"$pages")"
exit "$status"
