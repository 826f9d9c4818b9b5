# shellcheck shell=bash
# Installs the Debian packages that building and testing need. Needs progress.sh, docker.sh.
#
# Some of them bring daemons. None of those is started, now or at the next boot.

BUILD_PACKAGES=(g++ cmake ninja-build pkg-config libssl-dev libcrypt-dev zlib1g-dev libdeflate-dev nlohmann-json3-dev libyaml-cpp-dev
    libspdlog-dev libcli11-dev libsqlite3-dev libexpected-dev prometheus-cpp-dev
    default-libmysqlclient-dev libcpp-httplib-dev libgtest-dev libgmock-dev librapidcheck-dev
    libbenchmark-dev)
LINT_PACKAGES=(git clang-format clang-tidy shellcheck prometheus prometheus-alertmanager systemd)
FUZZ_PACKAGES=(clang libclang-rt-dev)
PEER_PACKAGES=(haproxy nginx-light php-fpm php-cli curl iproute2 openssl ca-certificates)

BROWSER_PACKAGES=(chromium)
# Whom the agent is compared with.
EXPORTER_PACKAGES=(prometheus-node-exporter prometheus-mysqld-exporter prometheus-nginx-exporter prometheus-haproxy-exporter)

POLICY_FILE=/usr/sbin/policy-rc.d

missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || echo "$name"
    done
}

# Services of these packages, as their unit files name them.
services_of() {
    dpkg-query -L "$@" 2>/dev/null | sed -n 's|^\(/usr\)\?/lib/systemd/system/\([^/@]*\.service\)$|\2|p'
}

install_without_starting() {
    local made_policy=no status=0
    if [ ! -e "$POLICY_FILE" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$POLICY_FILE"
        chmod 0755 "$POLICY_FILE"
        made_policy=yes
    fi
    run_quietly "installing $# packages" apt_install "$@" || status=$?
    [ "$made_policy" = no ] || rm -f "$POLICY_FILE"
    [ "$status" -eq 0 ] || return "$status"
    if [ -d /run/systemd/system ]; then
        local services
        mapfile -t services < <(services_of "$@")
        [ "${#services[@]}" -eq 0 ] || run_quietly "keeping their daemons off" systemctl disable "${services[@]}"
    fi
}

# install_test_packages: does nothing where all are there.
install_test_packages() {
    local missing
    mapfile -t missing < <(missing_packages "${BUILD_PACKAGES[@]}" "${LINT_PACKAGES[@]}" "${FUZZ_PACKAGES[@]}" \
        "${PEER_PACKAGES[@]}" "${BROWSER_PACKAGES[@]}" "${EXPORTER_PACKAGES[@]}")
    if [ "${#missing[@]}" -eq 0 ]; then
        note "everything is installed"
        return 0
    fi
    note "missing: ${missing[*]}"
    run_quietly "reading the package lists" apt-get update ||
        die "apt-get update failed" "Is deb.debian.org reachable from here?"
    install_without_starting "${missing[@]}" ||
        die "the packages could not be installed" "The log $RUN_LOG says why."
}
