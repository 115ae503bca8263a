<?php
// SPDX-License-Identifier: Apache-2.0
// Who plays: signing up, logging in and out.
declare(strict_types=1);

// A low cost, because the passwords of this game guard nothing and tests log in often.
const PASSWORD_COST = ['cost' => 4];

function sign_up(PDO $db, string $name, string $password): bool
{
    if (!preg_match('/^[\w-]{2,64}$/', $name) || strlen($password) < 4) {
        return false;
    }
    if (query($db, 'SELECT id FROM managers WHERE name = ?', [$name])->fetchColumn() !== false) {
        return false;
    }
    query($db, 'INSERT INTO managers (name, password) VALUES (?, ?)', [$name, password_hash($password, PASSWORD_BCRYPT, PASSWORD_COST)]);
    return log_in($db, $name, $password);
}

function log_in(PDO $db, string $name, string $password): bool
{
    $manager = query($db, 'SELECT id, name, password FROM managers WHERE name = ?', [$name])->fetch();
    if (!$manager || !password_verify($password, $manager['password'])) {
        return false;
    }
    session_regenerate_id(true);
    $_SESSION['manager'] = ['id' => (int) $manager['id'], 'name' => $manager['name']];
    return true;
}

function log_out(): void
{
    unset($_SESSION['manager']);
}

function manager(): ?array
{
    return $_SESSION['manager'] ?? null;
}
