<?php
// PHP runs and finds what a page needs of this very server: the site's files and its passwords. The database is
// deliberately not asked: it has checks of its own.

declare(strict_types=1);

namespace Guestbook;

use RuntimeException;

header('Content-Type: text/plain');
header('Cache-Control: no-store');
try {
    require __DIR__ . '/../src/database.php';
    foreach (['guestbook_rw', 'guestbook_ro'] as $user) {
        password_of($user);
    }
    echo "ok\n";
} catch (RuntimeException $trouble) {
    http_response_code(503);
    echo $trouble->getMessage(), "\n";
}
