#!/bin/bash
# Makes the data directory at the first start (accounts and schemas included, nothing in the binary log),
# then becomes mysqld.
#
# Environment: SERVER_ID (a number that no other server has). Passwords: files in /run/secrets.
set -euo pipefail

readonly data_dir=/var/lib/mysql
readonly secrets=/run/secrets
readonly rejoin_dir=/run/understudy
readonly orphans_dir=/var/lib/understudy-orphans
readonly socket=/run/mysqld/mysqld.sock

fail() {
    printf 'understudy-mysql: %s\n' "$1" >&2
    exit 3
}

[[ "${SERVER_ID:-}" =~ ^[1-9][0-9]*$ ]] || fail 'SERVER_ID is not set to a number; set it in the environment'

# password NAME: prints it; only what is safe inside an SQL string is accepted.
password() {
    local file="$secrets/$1" value
    [ -r "$file" ] || fail "$file: cannot be read; every database password has its own file"
    value=$(<"$file")
    [[ "$value" =~ ^[A-Za-z0-9._~+-]{16,128}$ ]] ||
        fail "$file: not 16 to 128 characters of A-Z a-z 0-9 . _ ~ + -"
    printf '%s' "$value"
}

account_statements() {
    local root agent repl rw ro migrate
    root=$(password mysql_root_password)
    agent=$(password mysql_agent_password)
    repl=$(password mysql_repl_password)
    rw=$(password guestbook_rw_password)
    ro=$(password guestbook_ro_password)
    migrate=$(password guestbook_migrate_password)
    # The agent holds its privileges through a role: those of a session's role are not looked up again, so they
    # work on while a CREATE USER or GRANT waits for its acknowledgement.
    cat <<SQL
SET SESSION sql_log_bin = 0;
ALTER USER root@localhost IDENTIFIED BY '$root';
CREATE DATABASE guestbook CHARACTER SET utf8mb4;
CREATE DATABASE understudy CHARACTER SET utf8mb4;
CREATE TABLE understudy.heartbeat (server_id INT UNSIGNED NOT NULL PRIMARY KEY, ts VARCHAR(26) NOT NULL) ENGINE = InnoDB;
CREATE ROLE understudy_agent_role;
GRANT PROCESS, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO understudy_agent_role;
GRANT SYSTEM_VARIABLES_ADMIN, REPLICATION_SLAVE_ADMIN, CONNECTION_ADMIN, SYSTEM_USER, CLONE_ADMIN ON *.* TO understudy_agent_role;
GRANT SELECT ON performance_schema.* TO understudy_agent_role;
GRANT SELECT, INSERT, UPDATE, DELETE ON understudy.heartbeat TO understudy_agent_role;
CREATE USER understudy_agent@localhost IDENTIFIED BY '$agent' DEFAULT ROLE understudy_agent_role;
CREATE USER understudy_repl@'%' IDENTIFIED BY '$repl' REQUIRE SSL;
GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO understudy_repl@'%';
CREATE USER guestbook_rw@'%' IDENTIFIED BY '$rw' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE ON guestbook.* TO guestbook_rw@'%';
CREATE USER guestbook_ro@'%' IDENTIFIED BY '$ro' REQUIRE SSL;
GRANT SELECT ON guestbook.* TO guestbook_ro@'%';
CREATE USER guestbook_migrate@'%' IDENTIFIED BY '$migrate' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON guestbook.* TO guestbook_migrate@'%';
SQL
}

# The directory is made aside and moved into place, so that a start that was cut short begins anew.
make_data_directory() {
    local staging="$data_dir/.initializing" statements
    [ ! -e "$staging" ] || find "$data_dir" -mindepth 1 -delete
    [ -z "$(ls -A "$data_dir")" ] || fail "$data_dir: holds files but no database; empty it or restore it"
    statements=$(mktemp)
    account_statements >"$statements"
    mysqld --defaults-file=/etc/understudy/mysql/initialize.cnf --datadir="$staging" \
        --initialize-insecure --init-file="$statements"
    rm -f "$statements"
    # The mysql schema marks the directory as complete: it is moved last.
    find "$staging" -mindepth 1 -maxdepth 1 ! -name mysql -exec mv -t "$data_dir" {} +
    mv "$staging/mysql" "$data_dir/mysql"
    rmdir "$staging"
}

[ -d "$data_dir/mysql" ] || make_data_directory

# A killed mysqld leaves these behind; the process number in the lock may by now be somebody else's.
rm -f "$socket" "$socket.lock"

# A primary that died and was superseded is rewound before it starts; without an agent there is no order.
if [ -d "$rejoin_dir" ]; then
    understudy-prestart --order "$rejoin_dir/understudy-rejoin.json" --data-dir "$data_dir" --orphans-dir "$orphans_dir"
    # The folder's group is the agent's, which shows orphans and deletes them by the operator's word.
    chgrp understudy "$orphans_dir" && chmod 2770 "$orphans_dir"
    # In the background, mysqld does not wait for it; and away from mysqld, which would not wait for its end.
    (understudy-orphans-as-sql "$orphans_dir" &)
fi

exec mysqld --defaults-file=/etc/understudy/mysql/my.cnf --server-id="$SERVER_ID" --report-host="${HOSTNAME}"
