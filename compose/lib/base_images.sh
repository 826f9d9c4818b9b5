# shellcheck shell=bash
# Makes the two base images on which every image of the stack is built. Needs progress.sh, docker.sh.
# With an image registry in reach they are pulled, without one they are made from Debian packages.

BASE_IMAGE_VERSION=1
REGISTRY_PROBE_SECONDS=5
REGISTRY_STATE=unknown

# registry_in_reach: asks once and remembers the answer.
registry_in_reach() {
    if [ "$REGISTRY_STATE" = unknown ]; then
        REGISTRY_STATE=absent
        if timeout "$REGISTRY_PROBE_SECONDS" docker manifest inspect debian:trixie-slim >/dev/null 2>&1; then
            REGISTRY_STATE=present
        fi
    fi
    [ "$REGISTRY_STATE" = present ]
}

image_exists() {
    docker image inspect "$1" >/dev/null 2>&1
}

bootstrap_to_image() {
    local suite=$1 image=$2
    mmdebstrap --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include=ca-certificates "$suite" - "http://deb.debian.org/debian" |
        docker import --change 'CMD ["/bin/bash"]' - "$image"
}

ensure_base_image() {
    local suite=$1 image="understudy/base-$1:$BASE_IMAGE_VERSION"
    image_exists "$image" && return 0
    if registry_in_reach; then
        run_quietly "pulling debian:$suite-slim" docker pull "debian:$suite-slim" ||
            die "debian:$suite-slim could not be pulled" "Repeat, or work offline from the registry."
        docker tag "debian:$suite-slim" "$image"
        return 0
    fi
    ensure_command mmdebstrap mmdebstrap debian-archive-keyring
    run_quietly "making a base image of Debian $suite" bootstrap_to_image "$suite" "$image" ||
        die "the base image of Debian $suite could not be made" "Is deb.debian.org reachable from here?"
}

# ensure_base_images: leaves understudy/base-trixie and understudy/base-sid in the engine.
ensure_base_images() {
    ensure_base_image trixie
    ensure_base_image sid
}
