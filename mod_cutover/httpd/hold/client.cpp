// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/hold/client.h"

#include <apr_portable.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <string_view>

#include "mod_cutover/httpd/edge/lacking.h"
// After httpd.h.
#include <apr_optional.h>
#include <http_protocol.h>

// mod_ssl's, where httpd itself cannot tell yet.
APR_DECLARE_OPTIONAL_FN(int, ssl_is_https, (conn_rec*));

namespace cutover {
namespace {

// What a client that speaks HTTP/2 says first.
constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

}  // namespace

bool in_tls(conn_rec* c) {
#if __has_include(<http_ssl.h>)
  if (ap_ssl_conn_is_ssl != nullptr) return ap_ssl_conn_is_ssl(c) != 0;
#endif
  auto* is_https = APR_RETRIEVE_OPTIONAL_FN(ssl_is_https);
  return is_https != nullptr && is_https(c) != 0;
}

bool begins_with_http2(conn_rec* c) {
  std::array<char, kPreface.size()> first{};
  apr_os_sock_t fd = -1;
  if (apr_os_sock_get(&fd, ap_get_conn_socket(c)) != APR_SUCCESS) return false;
  const ssize_t got = ::recv(fd, first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
  return got > 0 && std::string_view(first.data(), static_cast<std::size_t>(got)) == kPreface;
}

bool has_body(const request_rec* r) {
  const char* length = apr_table_get(r->headers_in, "Content-Length");
  return apr_table_get(r->headers_in, "Transfer-Encoding") != nullptr ||
         (length != nullptr && std::string_view(length) != "0");
}

bool may_close_its_half(request_rec* r) {
  conn_rec* c = r->connection;
  return r->method_number == M_GET && c->master == nullptr && !has_body(r) && !in_tls(c);
}

bool has_left(request_rec* r) {
  conn_rec* c = r->connection->master != nullptr ? r->connection->master : r->connection;
  return has_left(c, may_close_its_half(r));
}

bool has_left(conn_rec* c, bool may_close_its_half) {
  apr_socket_t* socket = ap_get_conn_socket(c);
  apr_os_sock_t fd = -1;
  if (c->aborted != 0 || socket == nullptr || apr_os_sock_get(&fd, socket) != APR_SUCCESS)
    return c->aborted != 0;
  const short half = may_close_its_half ? 0 : POLLRDHUP;
  pollfd one{fd, half, 0};
  return ::poll(&one, 1, 0) > 0;  // HUP, ERR and NVAL are reported unasked
}

}  // namespace cutover
