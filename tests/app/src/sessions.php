<?php
// SPDX-License-Identifier: Apache-2.0
// PHP sessions in the database, as sites keep them that may move: every request touches its session.
// With SESSION_FOLDER in files, as sites keep them that lose their visitors.
// PHP 7.4, which old hosts have, wants the parameters of a session handler without their types.
declare(strict_types=1);

final class DatabaseSessions implements SessionHandlerInterface
{
    private PDO $db;

    public function __construct(PDO $db)
    {
        $this->db = $db;
    }

    public function open($path, $name): bool
    {
        return true;
    }

    public function close(): bool
    {
        return true;
    }

    public function read($id): string
    {
        $data = query($this->db, 'SELECT data FROM sessions WHERE id = ?', [$id])->fetchColumn();
        return $data === false ? '' : $data;
    }

    public function write($id, $data): bool
    {
        query(
            $this->db,
            'INSERT INTO sessions (id, data, touched) VALUES (?, ?, NOW(6))
             ON DUPLICATE KEY UPDATE data = VALUES(data), touched = NOW(6)',
            [$id, $data]
        );
        return true;
    }

    public function destroy($id): bool
    {
        query($this->db, 'DELETE FROM sessions WHERE id = ?', [$id]);
        return true;
    }

    public function gc($lifetime): int
    {
        return query($this->db, 'DELETE FROM sessions WHERE touched < NOW(6) - INTERVAL ? SECOND', [$lifetime])->rowCount();
    }
}

function start_session(PDO $db, bool $reads_only): void
{
    $folder = (string) getenv('SESSION_FOLDER');
    if ($folder !== '') {
        session_save_path($folder);
    } else {
        session_set_save_handler(new DatabaseSessions($db), false);
    }
    session_name('TEAMSESSION');
    session_start(['cookie_httponly' => true, 'cookie_samesite' => 'Lax', 'gc_probability' => 0, 'read_and_close' => $reads_only]);
    $_SESSION['token'] ??= bin2hex(random_bytes(16));
    if ($reads_only) {
        return;
    }
    $_SESSION['requests'] = ($_SESSION['requests'] ?? 0) + 1;
}

function save_session(): void
{
    session_write_close();
}

// A form from another site has no token, so it can change nothing.
function token_is_right(): bool
{
    return hash_equals($_SESSION['token'], (string) ($_POST['token'] ?? ''));
}
