<?php
// SPDX-License-Identifier: Apache-2.0
// Which address does what.
declare(strict_types=1);

function route(PDO $db, string $method, string $path): void
{
    if ($method === 'POST' && !token_is_right()) {
        http_response_code(403);
        echo layout('Refused', '<p>The form was too old. Load the page again.</p>');
        return;
    }
    $pages = [
        'GET /login' => fn () => print login_page(),
        'POST /login' => fn () => enter(log_in($db, $_POST['name'] ?? '', $_POST['password'] ?? ''), 'Wrong name or password'),
        'POST /signup' => fn () => enter(sign_up($db, $_POST['name'] ?? '', $_POST['password'] ?? ''), 'That name is taken or will not do'),
        'POST /logout' => fn () => leave(),
        'GET /' => fn () => for_manager(fn (int $id) => show_team($db, $id)),
        'GET /team' => fn () => for_manager(fn (int $id) => show_team($db, $id)),
        'GET /account' => fn () => manager() === null ? redirect('/login') : print account_page(manager()),
        'GET /league' => fn () => for_manager(fn () => show_league($db)),
        'POST /pick' => fn () => for_manager(fn (int $id) => write($db, $id, 'pick')),
        'POST /unpick' => fn () => for_manager(fn (int $id) => write($db, $id, 'unpick')),
    ];
    ($pages["$method $path"] ?? fn () => not_found())();
}

function redirect(string $path): void
{
    header("Location: $path", true, 303);
}

function enter(bool $entered, string $problem): void
{
    if ($entered) {
        redirect('/team');
        return;
    }
    http_response_code(422);
    echo login_page($problem);
}

function leave(): void
{
    log_out();
    redirect('/login');
}

function for_manager(callable $page): void
{
    manager() === null ? redirect('/login') : $page(manager()['id']);
}

function show_team(PDO $db, int $id): void
{
    $page = team_page(team_of($db, $id), other_players($db, $id));
    be_slow_now_and_then();
    echo $page;
}

function show_league(PDO $db): void
{
    $page = league_page(league($db));
    be_slow_now_and_then();
    echo $page;
}

// A script gets the write's id back as the acknowledgement; a browser goes on to its team.
function write(PDO $db, int $id, string $action): void
{
    $write_id = (string) ($_POST['write_id'] ?? '');
    if ($write_id === '' || strlen($write_id) > 64) {
        http_response_code(422);
        return;
    }
    change_team($db, $id, $action, (int) ($_POST['player'] ?? 0), $write_id);
    if (($_SERVER['HTTP_ACCEPT'] ?? '') !== 'application/json') {
        redirect('/team');
        return;
    }
    header('Content-Type: application/json');
    echo json_encode(['write_id' => $write_id]);
}

function not_found(): void
{
    http_response_code(404);
    echo layout('Not found', '<p>There is no such page.</p>');
}
