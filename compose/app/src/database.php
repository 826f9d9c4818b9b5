<?php
// Connections to the site's database through the load balancer: one port writes, one reads.

declare(strict_types=1);

namespace Guestbook;

use PDO;
use RuntimeException;

const WRITER_PORT = 3306;
const READER_PORT = 3307;

/** @throws RuntimeException when the password file cannot be read, \PDOException when no server answers */
function connect(int $port, string $user): PDO
{
    $file = "/run/secrets/{$user}_password";
    $password = @file_get_contents($file);
    if ($password === false) {
        throw new RuntimeException("cannot read $file");
    }
    $host = getenv('GUESTBOOK_DATABASE') ?: 'mysql.foobar.com';
    return new PDO("mysql:host=$host;port=$port;dbname=guestbook;charset=utf8mb4", $user, trim($password), [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::ATTR_TIMEOUT => 3,
        PDO::MYSQL_ATTR_SSL_CA => '/etc/understudy/tls/ca.crt',
    ]);
}

function server_name(PDO $connection): string
{
    return (string) $connection->query('SELECT @@hostname')->fetchColumn();
}
