// SPDX-License-Identifier: Apache-2.0
// The client library behind five calls that never outstay a deadline. Two implementations, chosen
// by the header that is found: libmariadb (client_mariadb.cpp), libmysqlclient (client_mysql.cpp).
#pragma once

#include <mysql.h>

#include <string>

#include "mod_cutover/cutoverd/databases/session/connect_options.h"
#include "mod_cutover/cutoverd/databases/session/connection.h"

namespace cutover::client {

// kNoTls: TLS was asked for and the server offers none; no credential has been sent.
enum class Driven { kDone, kFailed, kTimedOut, kNoTls };

// Where to connect, as mysql_real_connect takes it.
struct Target {
  const char* host;
  const char* socket;
};

void set_tls(MYSQL* mysql, const ConnectOptions& options);
Driven connect(MYSQL* mysql, const ConnectOptions& options, Target target, Deadline deadline);
Driven query(MYSQL* mysql, const std::string& sql, Deadline deadline);
// Null for a statement without rows.
Driven store(MYSQL* mysql, MYSQL_RES** result, Deadline deadline);
int descriptor(MYSQL* mysql);  // -1: none yet

// Waits for the socket, at most until the deadline or `most`; false at the deadline.
bool wait_for(int fd, short events, Deadline deadline, Nanos most);

}  // namespace cutover::client
