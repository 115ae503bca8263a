<?php
// SPDX-License-Identifier: Apache-2.0
// The front controller: every page of the fantasy team picker comes through here.
declare(strict_types=1);

$src = dirname(__DIR__) . '/src';
foreach (['host_log', 'database', 'sessions', 'managers', 'team', 'pages', 'routes'] as $file) {
    require "$src/$file.php";
}

HostLog::begin();
// Nothing goes out before the session is saved: a page whose session could not be saved is an error.
ob_start();
try {
    $db = connect();
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    start_session($db, $path === '/account');
    route($db, $_SERVER['REQUEST_METHOD'], $path);
    save_session();
} catch (Throwable $error) {
    ob_clean();
    header_remove('Location');
    http_response_code(500);
    error_log($error->getMessage());
    echo error_page();
}
header('X-Served-By: ' . getenv('HOST_NAME'));
HostLog::end();
