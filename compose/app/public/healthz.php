<?php
// PHP runs and finds its files. The database is deliberately not asked: it has checks of its own.
header('Content-Type: text/plain');
header('Cache-Control: no-store');
echo "ok\n";
