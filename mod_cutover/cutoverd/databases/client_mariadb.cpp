// SPDX-License-Identifier: Apache-2.0
// libmariadb: calls that are started, and continued whenever the socket is ready.
#include <poll.h>

#include "mod_cutover/cutoverd/databases/client_library.h"

#ifdef MARIADB_BASE_VERSION

namespace cutover::client {
namespace {

// `status` is what a _start call returned, `go_on` its _cont.
template <class Continue>
bool drive(MYSQL* mysql, int status, Deadline deadline, Continue go_on) {
  while (status != 0) {
    short events = 0;
    if (status & MYSQL_WAIT_READ) events |= POLLIN;
    if (status & MYSQL_WAIT_WRITE) events |= POLLOUT;
    if (status & MYSQL_WAIT_EXCEPT) events |= POLLPRI;
    // The library's own time-outs are not set; where it asks for one all the same, it is woken.
    const Nanos most = status & MYSQL_WAIT_TIMEOUT
                           ? std::chrono::milliseconds(mysql_get_timeout_value_ms(mysql) + 1)
                           : Nanos::max();
    if (!wait_for(descriptor(mysql), events, deadline, most)) return false;
    pollfd now{descriptor(mysql), events, 0};
    int ready = 0;
    if (::poll(&now, 1, 0) > 0) {
      if (now.revents & (POLLIN | POLLHUP | POLLERR)) ready |= status & MYSQL_WAIT_READ;
      if (now.revents & (POLLOUT | POLLHUP | POLLERR)) ready |= status & MYSQL_WAIT_WRITE;
      if (now.revents & POLLPRI) ready |= MYSQL_WAIT_EXCEPT;
    } else if (status & MYSQL_WAIT_TIMEOUT) {
      ready = MYSQL_WAIT_TIMEOUT;
    }
    if (ready != 0) status = go_on(ready);
  }
  return true;
}

}  // namespace

// Each is set whatever its value: what is the default differs between versions of the library.
void set_tls(MYSQL* mysql, const ConnectOptions& o) {
  my_bool enforce = o.tls != TlsMode::kOff;
  my_bool verify = o.tls == TlsMode::kVerified;
  mysql_options(mysql, MYSQL_OPT_NONBLOCK, nullptr);
  mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
  mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
}

int descriptor(MYSQL* mysql) {
  const my_socket fd = mysql_get_socket(mysql);
  return fd == MARIADB_INVALID_SOCKET ? -1 : fd;
}

Driven connect(MYSQL* mysql, const ConnectOptions& o, Target target, Deadline deadline) {
  MYSQL* connected = nullptr;
  const int status =
      mysql_real_connect_start(&connected, mysql, target.host, o.user.c_str(), o.password.c_str(),
                               nullptr, o.port, target.socket, 0);
  const bool answered = drive(mysql, status, deadline, [&](int ready) {
    return mysql_real_connect_cont(&connected, mysql, ready);
  });
  if (!answered) return Driven::kTimedOut;
  return connected != nullptr ? Driven::kDone : Driven::kFailed;
}

Driven query(MYSQL* mysql, const std::string& sql, Deadline deadline) {
  int error = 0;
  const int status = mysql_real_query_start(&error, mysql, sql.data(), sql.size());
  const bool answered = drive(mysql, status, deadline, [&](int ready) {
    return mysql_real_query_cont(&error, mysql, ready);
  });
  if (!answered) return Driven::kTimedOut;
  return error == 0 ? Driven::kDone : Driven::kFailed;
}

Driven store(MYSQL* mysql, MYSQL_RES** result, Deadline deadline) {
  const int status = mysql_store_result_start(result, mysql);
  const bool answered = drive(mysql, status, deadline, [&](int ready) {
    return mysql_store_result_cont(result, mysql, ready);
  });
  if (!answered) return Driven::kTimedOut;
  return *result == nullptr && mysql_errno(mysql) != 0 ? Driven::kFailed : Driven::kDone;
}

}  // namespace cutover::client

#endif
