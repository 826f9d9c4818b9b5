#!/usr/bin/env bash
# Starts and stops the two MySQL servers that the contract tests run against.
#
# Usage: mysql_servers.sh start|stop
# Both are containers of the stack's MySQL image, in a network of their own. Their sockets, passwords
# and certificates lie under UNDERSTUDY_CONTRACT_DIR; Unix sockets need a short path.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly contract_dir=${UNDERSTUDY_CONTRACT_DIR:-/run/understudy-contract}
readonly mysql_image=${UNDERSTUDY_MYSQL_IMAGE:-understudy/mysql:0.1.0}
readonly network=understudy-contract subnet=198.18.79
readonly ready_within_s=90
RUN_LOG="$contract_dir/start.log"

# shellcheck source=compose/lib/progress.sh
. compose/lib/progress.sh
# shellcheck source=compose/lib/secrets.sh
. compose/lib/secrets.sh

stop() {
    # Only what is there: a start stops first.
    docker ps --all --quiet --filter "name=^$network-[ab]\$" | xargs --no-run-if-empty docker rm --force --volumes >/dev/null
    docker network ls --quiet --filter "name=^$network\$" | xargs --no-run-if-empty docker network rm >/dev/null
    rm -rf "$contract_dir"
}

make_secrets() {
    SECRETS_DIR="$contract_dir/secrets"
    umask 077
    mkdir -p "$SECRETS_DIR/passwords"
    local name
    for name in mysql_root mysql_agent mysql_repl guestbook_rw guestbook_ro guestbook_migrate; do
        new_password "${name}_password"
    done
    make_authority
}

# start_server NAME LAST_OCTET
start_server() {
    local name=$1 octet=$2
    hand_out "$name" mysql_root_password mysql_agent_password mysql_repl_password \
        guestbook_rw_password guestbook_ro_password guestbook_migrate_password
    issue_certificate "$SECRETS_DIR/$name/tls" "$name" "DNS:$name,IP:$subnet.$octet"
    give_to "$name" "$UID_MYSQL"
    install -d -o "$UID_MYSQL" -g "$UID_MYSQL" -m 0755 "$contract_dir/$name"
    docker run --detach --name "$network-$name" --hostname "$name" --memory 1g \
        --network "$network" --ip "$subnet.$octet" --env SERVER_ID="$octet" \
        --volume "$contract_dir/$name:/run/mysqld" \
        --volume "$SECRETS_DIR/$name/passwords:/run/secrets:ro" \
        --volume "$SECRETS_DIR/$name/tls:/etc/understudy/tls:ro" "$mysql_image" >/dev/null
}

answers() {
    docker exec "$network-$1" mysqladmin ping --silent --socket /run/mysqld/mysqld.sock >/dev/null 2>&1
}

await_server() {
    local until=$((SECONDS + ready_within_s))
    until answers "$1"; do
        if [ "$SECONDS" -ge "$until" ]; then
            docker logs --tail 20 "$network-$1" >&2
            printf 'server %s did not answer within %s s\n' "$1" "$ready_within_s" >&2
            return 1
        fi
        sleep 0.2
    done
}

start() {
    docker image inspect "$mysql_image" >/dev/null 2>&1 || {
        printf 'image %s is missing; ./up makes it\n' "$mysql_image" >&2
        exit 1
    }
    stop
    install -d -m 0755 "$contract_dir"
    docker network create --subnet "$subnet.0/24" "$network" >/dev/null
    make_secrets
    start_server a 21
    start_server b 22
    await_server a
    await_server b
}

case "${1:-}" in
    start) start ;;
    stop) stop ;;
    *)
        printf 'usage: %s start|stop\n' "$0" >&2
        exit 2
        ;;
esac
