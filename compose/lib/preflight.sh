# shellcheck shell=bash
# What a machine must have before anything is installed or started. Needs progress.sh, docker.sh.

MEMORY_GIB=4

require_root() {
    [ "$(id -u)" -eq 0 ] || die "this needs root: it installs packages and runs containers" "Try: sudo $0"
}

require_machine() {
    [ "$(uname -s)" = Linux ] || die "this needs Linux, not $(uname -s)" "Use a Debian 12 machine or a virtual one."
    local available_kib
    available_kib=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
    [ "$available_kib" -ge $((MEMORY_GIB * 1024 * 1024)) ] ||
        warn "only $((available_kib / 1024)) MiB of memory are free; the stack is at ease with $MEMORY_GIB GiB"
}

# require_space GIB: on the file system that holds Docker's images and volumes.
require_space() {
    local where=/var/lib free_kib
    [ ! -d /var/lib/docker ] || where=/var/lib/docker
    free_kib=$(df --output=avail -k "$where" | tail -n 1)
    [ "$free_kib" -ge $(($1 * 1024 * 1024)) ] ||
        die "$where has $((free_kib / 1024 / 1024)) GiB free, $1 GiB are needed" "Free some space and repeat."
}

is_listening() {
    (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

published_by_this_stack() {
    [ -n "$(docker ps --quiet --filter label=com.docker.compose.project=understudy --filter "publish=$1")" ]
}

# require_free_port PORT VARIABLE: unless it is this stack that listens there.
require_free_port() {
    if is_listening "$1" && ! published_by_this_stack "$1"; then
        die "port $1 on 127.0.0.1 is taken by another program" "Choose another one: $2=$(($1 + 10000)) $0"
    fi
}

# require_namespaces IMAGE: containers can share network and process namespaces and take an address.
require_namespaces() {
    local holder status=0
    holder=$(docker run --rm --detach --entrypoint sleep "$1" 60 2>>"$RUN_LOG") ||
        die "a container cannot be started here" "The kernel may lack bridges, veth or overlayfs; see $RUN_LOG."
    docker run --rm --network "container:$holder" --pid "container:$holder" --cap-drop ALL \
        --cap-add NET_ADMIN --cap-add NET_RAW --entrypoint true "$1" >>"$RUN_LOG" 2>&1 || status=$?
    docker rm --force "$holder" >/dev/null
    [ "$status" -eq 0 ] ||
        die "containers cannot share network and process namespaces here" "The kernel needs NET_NS and PID_NS; see $RUN_LOG."
}
