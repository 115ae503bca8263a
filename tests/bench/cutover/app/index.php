<?php
// SPDX-License-Identifier: Apache-2.0
// A page that says which host made it; as slow.php it takes as long as a report or an upload would.
declare(strict_types=1);

require __DIR__ . '/host_log.php';

HostLog::begin();
if (basename(__FILE__) === 'slow.php') {
    usleep((int) getenv('SLOW_MS') * 1000);
}
header('Content-Type: text/plain');
HostLog::end();
echo getenv('HOST_NAME');
