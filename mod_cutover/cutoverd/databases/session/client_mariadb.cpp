// SPDX-License-Identifier: Apache-2.0
// libmariadb: calls that are started, and continued whenever the socket is ready.
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "mod_cutover/cutoverd/databases/session/client_library.h"

#ifdef MARIADB_BASE_VERSION

namespace cutover::client {
namespace {

short events_of(int status) {
  int events = 0;
  if (status & MYSQL_WAIT_READ) events |= POLLIN;
  if (status & MYSQL_WAIT_WRITE) events |= POLLOUT;
  if (status & MYSQL_WAIT_EXCEPT) events |= POLLPRI;
  return static_cast<short>(events);
}

// What of `status` the socket is ready for just now.
int ready_for(int fd, int status) {
  pollfd now{fd, events_of(status), 0};
  int ready = 0;
  if (::poll(&now, 1, 0) > 0) {
    if (now.revents & (POLLIN | POLLHUP | POLLERR)) ready |= status & MYSQL_WAIT_READ;
    if (now.revents & (POLLOUT | POLLHUP | POLLERR)) ready |= status & MYSQL_WAIT_WRITE;
    if (now.revents & POLLPRI) ready |= MYSQL_WAIT_EXCEPT;
  }
  return ready == 0 ? status & MYSQL_WAIT_TIMEOUT : ready;
}

// `status` is what a _start call returned, `go_on` its _cont; `before` may end it.
template <class Before, class Continue>
Driven drive(MYSQL* mysql, int status, Deadline deadline, Before before, Continue go_on) {
  while (status != 0) {
    // The library's own time-outs are not set; where it asks for one all the same, it is woken.
    const Nanos most = status & MYSQL_WAIT_TIMEOUT
                           ? std::chrono::milliseconds(mysql_get_timeout_value_ms(mysql) + 1)
                           : Nanos::max();
    const int fd = descriptor(mysql);
    if (!wait_for(fd, events_of(status), deadline, most)) return Driven::kTimedOut;
    const int ready = ready_for(fd, status);
    if (ready == 0) continue;
    if (const Driven driven = before(fd, ready); driven != Driven::kDone) return driven;
    status = go_on(ready);
  }
  return Driven::kDone;
}

template <class Continue>
Driven drive(MYSQL* mysql, int status, Deadline deadline, Continue go_on) {
  return drive(
      mysql, status, deadline, [](int, int) { return Driven::kDone; }, go_on);
}

// A server's first packet: length, number, protocol, version, connection, scramble, capabilities.
enum class Greeting : std::uint8_t { kIncomplete, kNoTls, kTlsOrOther };

Greeting read_greeting(const unsigned char* bytes, std::size_t size) {
  constexpr std::size_t kVersion = 5;
  constexpr std::size_t kToCapabilities = 1 + 4 + 8 + 1;
  constexpr unsigned kOffersTls = 0x0800;
  constexpr unsigned char kProtocol = 10;
  if (size < kVersion) return Greeting::kIncomplete;
  if (bytes[kVersion - 1] != kProtocol) return Greeting::kTlsOrOther;  // an error: for the library
  const void* end = std::memchr(bytes + kVersion, 0, size - kVersion);
  if (end == nullptr) return Greeting::kIncomplete;
  const auto at =
      static_cast<std::size_t>(static_cast<const unsigned char*>(end) - bytes) + kToCapabilities;
  if (size < at + 2) return Greeting::kIncomplete;
  const unsigned capabilities = bytes[at] | static_cast<unsigned>(bytes[at + 1]) << 8;
  return capabilities & kOffersTls ? Greeting::kTlsOrOther : Greeting::kNoTls;
}

// Asked for TLS, the library believes that it has it: caching_sha2_password then sends the password
// as it is, to a server that offers none too. So the greeting is looked at, without taking it,
// between the connect and the library's first read. A connect that is done at once, which leaves
// no such moment, is one within this machine.
Driven look_at_greeting(int fd, Deadline deadline) {
  std::array<unsigned char, 512> bytes{};
  for (;;) {
    const ssize_t got = ::recv(fd, bytes.data(), bytes.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return Driven::kDone;
    if (got > 0) {
      const Greeting greeting = read_greeting(bytes.data(), static_cast<std::size_t>(got));
      if (greeting == Greeting::kNoTls) return Driven::kNoTls;
      if (greeting == Greeting::kTlsOrOther) return Driven::kDone;
    }
    // A greeting in pieces keeps the socket readable: it is not polled without a pause.
    const short events = got > 0 ? 0 : POLLIN;
    if (!wait_for(fd, events, deadline, std::chrono::milliseconds(1))) return Driven::kTimedOut;
  }
}

}  // namespace

// Each is set whatever its value: what is the default differs between versions of the library.
void set_tls(MYSQL* mysql, const ConnectOptions& o) {
  my_bool enforce = o.tls != TlsMode::kOff ? 1 : 0;
  my_bool verify = o.tls == TlsMode::kVerified ? 1 : 0;
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
  bool greeted = o.tls == TlsMode::kOff;
  const int status =
      mysql_real_connect_start(&connected, mysql, target.host, o.user.c_str(), o.password.c_str(),
                               nullptr, o.port, target.socket, 0);
  const auto before = [&](int fd, int ready) {
    if (greeted || !(ready & MYSQL_WAIT_WRITE)) return Driven::kDone;
    // A connect that failed is the library's, which may have another address to try.
    pollfd now{fd, POLLOUT, 0};
    if (::poll(&now, 1, 0) < 1 || (now.revents & (POLLERR | POLLHUP))) return Driven::kDone;
    greeted = true;
    return look_at_greeting(fd, deadline);
  };
  const Driven driven = drive(mysql, status, deadline, before, [&](int ready) {
    return mysql_real_connect_cont(&connected, mysql, ready);
  });
  return driven == Driven::kDone && connected == nullptr ? Driven::kFailed : driven;
}

Driven query(MYSQL* mysql, const std::string& sql, Deadline deadline) {
  int error = 0;
  const int status = mysql_real_query_start(&error, mysql, sql.data(), sql.size());
  const Driven driven = drive(mysql, status, deadline, [&](int ready) {
    return mysql_real_query_cont(&error, mysql, ready);
  });
  return driven == Driven::kDone && error != 0 ? Driven::kFailed : driven;
}

Driven store(MYSQL* mysql, MYSQL_RES** result, Deadline deadline) {
  const int status = mysql_store_result_start(result, mysql);
  const Driven driven = drive(mysql, status, deadline, [&](int ready) {
    return mysql_store_result_cont(result, mysql, ready);
  });
  const bool failed = *result == nullptr && mysql_errno(mysql) != 0;
  return driven == Driven::kDone && failed ? Driven::kFailed : driven;
}

}  // namespace cutover::client

#endif
