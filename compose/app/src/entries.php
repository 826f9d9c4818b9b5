<?php
// The guestbook's entries: adding one, and the newest ones.

declare(strict_types=1);

namespace Guestbook;

use PDO;

const MAX_AUTHOR = 60;
const MAX_MESSAGE = 500;
const SHOWN = 30;

/** What is wrong with an entry, in words for its author; null when nothing is. */
function complaint(string $author, string $message): ?string
{
    if ($author === '' || $message === '') {
        return 'Please fill in both your name and a message.';
    }
    if (!mb_check_encoding($author, 'UTF-8') || !mb_check_encoding($message, 'UTF-8')) {
        return 'That is not readable text.';
    }
    if (mb_strlen($author) > MAX_AUTHOR || mb_strlen($message) > MAX_MESSAGE) {
        return 'At most ' . MAX_AUTHOR . ' characters for the name and ' . MAX_MESSAGE . ' for the message, please.';
    }
    return null;
}

/** Returns the entry's number. Repeatable: a token is written once, however often this is tried. */
function add(PDO $writer, string $token, string $author, string $message): int
{
    $insert = $writer->prepare(
        'INSERT INTO entries (token, author, message, web_server, database_server) VALUES (?, ?, ?, ?, @@hostname)'
        . ' ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)'
    );
    $insert->execute([$token, $author, $message, gethostname()]);
    return (int) $writer->lastInsertId();
}

/** @return list<array<string, mixed>> newest first */
function newest(PDO $connection): array
{
    return $connection->query(
        'SELECT id, author, message, written_at, web_server, database_server FROM entries ORDER BY id DESC LIMIT ' . SHOWN
    )->fetchAll();
}

function contains_entry(array $entries, int $id): bool
{
    return $entries !== [] && (int) $entries[0]['id'] >= $id;
}
