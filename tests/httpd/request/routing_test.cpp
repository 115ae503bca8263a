// SPDX-License-Identifier: Apache-2.0
// What the new host gets, and what comes back: as a ProxyPass of the administrator's own would do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>
#include <thread>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::HasSubstr;
using testing::Not;

class Routing : public testing::Test {
 protected:
  void start(RigOptions options = {}) {
    rig_ = std::make_unique<Rig>(std::move(options));
    rig_->start();
    rig_->serve(Side::kNew);
  }
  // The new host's environment of a request.
  std::string env(const std::string& tail = "", const harness::HttpHeaders& headers = {}) {
    return rig_->client().get("/cgi/env" + tail, headers).body;
  }
  // The end of the connection between the hosts over which a request came.
  std::string remote_port() {
    const std::string seen = env();
    const auto at = seen.find("REMOTE_PORT=");
    return at == std::string::npos ? "" : seen.substr(at, seen.find('\n', at) - at);
  }
  std::unique_ptr<Rig> rig_;
};

TEST_F(Routing, PathAndQueryArriveAsTheyWereWritten) {
  RigOptions options;
  options.vhost = options.new_server = "AllowEncodedSlashes NoDecode";
  start(options);
  EXPECT_THAT(exchange(rig_->port(), "/cgi/env/a%20b%2Fc;d=%C3%A4?x=%2F&y=a+b%20c"),
              HasSubstr("REQUEST_URI=/cgi/env/a%20b%2Fc;d=%C3%A4?x=%2F&y=a+b%20c\n"));
}

TEST_F(Routing, MethodBodyAndHeadersArrive) {
  start();
  const HttpResponse posted = rig_->client().post_body("/cgi/env", "a=b", "text/x-mine",
                                                       {{"X-Custom", "yes"}, {"Cookie", "s=1"}});
  EXPECT_THAT(posted.body, HasSubstr("REQUEST_METHOD=POST\n"));
  EXPECT_THAT(posted.body, HasSubstr("CONTENT_TYPE=text/x-mine\n"));
  EXPECT_THAT(posted.body, HasSubstr("HTTP_X_CUSTOM=yes\n"));
  EXPECT_THAT(posted.body, HasSubstr("HTTP_COOKIE=s=1\n"));
  EXPECT_THAT(posted.body, HasSubstr("body=a=b"));
}

TEST_F(Routing, TheSitesNameAndForwardedHeadersByDefault) {
  start();
  const std::string seen = env();
  EXPECT_THAT(seen, HasSubstr("HTTP_HOST=shop.example.com\n"));
  EXPECT_THAT(seen, HasSubstr("HTTP_X_FORWARDED_FOR=127.0.0.1\n"));
  EXPECT_THAT(seen, HasSubstr("HTTP_X_FORWARDED_HOST=shop.example.com\n"));
}

TEST_F(Routing, TheNewHostsOwnNameWhereTheVhostSaysSo) {
  RigOptions options;
  options.vhost = "ProxyPreserveHost Off";
  start(options);
  EXPECT_THAT(env(), HasSubstr("HTTP_HOST=127.0.0.1:" + std::to_string(rig_->new_port())));
}

// A service at another name: it has nothing to do with the site's move.
TEST_F(Routing, TheVhostsOtherProxiesAreAskedAsBefore) {
  const std::uint16_t other = harness::free_port();
  RigOptions options;
  options.site = "CutoverLocal /service";
  options.new_server = "Listen 127.0.0.1:" + std::to_string(other);
  options.vhost = "ProxyPass /service http://127.0.0.1:" + std::to_string(other) + "/cgi";
  start(options);
  const std::string asked = "HTTP_HOST=127.0.0.1:" + std::to_string(other) + "\n";
  EXPECT_THAT(env(), HasSubstr("HTTP_HOST=shop.example.com\n"));
  EXPECT_THAT(rig_->client().get("/service/env").body, HasSubstr(asked));
  rig_->serve(Side::kOld);
  EXPECT_THAT(rig_->client().get("/service/env").body, HasSubstr(asked));
}

TEST_F(Routing, TheVhostsProxyDirectivesAreHonoured) {
  RigOptions options;
  options.vhost =
      "RequestHeader set X-Forwarded-Proto https\n"
      "RequestHeader set X-Added by-old\nProxyAddHeaders On";
  start(options);
  const std::string seen = env();
  EXPECT_THAT(seen, HasSubstr("HTTP_HOST=shop.example.com\n"));
  EXPECT_THAT(seen, HasSubstr("HTTP_X_FORWARDED_PROTO=https\n"));
  EXPECT_THAT(seen, HasSubstr("HTTP_X_ADDED=by-old\n"));
}

TEST_F(Routing, RedirectsAndCookiesAreReversed) {
  RigOptions options;
  options.new_server =
      "Redirect /moved http://new.internal/there\n"
      "Header always add Set-Cookie \"s=1; Domain=new.internal; Path=/\"";
  options.vhost =
      "ProxyPassReverse / http://new.internal/\n"
      "ProxyPassReverseCookieDomain new.internal shop.example.com";
  start(options);
  const HttpResponse moved = rig_->client().get("/moved");
  EXPECT_EQ(moved.status, 302);
  EXPECT_THAT(moved.header("location"), HasSubstr("//shop.example.com"));
  EXPECT_THAT(moved.header("set-cookie"), HasSubstr("Domain=shop.example.com"));
}

TEST_F(Routing, LocationsStillGuardTheSite) {
  RigOptions options;
  options.vhost = "<Location /who.txt>\nRequire all denied\n</Location>";
  start(options);
  EXPECT_EQ(rig_->client().get("/who.txt").status, 403);
}

TEST_F(Routing, ConnectionsToTheNewHostAreKept) {
  RigOptions options;
  options.processes = 1;
  options.threads = 4;
  start(options);
  std::set<std::string> ports;
  for (int i = 0; i < 8; ++i) ports.insert(remote_port());
  EXPECT_EQ(ports.size(), 1U);
}

// Many hosts close a connection after five seconds, and one that comes by it in that moment gets
// 502.
TEST_F(Routing, AConnectionThatWasIdleForLongIsNotUsedAgain) {
  RigOptions options;
  options.processes = 1;
  options.threads = 4;
  options.new_server = "KeepAliveTimeout 60";
  start(options);
  const std::string first = remote_port();
  std::this_thread::sleep_for(std::chrono::seconds(2));
  EXPECT_EQ(remote_port(), first);
  std::this_thread::sleep_for(std::chrono::milliseconds(4200));
  EXPECT_NE(remote_port(), first);
}

TEST_F(Routing, TheAdministratorsKeysReachTheWorker) {
  RigOptions options;
  options.processes = 1;
  options.threads = 4;
  options.new_server = "KeepAlive On";
  rig_ = std::make_unique<Rig>(options);
  options.site =
      "CutoverNewHost http://localhost:" + std::to_string(rig_->new_port()) + " disablereuse=On";
  rig_->reconfigure(options);
  rig_->start();
  rig_->serve(Side::kNew);
  std::set<std::string> ports;
  for (int i = 0; i < 8; ++i) ports.insert(remote_port());
  EXPECT_EQ(ports.size(), 8U);
}

TEST_F(Routing, ABalancerServesToo) {
  RigOptions options;
  options.load = {"slotmem_shm", "proxy", "proxy_balancer", "lbmethod_byrequests"};
  options.site = "CutoverNewHost balancer://shop";
  const std::uint16_t port = harness::free_port();
  options.new_server = "Listen 127.0.0.1:" + std::to_string(port);
  options.server =
      "<Proxy balancer://shop>\nBalancerMember http://127.0.0.1:" + std::to_string(port) +
      "\n</Proxy>";
  start(options);
  EXPECT_EQ(rig_->ask(), "new");
  EXPECT_EQ(rig_->ask("/who.txt?a%2Fb"), "new");
}

TEST_F(Routing, AHoldBeforeAnUpgradeEndsInAWebSocket) {
  const Fd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(harness::free_port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(server.get(), 4), 0);
  auto served = std::async(std::launch::async, [&] {
    const Fd peer(::accept(server.get(), nullptr, nullptr));
    std::string head;
    char c = 0;
    while (head.find("\r\n\r\n") == std::string::npos && ::recv(peer.get(), &c, 1, 0) == 1)
      head += c;
    const std::string answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    ::send(peer.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    while (::recv(peer.get(), &c, 1, 0) == 1) ::send(peer.get(), &c, 1, MSG_NOSIGNAL);
    return head;
  });
  RigOptions options;
  options.site = "CutoverNewHost http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  rig_ = std::make_unique<Rig>(options);
  rig_->start();
  rig_->hold(AtDeadline::kRefuse);
  Connection client(rig_->port());
  client.get("/socket",
             "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  ASSERT_TRUE(rig_->eventually_held(1));
  rig_->serve(Side::kNew);
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("101 Switching"));
  client.send("ping!");
  EXPECT_THAT(client.read_until("ping!"), HasSubstr("ping!"));
  EXPECT_EQ(rig_->endless(Side::kNew), 1) << "no drain waits for an open WebSocket";
  EXPECT_EQ(rig_->counts().in_flight, 0);
  client.close();
  EXPECT_THAT(served.get(), HasSubstr("Upgrade: websocket"));
  EXPECT_TRUE(eventually([&] { return rig_->endless(Side::kNew) == 0; }));
}

TEST_F(Routing, WhatIsNoPathOfTheSiteIsAnsweredHere) {
  start();
  Connection asterisk(rig_->port());
  asterisk.send("OPTIONS * HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(asterisk.read_all(), HasSubstr("200 OK"));
  EXPECT_EQ(rig_->counts().served[1], 0U);
}

TEST_F(Routing, NobodyIsConnectedAndTheRefusalStaysAsItWas) {
  start();
  const auto answer_to = [&](const std::string& target) {
    Connection connect(rig_->port());
    connect.send("CONNECT " + target + " HTTP/1.1\r\nHost: shop.example.com\r\n\r\n");
    const std::string all = connect.read_until("\r\n\r\n");
    return all.substr(0, all.find("\r\n"));
  };
  for (const char* target : {"elsewhere:443", "shop.example.com:80", "/who.txt", "/", "elsewhere",
                             "http://shop.example.com/who.txt", "[::1]:443", ":443", "*"}) {
    rig_->serve(Side::kOld);
    const std::string before = answer_to(target);
    rig_->serve(Side::kNew);
    EXPECT_EQ(answer_to(target), before) << target;
    EXPECT_THAT(before, Not(HasSubstr(" 200"))) << target;
  }
  EXPECT_EQ(rig_->counts().served[1], 0U);
}

}  // namespace
}  // namespace cutover::test
