# shellcheck shell=bash
# Has the running stack take new certificates, without dropping a connection. Needs progress.sh, stack.sh, secrets.sh.
#
# Agents, controller, command line and PHP look at their files at each new connection: nothing is told to them.

MYSQL_WITHIN_SECONDS=30
SITE_PEM=/etc/understudy/tls/site.pem

runs() {
    [ "$(docker inspect --format '{{.State.Running}}' "understudy-$1-1" 2>/dev/null)" = true ]
}

# ask_haproxy SERVICE EXPECTED: a command of the Runtime API from standard input, which is to be answered by EXPECTED.
ask_haproxy() {
    local answer
    answer=$(docker exec --interactive "understudy-$1-1" socat -t 5 - UNIX-CONNECT:/run/haproxy/admin.sock)
    printf '%s: %s\n' "$1" "$answer" >>"$RUN_LOG"
    [[ "$answer" == *"$2"* ]] || die "$1 does not take the certificate: $(tail -n 1 <<<"$answer")" "See $RUN_LOG."
}

reload_haproxy() {
    { printf 'set ssl cert %s <<\n' "$SITE_PEM" && grep -v '^$' "$SECRETS_DIR/$1/tls/site.pem" && echo; } |
        ask_haproxy "$1" "ransaction"
    echo "commit ssl cert $SITE_PEM" | ask_haproxy "$1" "Success"
}

# New workers take new connections; the old ones end when theirs have ended. Not by `docker kill`, which counts
# as a stop by hand, whatever the signal: nothing would start a dead Nginx again.
reload_nginx() {
    docker exec "understudy-$1-1" nginx -t -c /etc/understudy/nginx/nginx.conf >>"$RUN_LOG" 2>&1 ||
        die "Nginx of $1 would not take its new certificate" "See $RUN_LOG."
    kill -HUP "$(docker inspect --format '{{.State.Pid}}' "understudy-$1-1")"
}

# The password reaches the client by a pipe.
ask_mysql_to_reload() {
    # shellcheck disable=SC2016
    docker exec "understudy-$1-1" bash -c 'mysql --defaults-extra-file=<(
        printf "[client]\nuser=root\npassword=%s\nsocket=/run/mysqld/mysqld.sock\n" "$(</run/secrets/mysql_root_password)"
    ) --execute "ALTER INSTANCE RELOAD TLS"' >>"$RUN_LOG" 2>&1
}

# One that is starting just now, as after a clone, answers soon.
reload_mysql() {
    local deadline=$((SECONDS + MYSQL_WITHIN_SECONDS))
    until ask_mysql_to_reload "$1"; do
        [ "$SECONDS" -lt "$deadline" ] || die "MySQL of $1 does not take its new certificate" "See $RUN_LOG."
        sleep 0.5
    done
}

# reload_each KIND SERVICE...: those that run; the others read their files when they start.
reload_each() {
    local kind=$1 service
    shift
    for service in "$@"; do
        if runs "$service"; then
            "reload_$kind" "$service"
            note "$service has its new certificate"
        fi
    done
}

reload_certificates() {
    reload_each haproxy lb1-haproxy lb2-haproxy
    reload_each nginx web1-nginx web2-nginx
    reload_each mysql web1-mysql web2-mysql db3-mysql
}
