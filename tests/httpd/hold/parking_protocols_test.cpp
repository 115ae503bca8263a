// SPDX-License-Identifier: Apache-2.0
// What is parked under TLS or before an upgrade goes on as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/crowd.h"
#include "tests/httpd/echo_server.h"
#include "tests/httpd/parking.h"
#include "tests/httpd/tls_client.h"

namespace cutover::test {
namespace {

using harness::eventually;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;

TEST(ParkingProtocols, Tls) {
  const harness::TempDir dir("tls");
  Rig rig(with_tls(dir));
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  const std::string post =
      "POST /cgi/env HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 12\r\n\r\nbefore";
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (std::size_t i = 0; i < 60; ++i) {
    clients.push_back(std::make_unique<TlsClient>(rig.port()));
    clients[i]->send(i % 2 == 0 ? get_request("/who.txt") +
                                      get_request("/who.txt", "Connection: close\r\n")
                                : post);
  }
  ASSERT_TRUE(rig.eventually_held(60)) << "on twelve threads";
  for (std::size_t i = 1; i < clients.size(); i += 2) clients[i]->send(" after");
  rig.serve(Side::kNew);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    if (i % 2 == 0)
      EXPECT_THAT(clients[i]->read_until("until it closes"),
                  AllOf(HasSubstr("newHTTP/1.1 200"), EndsWith("new")));
    else
      EXPECT_THAT(clients[i]->read_until("\r\n0\r\n"),
                  AllOf(HasSubstr("before"), HasSubstr(" after")));
  }
  EXPECT_GE(rig.counts().held, 60U) << "the second request, too, where others wait for their turn";
  expect_all_ended(rig, rig.counts().held);
}

TEST(ParkingProtocols, WebSocket) {
  EchoServer echo;
  RigOptions options = roomy();
  options.threads = 32;  // an open tunnel keeps its thread, and one child may have accepted all
  options.site +=
      "CutoverNewHost http://127.0.0.1:" + std::to_string(echo.port()) + " upgrade=websocket\n";
  Rig rig(options);
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  std::vector<std::unique_ptr<Connection>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<Connection>(rig.port()));
    clients.back()->get("/socket",
                        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  }
  ASSERT_TRUE(rig.eventually_held(20));
  rig.serve(Side::kNew);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_THAT(clients[i]->read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
    const std::string words = "words of " + std::to_string(i) + ".";
    clients[i]->send(words);
    EXPECT_THAT(clients[i]->read_until(words), HasSubstr(words));
    clients[i]->close();
  }
  expect_all_ended(rig, 20);
}

}  // namespace
}  // namespace cutover::test
