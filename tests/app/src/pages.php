<?php
// SPDX-License-Identifier: Apache-2.0
// The HTML of the pages.
declare(strict_types=1);

function html(string $text): string
{
    return htmlspecialchars($text, ENT_QUOTES);
}

function layout(string $title, string $content): string
{
    $who = manager();
    $host = html((string) getenv('HOST_NAME'));
    $menu = $who
        ? '<a href="/team">My team</a> <a href="/league">League</a>' . form('/logout', 'Log out ' . $who['name'])
        : '<a href="/login">Log in</a>';
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" . html($title) . "</title>
<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"></head>
<body data-manager=\"" . html($who['name'] ?? '') . "\"><header><h1>Fantasy Eleven</h1><nav>$menu</nav></header>
<main><h2>" . html($title) . "</h2>$content</main><footer>served by the $host host</footer></body></html>\n";
}

function form(string $action, string $button, array $fields = []): string
{
    $inputs = '';
    foreach (['token' => $_SESSION['token']] + $fields as $name => $value) {
        $inputs .= '<input type="hidden" name="' . html($name) . '" value="' . html((string) $value) . '">';
    }
    return "<form method=\"post\" action=\"$action\">$inputs<button>" . html($button) . '</button></form>';
}

function player_cards(array $players, string $action, string $button): string
{
    $cards = '';
    foreach ($players as $player) {
        $fields = ['player' => $player['id'], 'write_id' => bin2hex(random_bytes(8))];
        $cards .= '<li class="' . strtolower($player['position']) . '"><b>' . html($player['name']) . '</b><span>'
            . html($player['club']) . ' · ' . $player['position'] . '</span><i>' . $player['points'] . ' pts</i>'
            . form($action, $button, $fields) . '</li>';
    }
    return "<ul class=\"players\">$cards</ul>";
}

function team_page(array $team, array $others): string
{
    $points = array_sum(array_column($team, 'points'));
    return layout('My team', '<p>' . count($team) . ' of ' . TEAM_SIZE . " players, $points points</p>"
        . player_cards($team, '/unpick', 'Drop') . '<h3>To be had</h3>' . player_cards($others, '/pick', 'Pick'));
}

function league_page(array $rows): string
{
    $table = '';
    foreach ($rows as $place => $row) {
        $table .= '<tr><td>' . ($place + 1) . '</td><td>' . html($row['name']) . "</td><td>{$row['players']}</td><td>{$row['points']}</td></tr>";
    }
    return layout('League', "<table><tr><th>#</th><th>Manager</th><th>Players</th><th>Points</th></tr>$table</table>");
}

function login_page(string $problem = ''): string
{
    $token = html($_SESSION['token']);
    $note = $problem === '' ? '' : '<p class="problem">' . html($problem) . '</p>';
    $inputs = "<input type=\"hidden\" name=\"token\" value=\"$token\"><label>Name <input name=\"name\" required></label>
<label>Password <input name=\"password\" type=\"password\" required></label>";
    return layout('Log in', "$note<form class=\"entry\" method=\"post\" action=\"/login\">$inputs<button>Log in</button>
<button formaction=\"/signup\">Sign up</button></form>");
}

// Reads only, so that a host whose database is read-only can answer it; the same from every host, but for
// what is new each time.
function account_page(array $who): string
{
    $new_each_time = fn (int $bytes): string => base64_encode(random_bytes($bytes));
    return '<!doctype html><html lang="en"><head><title>Account</title><script nonce="' . $new_each_time(16) . '"></script></head>'
        . '<body><h1>The account of ' . html($who['name']) . '</h1><p>Manager number ' . $who['id'] . '.</p>'
        . '<p>It is ' . gmdate('Y-m-d H:i:s') . '.</p><form method="post" action="/logout"><input type="hidden" name="once" value="'
        . $new_each_time(32) . '"><button>Log out</button></form></body></html>';
}

function error_page(): string
{
    return '<!doctype html><title>Error</title><h1>Something went wrong</h1><p>Please try again.</p>';
}
