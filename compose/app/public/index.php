<?php
// The guestbook: GET shows the newest entries, POST adds one and leads back here.

declare(strict_types=1);

namespace Guestbook;

use PDO;

require __DIR__ . '/../src/database.php';
require __DIR__ . '/../src/entries.php';
require __DIR__ . '/../src/page.php';

function handle_post(): void
{
    $author = trim((string) ($_POST['author'] ?? ''));
    $message = trim((string) ($_POST['message'] ?? ''));
    $complaint = complaint($author, $message);
    if ($complaint !== null) {
        http_response_code(422);
        show_entries($complaint);
        return;
    }
    $token = bin2hex(random_bytes(16));
    $id = with_connection(
        WRITER_PORT,
        'guestbook_rw',
        fn (PDO $writer): int => add($writer, $token, $author, $message)
    );
    http_response_code(303);
    header("Location: /?added=$id");
}

function show_entries(?string $complaint = null): void
{
    $added = (int) ($_GET['added'] ?? 0);
    $read = fn (PDO $connection): array => [newest($connection), server_name($connection)];
    [$entries, $server] = with_connection(READER_PORT, 'guestbook_ro', $read);
    if ($added > 0 && !contains_entry($entries, $added)) {
        // The reader is a moment behind; whoever just wrote sees the own entry nevertheless.
        [$entries, $server] = with_connection(WRITER_PORT, 'guestbook_ro', $read);
    }
    render_page($entries, $server, $added, $complaint);
}

header('Cache-Control: no-store');
try {
    match ($_SERVER['REQUEST_METHOD']) {
        'GET', 'HEAD' => show_entries(),
        'POST' => handle_post(),
        default => http_response_code(405),
    };
} catch (\Throwable $error) {
    error_log('guestbook: ' . get_class($error) . ': ' . $error->getMessage());
    http_response_code(503);
    header('Retry-After: 2');
    render_apology();
}
