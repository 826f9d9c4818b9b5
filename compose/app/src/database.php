<?php
// Connections to the site's database through the load balancer: one port writes, one reads.

declare(strict_types=1);

namespace Guestbook;

use PDO;
use PDOException;
use RuntimeException;

const WRITER_PORT = 3306;
const READER_PORT = 3307;
const ATTEMPTS = 4;
const PAUSE_US = 100_000;
// The client's own errors: no connection, gone away, lost while connected.
const CANNOT_CONNECT = [2002, 2006, 2013];

/** @throws RuntimeException when it cannot be read */
function password_of(string $user): string
{
    $file = "/run/secrets/{$user}_password";
    $password = @file_get_contents($file);
    if ($password === false) {
        throw new RuntimeException("cannot read $file");
    }
    return trim($password);
}

/** @throws RuntimeException when the password file cannot be read, \PDOException when no server answers */
function connect(int $port, string $user): PDO
{
    $host = getenv('GUESTBOOK_DATABASE') ?: 'mysql.foobar.com';
    return new PDO("mysql:host=$host;port=$port;dbname=guestbook;charset=utf8mb4", $user, password_of($user), [
        PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
        PDO::ATTR_EMULATE_PREPARES => false,
        PDO::ATTR_TIMEOUT => 3,
        PDO::MYSQL_ATTR_SSL_CA => '/etc/understudy/tls/ca.crt',
        PDO::MYSQL_ATTR_SSL_VERIFY_SERVER_CERT => true,
    ]);
}

function server_name(PDO $connection): string
{
    return (string) $connection->query('SELECT @@hostname')->fetchColumn();
}

/**
 * Does the work on a fresh connection, and again on another one when the server went away meanwhile or
 * refuses because it is being replaced: the load balancer holds the new connection until there is a writer.
 * The work must be repeatable.
 *
 * @template T
 * @param callable(PDO): T $work
 * @return T
 */
function with_connection(int $port, string $user, callable $work): mixed
{
    for ($attempt = 1;; $attempt++) {
        try {
            return $work(connect($port, $user));
        } catch (PDOException $error) {
            if ($attempt === ATTEMPTS || !passes_by_itself($error)) {
                throw $error;
            }
            usleep(PAUSE_US);
        }
    }
}

/** General and connection errors and killed statements; not what is wrong with the data or the statement. */
function passes_by_itself(PDOException $error): bool
{
    return preg_match('/^(HY000|08|70100)/', (string) ($error->errorInfo[0] ?? $error->getCode())) === 1
        || in_array($error->errorInfo[1] ?? $error->getCode(), CANNOT_CONNECT, true);
}
