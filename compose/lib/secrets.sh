# shellcheck shell=bash
# Passwords, the certificate authority and the certificates of the stack. Needs progress.sh.
#
# Everything lies under one directory of mode 0700. Each container gets a directory of its own, owned by
# the user that the container runs as, with only what that container needs. Repeating changes nothing,
# except that certificates with less than 30 days left are issued again: RENEWED is yes then.

CERTIFICATE_DAYS=397
RENEW_WITHIN_SECONDS=$((30 * 24 * 3600))
RENEWED=no
SECRETS_DIR="${SECRETS_DIR:-}"

# Users inside the images; see the Dockerfiles.
UID_UNDERSTUDY=9700
UID_MYSQL=9701
UID_NGINX=9702
UID_PHP=9703
UID_HAPROXY=9704
UID_OPERATOR=9708

VIP=198.18.0.10
LB1=198.18.0.11
LB2=198.18.0.12

# 32 characters are the most that MySQL takes for a replication user.
new_password() {
    local file="$SECRETS_DIR/passwords/$1"
    [ -s "$file" ] || openssl rand -hex 16 >"$file"
}

make_authority() {
    local ca="$SECRETS_DIR/ca"
    mkdir -p "$ca"
    [ -s "$ca/ca.crt" ] && return 0
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
        -subj "/O=Understudy/CN=Understudy stack CA" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$ca/ca.key" -out "$ca/ca.crt" 2>>"$RUN_LOG"
}

certificate_is_current() {
    [ -s "$1/tls.key" ] && cmp -s "$SECRETS_DIR/ca/ca.crt" "$1/ca.crt" &&
        openssl x509 -checkend "$RENEW_WITHIN_SECONDS" -noout -in "$1/tls.crt" >/dev/null 2>&1
}

# issue_certificate DIR COMMON_NAME SUBJECT_ALT_NAMES: writes ca.crt, tls.crt and tls.key.
issue_certificate() {
    local dir=$1 common_name=$2 alt_names=$3 ca="$SECRETS_DIR/ca"
    mkdir -p "$dir"
    certificate_is_current "$dir" && return 0
    # Read by ./up.
    # shellcheck disable=SC2034
    [ ! -e "$dir/tls.crt" ] || RENEWED=yes
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/O=Understudy/CN=$common_name" \
        -keyout "$dir/tls.key.new" -out "$dir/tls.csr" 2>>"$RUN_LOG"
    openssl x509 -req -in "$dir/tls.csr" -CA "$ca/ca.crt" -CAkey "$ca/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
        -days "$CERTIFICATE_DAYS" -out "$dir/tls.crt.new" -extfile <(printf '%s\n' \
            "subjectAltName=$alt_names" "basicConstraints=CA:FALSE" "keyUsage=digitalSignature" \
            "extendedKeyUsage=serverAuth,clientAuth") 2>>"$RUN_LOG"
    cmp -s "$ca/ca.crt" "$dir/ca.crt" || cp "$ca/ca.crt" "$dir/ca.crt"
    rm "$dir/tls.csr"
    # Readable by who uses them before they are in place: a running program may look at any moment.
    chown --reference="$dir" "$dir/tls.key.new" "$dir/tls.crt.new"
    mv "$dir/tls.key.new" "$dir/tls.key"
    mv "$dir/tls.crt.new" "$dir/tls.crt"
}

# show_certificate FILE SERVICE NAME: a copy, for the agent that tells when it ends.
show_certificate() {
    local copy="$SECRETS_DIR/$2/tls/$3"
    cmp -s "$1" "$copy" && return 0
    cp "$1" "$copy.new"
    chown --reference="$SECRETS_DIR/$2/tls" "$copy.new"
    mv "$copy.new" "$copy"
}

# hand_out SERVICE PASSWORD...: copies passwords into the service's own directory.
hand_out() {
    local dir="$SECRETS_DIR/$1/passwords" name
    shift
    mkdir -p "$dir"
    for name in "$@"; do
        cmp -s "$SECRETS_DIR/passwords/$name" "$dir/$name" || cp "$SECRETS_DIR/passwords/$name" "$dir/$name"
    done
}

# give_to SERVICE UID: nobody else can read the directory.
give_to() {
    chown -R "$2:$2" "$SECRETS_DIR/$1"
    chmod -R u=rwX,go= "$SECRETS_DIR/$1"
}

make_database_secrets() {
    local server=$1 address=$2
    hand_out "$server-mysql" mysql_root_password mysql_agent_password mysql_repl_password \
        guestbook_rw_password guestbook_ro_password guestbook_migrate_password
    issue_certificate "$SECRETS_DIR/$server-mysql/tls" "$server-mysql" \
        "DNS:$server,IP:$address,DNS:mysql.foobar.com,IP:$VIP,IP:$LB1,IP:$LB2"
    give_to "$server-mysql" "$UID_MYSQL"
    hand_out "$server-agent" mysql_agent_password mysql_repl_password
    issue_certificate "$SECRETS_DIR/$server-agent/tls" "$server" "DNS:$server,IP:$address"
    show_certificate "$SECRETS_DIR/$server-mysql/tls/tls.crt" "$server-agent" mysql.crt
    give_to "$server-agent" "$UID_UNDERSTUDY"
}

make_web_server_secrets() {
    local server=$1
    make_database_secrets "$server" "$2"
    hand_out "$server-php" guestbook_rw_password guestbook_ro_password
    give_trust_anchor_to "$server-php"
    give_to "$server-php" "$UID_PHP"
    issue_certificate "$SECRETS_DIR/$server-nginx/tls" "$server.foobar.com" "DNS:$server.foobar.com,DNS:$server,IP:$2"
    give_to "$server-nginx" "$UID_NGINX"
    show_certificate "$SECRETS_DIR/$server-nginx/tls/tls.crt" "$server-agent" nginx.crt
}

give_trust_anchor_to() {
    mkdir -p "$SECRETS_DIR/$1/tls"
    cmp -s "$SECRETS_DIR/ca/ca.crt" "$SECRETS_DIR/$1/tls/ca.crt" ||
        cp "$SECRETS_DIR/ca/ca.crt" "$SECRETS_DIR/$1/tls/ca.crt"
}

make_load_balancer_secrets() {
    issue_certificate "$SECRETS_DIR/$1-agent/tls" "$1" "DNS:$1,IP:$2"
    show_certificate "$SECRETS_DIR/site/tls.crt" "$1-agent" site.crt
    give_to "$1-agent" "$UID_UNDERSTUDY"
    give_trust_anchor_to "$1-haproxy"
    cat "$SECRETS_DIR/site/tls.crt" "$SECRETS_DIR/site/tls.key" >"$SECRETS_DIR/$1-haproxy/tls/site.pem.new"
    mv "$SECRETS_DIR/$1-haproxy/tls/site.pem.new" "$SECRETS_DIR/$1-haproxy/tls/site.pem"
    give_to "$1-haproxy" "$UID_HAPROXY"
}

# The site's own, the same on both load balancers; browsers on this machine come by 127.0.0.1.
# One of the operator's own (`compose/certificates site`) is left as it is.
make_site_certificate() {
    [ ! -e "$SECRETS_DIR/site/own" ] || return 0
    issue_certificate "$SECRETS_DIR/site" www.foobar.com \
        "DNS:www.foobar.com,DNS:foobar.com,DNS:localhost,IP:$VIP,IP:127.0.0.1"
}

# ensure_secrets DIR: makes whatever is not there yet.
ensure_secrets() {
    SECRETS_DIR=$1
    local name previous_umask
    previous_umask=$(umask)
    umask 077
    mkdir -p "$SECRETS_DIR/passwords"
    chmod 0700 "$SECRETS_DIR"
    for name in mysql_root mysql_agent mysql_repl guestbook_rw guestbook_ro guestbook_migrate; do
        new_password "${name}_password"
    done
    make_authority
    make_web_server_secrets web1 198.18.0.21
    make_web_server_secrets web2 198.18.0.22
    make_site_certificate
    make_load_balancer_secrets lb1 "$LB1"
    make_load_balancer_secrets lb2 "$LB2"
    hand_out web1-migrate guestbook_migrate_password
    give_trust_anchor_to web1-migrate
    give_to web1-migrate "$UID_PHP"
    issue_certificate "$SECRETS_DIR/ctl1-controller/tls" ctl1 "DNS:ctl1,IP:198.18.0.41"
    give_to ctl1-controller "$UID_UNDERSTUDY"
    issue_certificate "$SECRETS_DIR/operator/tls" operator "DNS:operator"
    give_to operator "$UID_OPERATOR"
    umask "$previous_umask"
}
