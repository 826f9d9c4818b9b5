<?php
// Brings the guestbook's schema up to date, through the writer port: every file in migrations/ that the
// table schema_migrations does not list, in the order of their names. Repeating changes nothing.
// Each file holds one statement, since MySQL commits DDL on its own; one that was carried out but not noted
// down is recognised by what it makes being there.

declare(strict_types=1);

namespace Guestbook;

use PDO;
use PDOException;

// Table, column or key exists.
const IS_THERE_ALREADY = [1050, 1060, 1061];

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
    try {
        $database->exec(file_get_contents(__DIR__ . "/migrations/$name"));
    } catch (PDOException $error) {
        if (!in_array($error->errorInfo[1] ?? 0, IS_THERE_ALREADY, true)) {
            throw $error;
        }
    }
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
