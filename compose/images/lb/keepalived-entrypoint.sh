#!/bin/bash
# Becomes keepalived. One that was killed left the virtual address on the interface, while the other
# load balancer has it by now: it is taken off first.
set -euo pipefail

if ip -4 -oneline address show dev eth0 | grep -qF ' 198.18.0.10/'; then
    ip address delete 198.18.0.10/24 dev eth0
fi
exec keepalived --dont-fork --log-console --vrrp --use-file /etc/understudy/keepalived/keepalived.conf
