# shellcheck shell=bash
# The third database host, db3. Needs progress.sh, secrets.sh.
#
# Callers set ROOT to the repository's root.

THIRD_DATABASE_FILE=db3.yaml

# has_third_database: whether ./up was once told of it, and ./down --purge has not removed it since.
has_third_database() {
    grep -qs "^COMPOSE_FILE=.*$THIRD_DATABASE_FILE" "$ROOT/compose/.env"
}

# prepare_third_database, after ensure_secrets: its secrets, and the controller's configuration that names it.
prepare_third_database() {
    local secrets="$ROOT/compose/.secrets" previous_umask
    previous_umask=$(umask)
    umask 077
    make_database_secrets db3 198.18.0.23
    mkdir -p "$secrets/with-db3"
    sed '/- {name: web2, agent:/a\    - {name: db3, agent: "198.18.0.23:9701", mysql: "198.18.0.23:3306", priority: 50}' \
        "$ROOT/compose/config/controller.yaml" >"$secrets/with-db3/controller.yaml"
    give_to with-db3 "$UID_UNDERSTUDY"
    umask "$previous_umask"
}
