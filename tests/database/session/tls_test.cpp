// SPDX-License-Identifier: Apache-2.0
// TLS is there when it was asked for, and where it is not, nothing is sent.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "tests/database/sessions.h"
#include "tests/harness/process.h"
#include "tests/harness/temp_dir.h"

namespace cutover {
namespace {

using harness::DatabaseOptions;
using harness::DatabaseServer;
using harness::Vendor;

// An authority, and a certificate of it for 127.0.0.1.
class Certificates {
 public:
  Certificates() {
    const std::string ca = (dir_ / "ca").string();
    const std::string key = (dir_ / "key.pem").string();
    openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ca",
             "-keyout", ca + ".key", "-out", ca + ".pem"});
    openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key,
             "-out", (dir_ / "request").string()});
    harness::write_file(dir_ / "names", "subjectAltName=IP:127.0.0.1\n");
    openssl({"x509", "-req", "-in", (dir_ / "request").string(), "-CA", ca + ".pem", "-CAkey",
             ca + ".key", "-CAcreateserial", "-days", "2", "-extfile", (dir_ / "names").string(),
             "-out", (dir_ / "cert.pem").string()});
  }
  std::string authority() const { return (dir_ / "ca.pem").string(); }
  std::vector<std::string> settings() const {
    return {"ssl_ca=" + authority(), "ssl_cert=" + (dir_ / "cert.pem").string(),
            "ssl_key=" + (dir_ / "key.pem").string()};
  }

 private:
  static void openssl(std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    const harness::Finished made = harness::run(words);
    ASSERT_EQ(made.exit_code, 0) << made.output;
  }
  harness::TempDir dir_{"certificates"};
};

std::string cipher(Connection& session) {
  return session.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'", Deadline::in(ms(500)))
      .rows.at(0, 1)
      .value_or("");
}

TEST(SessionsInTls, AreRefusedByAServerThatOffersNone) {
  DatabaseOptions options;
  // MySQL makes itself a certificate unless told that there is no version to speak; MariaDB does
  // since 11.4.
  options.settings = {options.vendor == Vendor::kMySql ? "tls_version=" : "skip_ssl"};
  DatabaseServer server(options);
  server.create_accounts();
  for (const TlsMode mode : {TlsMode::kRequired, TlsMode::kVerified}) {
    ConnectOptions o = options_of(server);
    o.tls = mode;
    const OpenedSession opened = open(o);
    EXPECT_FALSE(opened.session);
    EXPECT_TRUE(opened.error.find("TLS") != std::string::npos ||
                opened.error.find("SSL") != std::string::npos)
        << opened.error;
  }
}

TEST(SessionsInTls, AreEncryptedAndBelieveTheirAuthorityAlone) {
  const Certificates right;
  const Certificates wrong;
  DatabaseOptions options;
  options.settings = right.settings();
  DatabaseServer server(options);
  server.create_accounts();
  ConnectOptions o = options_of(server);
  auto clear = open(o);
  ASSERT_TRUE(clear.session) << clear.error;
  EXPECT_EQ(cipher(*clear.session), "");

  o.tls = TlsMode::kRequired;
  auto encrypted = open(o);
  ASSERT_TRUE(encrypted.session) << encrypted.error;
  EXPECT_NE(cipher(*encrypted.session), "");

  o.tls = TlsMode::kVerified;
  o.ssl_ca = right.authority();
  auto verified = open(o);
  ASSERT_TRUE(verified.session) << verified.error;
  EXPECT_NE(cipher(*verified.session), "");
  // A result of many records, some of them held back within the library.
  const Result many = verified.session->query(
      "SELECT * FROM information_schema.collations a, (SELECT 1 UNION SELECT 2 UNION SELECT 3) b",
      Deadline::in(ms(2000)));
  EXPECT_TRUE(many.ok()) << many.error;
  EXPECT_GT(many.rows.size(), 500U);

  o.ssl_ca = wrong.authority();
  EXPECT_FALSE(open(o).session);
}

// Greets as a MySQL without TLS does, asks for the whole password, and keeps what it is sent.
class ServerWithoutTls {
 public:
  ServerWithoutTls() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ServerWithoutTls() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  // All that the client sent, once it is gone.
  std::string received() {
    thread_.join();
    thread_ = std::thread([] {});
    return received_;
  }

  ConnectOptions options() const {
    ConnectOptions o;
    o.host = "127.0.0.1";
    o.port = port_;
    o.user = "cutover";
    o.password = "not-a-secret";
    return o;
  }

 private:
  static std::string packet(char number, const std::string& body) {
    const std::string length{static_cast<char>(body.size()), 0, 0};
    return length + number + body;
  }

  void serve() {
    const int fd = ::accept(listener_, nullptr, nullptr);
    if (fd < 0) return;
    const std::string scramble(8, 'a');
    std::string greeting = "\x0a" + std::string("9.9.9") + std::string(1, 0) + "\x07" +
                           std::string(3, 0) + scramble + std::string(1, 0);
    greeting += std::string("\x01\x82\xff\x02", 4) + std::string(1, 0) + "\x08" + "\x15" +
                std::string(10, 0) + std::string(12, 'b') + std::string(1, 0) +
                "caching_sha2_password" + std::string(1, 0);
    send(fd, packet(0, greeting));
    char number = 2;
    char bytes[1024];
    ssize_t got = 0;
    while ((got = ::recv(fd, bytes, sizeof bytes, 0)) > 0) {
      received_.append(bytes, static_cast<std::size_t>(got));
      send(fd, packet(number, "\x01\x04"));
      number = static_cast<char>(number + 2);
    }
    ::close(fd);
  }
  static void send(int fd, const std::string& bytes) {
    ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::string received_;  // written by the thread, read after it has been joined
};

TEST(SessionsInTls, SendNothingToAServerThatOffersNone) {
  for (const TlsMode mode : {TlsMode::kRequired, TlsMode::kVerified}) {
    ServerWithoutTls server;
    ConnectOptions o = server.options();
    o.tls = mode;
    const OpenedSession opened = open(o, ms(1000));
    EXPECT_FALSE(opened.session);
    EXPECT_TRUE(opened.error.find("TLS") != std::string::npos ||
                opened.error.find("SSL") != std::string::npos)
        << opened.error;
    EXPECT_EQ(server.received(), "");
  }
}

TEST(SessionsInTls, GoInClearWhereThatWasAskedFor) {
  ServerWithoutTls server;
  EXPECT_FALSE(open(server.options(), ms(300)).session);
  const std::string received = server.received();
  EXPECT_NE(received.find("cutover"), std::string::npos) << "the server of this test is not heard";
  EXPECT_EQ(received.find("not-a-secret"), std::string::npos);
}

}  // namespace
}  // namespace cutover
