<?php
// The page's HTML.

declare(strict_types=1);

namespace Guestbook;

function html(mixed $value): string
{
    return htmlspecialchars((string) $value, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
}

/** @param list<array<string, mixed>> $entries */
function render_page(array $entries, string $reader, int $added, ?string $complaint): void
{
    $writer = $entries === [] ? 'nobody yet' : (string) $entries[0]['database_server'];
    render_head('Guestbook');
    render_path($reader, $writer);
    render_form($complaint);
    echo '<ol class="entries">';
    foreach ($entries as $entry) {
        render_entry($entry, (int) $entry['id'] === $added);
    }
    echo '</ol>';
    if ($entries === []) {
        echo '<p class="empty">No entries yet. Yours will be the first.</p>';
    }
    render_foot();
}

function render_apology(): void
{
    render_head('Back in a moment');
    echo '<p class="complaint" role="alert">The guestbook cannot reach its database right now. ',
        'Nothing that was saved is lost. <a href="/">Please try again in a moment.</a></p>';
    render_foot();
}

function render_head(string $title): void
{
    echo '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<title>', html($title), ' · www.foobar.com</title>',
        '<link rel="icon" href="/understudy.svg"><link rel="stylesheet" href="/style.css"></head><body><main>',
        '<header><img src="/understudy.svg" alt="" width="56" height="56"><h1>', html($title), '</h1></header>';
}

/** Who answered this request. */
function render_path(string $reader, string $writer): void
{
    $parts = [
        'Web server' => gethostname(),
        'PHP process' => getmypid(),
        'Read from' => $reader,
        'Last written on' => $writer,
    ];
    echo '<dl class="path">';
    foreach ($parts as $name => $value) {
        echo '<div><dt>', html($name), '</dt><dd>', html($value), '</dd></div>';
    }
    echo '</dl>';
}

function render_form(?string $complaint): void
{
    if ($complaint !== null) {
        echo '<p class="complaint" role="alert">', html($complaint), '</p>';
    }
    echo '<form method="post" action="/">',
        '<label>Your name <input name="author" required maxlength="', MAX_AUTHOR, '" value="',
        html($_POST['author'] ?? ''), '"></label>',
        '<label>Message <textarea name="message" required rows="3" maxlength="', MAX_MESSAGE, '">',
        html($_POST['message'] ?? ''), '</textarea></label>',
        '<button>Sign the guestbook</button></form>';
}

/** @param array<string, mixed> $entry */
function render_entry(array $entry, bool $is_new): void
{
    echo $is_new ? '<li class="new">' : '<li>',
        '<p class="message">', nl2br(html($entry['message'])), '</p>',
        '<p class="by"><b>', html($entry['author']), '</b> · <time>', html(substr((string) $entry['written_at'], 0, 19)),
        ' UTC</time> · through ', html($entry['web_server']), ', written on ', html($entry['database_server']), '</p></li>';
}

function render_foot(): void
{
    echo '<footer>Kept on stage by Understudy.</footer></main></body></html>';
}
