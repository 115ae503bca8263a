// SPDX-License-Identifier: Apache-2.0
// A site in TLS, and a client of it whose connection a test has in its hand.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/httpd/connection.h"
#include "tests/httpd/parking.h"
#include "tests/httpd/tls.h"

namespace cutover::test {

inline RigOptions with_tls(const harness::TempDir& dir) {
  RigOptions options = roomy();
  options.load = tls_modules();
  options.vhost = tls_lines(dir);
  return options;
}

// A client on a connection of its own, one request after the other.
class TlsClient {
 public:
  explicit TlsClient(std::uint16_t port)
      : connection_(port),
        context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free),
        ssl_(SSL_new(context_.get()), SSL_free) {
    SSL_set_fd(ssl_.get(), connection_.descriptor());
    if (SSL_connect(ssl_.get()) != 1) throw std::runtime_error("no TLS");
  }
  void send(const std::string& bytes) {
    if (SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) <= 0)
      throw std::runtime_error("cannot send");
  }
  std::string read_until(const std::string& text) {
    char chunk[4096];
    while (read_.find(text) == std::string::npos) {
      const int got = SSL_read(ssl_.get(), chunk, sizeof chunk);
      if (got <= 0) break;
      read_.append(chunk, static_cast<std::size_t>(got));
    }
    return std::exchange(read_, {});
  }
  const Connection& connection() const { return connection_; }

 private:
  Connection connection_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::string read_;
};

}  // namespace cutover::test
