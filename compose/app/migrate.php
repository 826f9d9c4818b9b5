<?php
// Brings the guestbook's schema up to date, through the writer port: every file in migrations/ that the
// table schema_migrations does not list, in the order of their names. Repeating changes nothing.
// Each file holds one statement, repeatable, since MySQL commits DDL on its own.

declare(strict_types=1);

namespace Guestbook;

use PDO;

require __DIR__ . '/src/database.php';

function pending(PDO $database): array
{
    $database->exec(
        'CREATE TABLE IF NOT EXISTS schema_migrations ('
        . 'name VARCHAR(100) NOT NULL PRIMARY KEY, applied_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)'
    );
    $applied = $database->query('SELECT name FROM schema_migrations')->fetchAll(PDO::FETCH_COLUMN);
    $present = array_map('basename', glob(__DIR__ . '/migrations/*.sql'));
    sort($present);
    return array_values(array_diff($present, $applied));
}

function apply(PDO $database, string $name): void
{
    $database->exec(file_get_contents(__DIR__ . "/migrations/$name"));
    $database->prepare('INSERT INTO schema_migrations (name) VALUES (?)')->execute([$name]);
    echo "applied $name on ", server_name($database), "\n";
}

try {
    $database = connect(WRITER_PORT, 'guestbook_migrate');
    $pending = pending($database);
    foreach ($pending as $name) {
        apply($database, $name);
    }
    echo $pending === [] ? "the schema is up to date\n" : count($pending) . " applied\n";
} catch (\Throwable $error) {
    fwrite(STDERR, 'migrate: ' . $error->getMessage() . "\n");
    exit(1);
}
