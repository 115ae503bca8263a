// SPDX-License-Identifier: Apache-2.0
// What is parked under TLS or before an upgrade goes on as it was; HTTP/2's streams are held, too.
#include <curl/curl.h>
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

// So many streams on one connection; what came of each.
class Http2Client {
 public:
  Http2Client(const std::string& url, std::size_t streams)
      : multi_(curl_multi_init(), curl_multi_cleanup), bodies_(streams) {
    for (std::string& body : bodies_) {
      easy_.emplace_back(curl_easy_init(), curl_easy_cleanup);
      CURL* one = easy_.back().get();
      curl_easy_setopt(one, CURLOPT_URL, url.c_str());
      curl_easy_setopt(one, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
      curl_easy_setopt(one, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(one, CURLOPT_SSL_VERIFYHOST, 0L);
      curl_easy_setopt(one, CURLOPT_PIPEWAIT, 1L);
      curl_easy_setopt(one, CURLOPT_WRITEFUNCTION, &Http2Client::append);
      curl_easy_setopt(one, CURLOPT_WRITEDATA, &body);
      curl_multi_add_handle(multi_.get(), one);
    }
  }
  ~Http2Client() {
    for (auto& one : easy_) curl_multi_remove_handle(multi_.get(), one.get());
  }
  // How many still wait.
  int go_on() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    curl_multi_poll(multi_.get(), nullptr, 0, 5, nullptr);
    return running;
  }
  long count(long status, const std::string& body) {
    long n = 0;
    for (std::size_t i = 0; i < easy_.size(); ++i) {
      long code = 0;
      curl_easy_getinfo(easy_[i].get(), CURLINFO_RESPONSE_CODE, &code);
      n += code == status && (body.empty() || bodies_[i] == body) ? 1 : 0;
    }
    return n;
  }

 private:
  static std::size_t append(char* bytes, std::size_t size, std::size_t number, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * number);
    return size * number;
  }
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
  std::vector<std::string> bodies_;
  std::vector<std::unique_ptr<CURL, void (*)(CURL*)>> easy_;
};

class OnHttp2 : public testing::Test {
 protected:
  RigOptions options(unsigned threads) {
    RigOptions options = with_tls(dir_);
    options.processes = 1;
    options.threads = threads;
    options.load.push_back("http2");
    options.vhost += "Protocols h2 http/1.1\n";
    return options;
  }
  static std::string url(const Rig& rig) {
    return "https://127.0.0.1:" + std::to_string(rig.port()) + "/who.txt";
  }
  harness::TempDir dir_{"tls"};
};

TEST_F(OnHttp2, StreamsAreHeldWithinTheBudget) {
  Rig rig(options(16));
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  Http2Client client(url(rig), 6);
  ASSERT_TRUE(eventually([&] {
    client.go_on();
    return rig.counts().held_now == 6;
  })) << rig.counts().held_now;
  rig.serve(Side::kNew);
  EXPECT_TRUE(eventually([&] { return client.go_on() == 0; }));
  EXPECT_EQ(client.count(200, "new"), 6);
  expect_all_ended(rig, 6);
}

TEST_F(OnHttp2, StreamsAreShedPastTheBudget) {
  Rig rig(options(8));
  rig.start();
  rig.hold(AtDeadline::kRefuse);
  std::vector<std::unique_ptr<Http2Client>> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(std::make_unique<Http2Client>(url(rig), 2));
  ASSERT_TRUE(eventually([&] {
    for (auto& c : clients) c->go_on();
    return rig.counts().held == 10;
  })) << rig.counts().held;
  EXPECT_EQ(rig.counts().held_now, 6) << "two of eight threads are left to others";
  EXPECT_EQ(rig.admin().get("/cutover/status.json").status, 200);
  rig.serve(Side::kNew);
  long served = 0;
  long shed = 0;
  for (auto& c : clients) {
    EXPECT_TRUE(eventually([&] { return c->go_on() == 0; }));
    served += c->count(200, "new");
    shed += c->count(503, "");
  }
  EXPECT_EQ(served, 6);
  EXPECT_EQ(shed, 4);
  expect_all_ended(rig, 10);
}

}  // namespace
}  // namespace cutover::test
