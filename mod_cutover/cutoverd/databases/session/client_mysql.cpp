// SPDX-License-Identifier: Apache-2.0
// libmysqlclient: calls that answer "not ready" until they are done.
#include <poll.h>

#include "mod_cutover/cutoverd/databases/session/client_library.h"

#ifndef MARIADB_BASE_VERSION

namespace cutover::client {
namespace {

// The library does not say what it waits for, and TLS may hold back bytes that the socket no longer
// has: so it is asked again at least every millisecond.
template <class Step>
Driven drive(MYSQL* mysql, Deadline deadline, Step step) {
  for (;;) {
    const net_async_status status = step();
    if (status == NET_ASYNC_ERROR) return Driven::kFailed;
    if (status != NET_ASYNC_NOT_READY) return Driven::kDone;
    if (!wait_for(descriptor(mysql), POLLIN, deadline, std::chrono::milliseconds(1))) {
      return Driven::kTimedOut;
    }
  }
}

}  // namespace

void set_tls(MYSQL* mysql, const ConnectOptions& o) {
  unsigned mode = SSL_MODE_DISABLED;
  if (o.tls == TlsMode::kRequired) mode = SSL_MODE_REQUIRED;
  if (o.tls == TlsMode::kVerified) mode = SSL_MODE_VERIFY_IDENTITY;
  mysql_options(mysql, MYSQL_OPT_SSL_MODE, &mode);
  // caching_sha2_password without TLS sends the password under the server's key.
  bool ask_for_key = true;
  mysql_options(mysql, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &ask_for_key);
}

int descriptor(MYSQL* mysql) { return mysql->net.vio == nullptr ? -1 : mysql->net.fd; }

Driven connect(MYSQL* mysql, const ConnectOptions& o, Target target, Deadline deadline) {
  return drive(mysql, deadline, [&] {
    return mysql_real_connect_nonblocking(mysql, target.host, o.user.c_str(), o.password.c_str(),
                                          nullptr, o.port, target.socket, 0);
  });
}

Driven query(MYSQL* mysql, const std::string& sql, Deadline deadline) {
  return drive(mysql, deadline,
               [&] { return mysql_real_query_nonblocking(mysql, sql.data(), sql.size()); });
}

Driven store(MYSQL* mysql, MYSQL_RES** result, Deadline deadline) {
  if (mysql_field_count(mysql) == 0) {
    *result = nullptr;
    return Driven::kDone;
  }
  const Driven driven =
      drive(mysql, deadline, [&] { return mysql_store_result_nonblocking(mysql, result); });
  return driven == Driven::kDone && *result == nullptr ? Driven::kFailed : driven;
}

}  // namespace cutover::client

#endif
