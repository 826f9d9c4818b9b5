# shellcheck shell=bash
# Installs and starts Docker Engine and Compose where they are missing. Needs progress.sh.
#
# Debian 12 has an engine too old for Compose v2 health features, so these four packages come from
# Debian 13, pinned so that nothing else does; containerd and runc stay Debian 12's.

DOCKER_PACKAGES=(docker.io docker-cli docker-compose docker-buildx)
MINIMUM_API_VERSION=1.44 # health checks with start_interval
MINIMUM_COMPOSE_VERSION=2.20 # include:
DOCKERD_LOG=/var/log/understudy-dockerd.log

# version_at_least HAVE WANT
version_at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# ensure_command COMMAND PACKAGE...: installs the packages where the command is missing.
ensure_command() {
    local command=$1
    shift
    ! command -v "$command" >/dev/null || return 0
    command -v apt-get >/dev/null || die "$command is missing here" "Install it, then repeat."
    if ! run_quietly "reading the package lists" apt-get update ||
        ! run_quietly "installing $command" apt_install "$@"; then
        die "$command could not be installed" "Is deb.debian.org reachable from here?"
    fi
}

engine_answers() {
    timeout 10 docker version --format '{{.Server.APIVersion}}' >/dev/null 2>&1
}

compose_is_usable() {
    local version
    version=$(docker compose version --short 2>/dev/null) || return 1
    version_at_least "${version#v}" "$MINIMUM_COMPOSE_VERSION"
}

# docker_is_installed: client, Compose and buildx are there, and an engine runs or can be started.
docker_is_installed() {
    compose_is_usable && docker buildx version >/dev/null 2>&1 &&
        { engine_answers || command -v dockerd >/dev/null; }
}

pin_docker_packages_to_trixie() {
    cat >/etc/apt/sources.list.d/understudy-docker.sources <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
    cat >/etc/apt/preferences.d/understudy-docker <<PIN
Explanation: only Docker comes from Debian 13, see compose/lib/docker.sh
Package: *
Pin: release n=trixie
Pin-Priority: -10

Package: ${DOCKER_PACKAGES[*]}
Pin: release n=trixie
Pin-Priority: 990
PIN
}

# install_docker: does nothing where a usable Docker is present.
install_docker() {
    docker_is_installed && return 0
    local codename
    codename=$(sed -n "s/^VERSION_CODENAME=//p" /etc/os-release)
    case "$codename" in
        bookworm) pin_docker_packages_to_trixie ;;
        trixie | forky | sid) ;;
        *) die "no usable Docker here, and this is not Debian 12 or 13 ($codename)" \
            "Install Docker Engine 25 or newer with Compose $MINIMUM_COMPOSE_VERSION and buildx, then repeat." ;;
    esac
    run_quietly "reading the package lists" apt-get update ||
        die "apt-get update failed" "Is deb.debian.org reachable from here?"
    run_quietly "installing Docker" apt_install "${DOCKER_PACKAGES[@]}" iptables ca-certificates ||
        die "Docker could not be installed" "The log $RUN_LOG says why."
    hash -r
    docker_is_installed ||
        die "Docker was installed but does not work" "See 'docker compose version' and 'docker buildx version'."
}

explain_engine_failure() {
    if grep -qiE 'bridge|iptables|nf_tables|br_netfilter' "$DOCKERD_LOG"; then
        die "the Docker engine does not start: the kernel lacks bridges or packet filtering" \
            "Load the modules bridge, veth and nf_tables, or use a machine that has them. Log: $DOCKERD_LOG"
    fi
    tail -n 15 "$DOCKERD_LOG" >&2
    die "the Docker engine does not start" "Log: $DOCKERD_LOG"
}

wait_for_engine() {
    local pid=$1 deadline=$((SECONDS + 60))
    until engine_answers; do
        if [ "$pid" -ne 0 ] && ! kill -0 "$pid" 2>/dev/null; then explain_engine_failure; fi
        [ "$SECONDS" -lt "$deadline" ] ||
            die "the Docker engine did not answer within 60 s" "Log: $DOCKERD_LOG, or journalctl -u docker."
        sleep 0.2
    done
}

# start_docker_engine: by systemd where it runs, otherwise by hand, detached from this terminal.
start_docker_engine() {
    if ! engine_answers; then
        if [ -d /run/systemd/system ]; then
            systemctl start docker || die "systemd could not start docker" "See: journalctl -u docker"
            wait_for_engine 0
        else
            setsid dockerd >"$DOCKERD_LOG" 2>&1 </dev/null &
            wait_for_engine $!
        fi
    fi
    local api
    api=$(docker version --format '{{.Server.APIVersion}}')
    version_at_least "$api" "$MINIMUM_API_VERSION" ||
        die "this Docker engine is too old (API $api)" "Docker Engine 25 or newer is needed."
}
