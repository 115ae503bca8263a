<?php
// SPDX-License-Identifier: Apache-2.0
// The game itself: a manager's team, and the league table that follows from it.
declare(strict_types=1);

const TEAM_SIZE = 11;

function team_of(PDO $db, int $manager): array
{
    return query(
        $db,
        'SELECT p.* FROM picks JOIN players p ON p.id = picks.player_id WHERE manager_id = ?
         ORDER BY p.position, p.points DESC',
        [$manager]
    )->fetchAll();
}

function other_players(PDO $db, int $manager): array
{
    return query(
        $db,
        'SELECT p.* FROM players p LEFT JOIN picks ON picks.player_id = p.id AND picks.manager_id = ?
         WHERE picks.player_id IS NULL ORDER BY p.position, p.points DESC',
        [$manager]
    )->fetchAll();
}

function league(PDO $db): array
{
    return query(
        $db,
        'SELECT m.name, COUNT(*) AS players, SUM(p.points) AS points
         FROM managers m JOIN picks ON picks.manager_id = m.id JOIN players p ON p.id = picks.player_id
         GROUP BY m.id ORDER BY points DESC, m.name LIMIT 20'
    )->fetchAll();
}

// The change and its entry in the ledger are one transaction: both are there or neither.
function change_team(PDO $db, int $manager, string $action, int $player, string $write_id): void
{
    in_transaction($db, function () use ($db, $manager, $action, $player, $write_id) {
        if ($action === 'pick') {
            query($db, 'REPLACE INTO picks VALUES (?, ?, NOW(6))', [$manager, $player]);
            drop_oldest_beyond($db, $manager, TEAM_SIZE);
        } else {
            query($db, 'DELETE FROM picks WHERE manager_id = ? AND player_id = ?', [$manager, $player]);
        }
        query(
            $db,
            'INSERT INTO ledger (write_id, manager_id, action, player_id, host) VALUES (?, ?, ?, ?, ?)',
            [$write_id, $manager, $action, $player, getenv('HOST_NAME')]
        );
        be_slow_now_and_then();
    });
}

function drop_oldest_beyond(PDO $db, int $manager, int $size): void
{
    $players = query($db, 'SELECT player_id FROM picks WHERE manager_id = ? ORDER BY picked_at DESC', [$manager])->fetchAll(PDO::FETCH_COLUMN);
    foreach (array_slice($players, $size) as $player) {
        query($db, 'DELETE FROM picks WHERE manager_id = ? AND player_id = ?', [$manager, $player]);
    }
}

// As on any real site, some requests take long; what moves the site must wait for them.
function be_slow_now_and_then(): void
{
    if (random_int(1, 1000) <= 10 * (float) getenv('SLOW_PERCENT')) {
        usleep(1000 * (int) getenv('SLOW_MS'));
    }
}
