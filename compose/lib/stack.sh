# shellcheck shell=bash
# Builds, starts and stops the stack. Needs progress.sh, docker.sh, base_images.sh.
#
# Callers set ROOT to the repository's root.

GRAFANA_IMAGE=grafana/grafana:11.6.0
HEALTHY_WITHIN_SECONDS=120
WRITER_WITHIN_SECONDS=90

compose() {
    (cd "$ROOT/compose" && docker compose "$@")
}

# choose_grafana: prints the Compose files to use; Grafana only where its image can be had.
choose_grafana() {
    if image_exists "$GRAFANA_IMAGE" ||
        { registry_in_reach && run_quietly "pulling Grafana" timeout 180 docker pull "$GRAFANA_IMAGE" >&2; }; then
        echo compose.yaml:grafana.yaml
    else
        warn "Grafana is left out: its image cannot be had from here. Prometheus has the same figures."
        echo compose.yaml
    fi
}

# What is mounted into containers and read at their start: a change of it must start them anew.
configuration_digest() {
    (cd "$ROOT" && find compose/config dashboards compose/.secrets -type f \
        \( -path 'compose/config/*' -o -path 'dashboards/*' -o -name ca.crt -o -name controller.yaml \) -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# write_environment COMPOSE_FILES: so that plain `docker compose` in compose/ sees the same stack.
write_environment() {
    cat >"$ROOT/compose/.env" <<ENVIRONMENT
# Written by ./up.
COMPOSE_FILE=$1
UNDERSTUDY_CONFIGURATION=$(configuration_digest)
UNDERSTUDY_HTTP_PORT=$UNDERSTUDY_HTTP_PORT
UNDERSTUDY_HTTPS_PORT=$UNDERSTUDY_HTTPS_PORT
UNDERSTUDY_PROMETHEUS_PORT=$UNDERSTUDY_PROMETHEUS_PORT
UNDERSTUDY_ALERTMANAGER_PORT=$UNDERSTUDY_ALERTMANAGER_PORT
UNDERSTUDY_CONTROLLER_PORT=$UNDERSTUDY_CONTROLLER_PORT
UNDERSTUDY_PAGE_PORT=$UNDERSTUDY_PAGE_PORT
UNDERSTUDY_GRAFANA_PORT=$UNDERSTUDY_GRAFANA_PORT
ENVIRONMENT
}

# build_some WHAT SERVICE...: of build.yaml.
build_some() {
    local what=$1
    shift
    run_quietly "$what" docker compose --file "$ROOT/compose/build.yaml" --progress plain build "$@" ||
        die "an image could not be built" "The log $RUN_LOG says which and why."
}

# The MySQL image takes a program out of the programs' image, so it comes second.
build_images() {
    build_some "building programs and images" programs lb net monitoring web
    build_some "building the MySQL image" mysql
}

# One line a service: name, state, health.
service_states() {
    compose ps --all --format '{{.Service}} {{.State}} {{if .Health}}{{.Health}}{{else}}-{{end}}'
}

show_unhealthy() {
    local service
    service_states | grep -v ' running healthy$' | while read -r service _; do
        printf '\n%s says:\n' "$service" >&2
        compose logs --no-log-prefix --tail 8 "$service" 2>&1 | sed 's/^/  | /' >&2
    done
}

# until_healthy: says in RUN_LOG which services are awaited; fails when it takes too long.
until_healthy() {
    local states awaited deadline=$((SECONDS + HEALTHY_WITHIN_SECONDS))
    while :; do
        if states=$(service_states); then
            # Nothing is found when all are healthy.
            awaited=$(grep -v ' running healthy$' <<<"$states" | cut -d' ' -f1 | xargs) || true
        else
            awaited="an answer of Docker"
        fi
        [ -n "$awaited" ] || return 0
        echo "not healthy yet: $awaited"
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.5
    done
}

# start_stack: returns when every service is healthy.
start_stack() {
    if ! run_quietly "starting containers" compose up --detach --remove-orphans --quiet-pull ||
        ! run_quietly "waiting until all are healthy" until_healthy; then
        show_unhealthy
        die "the stack did not start" "The lines above and $RUN_LOG say why; repeat ./up after mending it."
    fi
    note "all $(service_states | wc -l) services are healthy"
}

# migrate_schema: through the writer port, as soon as there is a writer.
migrate_schema() {
    local deadline=$((SECONDS + WRITER_WITHIN_SECONDS))
    until compose run --rm --no-deps -T web1-migrate >>"$RUN_LOG" 2>&1 </dev/null; do
        if [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 3 "$RUN_LOG" | sed 's/^/  | /' >&2
            die "no database accepts writes" "./understudy status and 'docker compose logs ctl1-controller' say why."
        fi
        sleep 0.5
    done
    note "$(tail -n 1 "$RUN_LOG")"
}

stop_stack() {
    run_quietly "stopping containers" compose --profile migrate down --remove-orphans ||
        die "the stack could not be stopped" "See $RUN_LOG."
}

# remove_stack: its containers, networks and volumes, whichever clone of this repository started it.
remove_stack() {
    local ours=label=com.docker.compose.project=understudy
    {
        docker ps --all --quiet --filter "$ours" | xargs --no-run-if-empty docker rm --force --volumes &&
            docker network ls --quiet --filter "$ours" | xargs --no-run-if-empty docker network rm &&
            docker volume ls --quiet --filter "$ours" | xargs --no-run-if-empty docker volume rm
    } >>"$RUN_LOG" 2>&1 || die "the stack could not be removed" "See $RUN_LOG."
}

# purge_stack: containers, volumes, images and secrets; Docker itself stays.
purge_stack() {
    remove_stack
    rm -rf "$ROOT/compose/.secrets" "$ROOT/compose/.env"
    docker images --quiet --filter 'reference=understudy/*' | sort -u | xargs --no-run-if-empty \
        docker rmi --force >>"$RUN_LOG" 2>&1 ||
        die "some images could not be removed; other containers use them" "See $RUN_LOG."
}
