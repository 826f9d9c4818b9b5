<?php
// The guestbook: GET shows the newest entries, POST adds one and leads back here.

declare(strict_types=1);

namespace Guestbook;

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
    $id = add(connect(WRITER_PORT, 'guestbook_rw'), $author, $message);
    http_response_code(303);
    header("Location: /?added=$id");
}

function show_entries(?string $complaint = null): void
{
    $added = (int) ($_GET['added'] ?? 0);
    $connection = connect(READER_PORT, 'guestbook_ro');
    $entries = newest($connection);
    if ($added > 0 && !contains_entry($entries, $added)) {
        // The reader is a moment behind; whoever just wrote sees the own entry nevertheless.
        $connection = connect(WRITER_PORT, 'guestbook_ro');
        $entries = newest($connection);
    }
    render_page($entries, server_name($connection), $added, $complaint);
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
