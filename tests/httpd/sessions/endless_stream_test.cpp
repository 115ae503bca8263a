// SPDX-License-Identifier: Apache-2.0
// Answers that never end, over HTTP/2: each is ended without its session.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "tests/harness/eventually.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/echo_server.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using harness::eventually;
using testing::HasSubstr;
using testing::Not;

// A script that says something when the file is there that its query names, and then never ends.
constexpr const char* kEvents = R"(#!/bin/sh
printf 'Content-Type: text/event-stream\r\n\r\ndata: first\n\n'
while [ ! -e "$QUERY_STRING" ]; do sleep 0.02; done
for i in 1 2 3 4 5 6 7 8 9 10; do printf 'data: second\n\n' || exit 0; sleep 0.2; done
)";

// One connection, one request after the other.
class Visitor {
 public:
  explicit Visitor(std::uint16_t port)
      : base_("https://127.0.0.1:" + std::to_string(port)),
        easy_(curl_easy_init(), curl_easy_cleanup) {
    curl_easy_setopt(easy_.get(), CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    curl_easy_setopt(easy_.get(), CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy_.get(), CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy_.get(), CURLOPT_TIMEOUT_MS, 15000L);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEFUNCTION, &Visitor::append);
    curl_easy_setopt(easy_.get(), CURLOPT_WRITEDATA, this);
  }
  CURLcode get(const std::string& path) {
    body_.clear();
    curl_easy_setopt(easy_.get(), CURLOPT_URL, (base_ + path).c_str());
    return curl_easy_perform(easy_.get());
  }
  const std::string& body() const { return body_; }
  bool has_begun() const { return begun_; }
  long new_connections() const {
    long number = -1;
    curl_easy_getinfo(easy_.get(), CURLINFO_NUM_CONNECTS, &number);
    return number;
  }

 private:
  static std::size_t append(char* bytes, std::size_t size, std::size_t number, void* visitor) {
    auto& self = *static_cast<Visitor*>(visitor);
    self.body_.append(bytes, size * number);
    self.begun_ = true;
    return size * number;
  }
  std::string base_;
  std::unique_ptr<CURL, void (*)(CURL*)> easy_;
  std::string body_;
  std::atomic<bool> begun_{false};
};

class EndlessStreams : public testing::Test {
 protected:
  EndlessStreams() {
    RigOptions options;
    options.load = {"socache_shmcb", "ssl", "http2"};
    options.site = "CutoverHoldTimeout 30s\nCutoverStreams text/event-stream\n";
    options.vhost = "Protocols h2 http/1.1\nSSLEngine On\n" +
                    certificates_.server_lines("shop.example.com") +
                    "\nProxyPass /feed http://127.0.0.1:" + std::to_string(feed_.port()) + "/\n";
    rig_ = std::make_unique<Rig>(options);
    harness::write_file(rig_->old_host().directory() / "cgi/events", kEvents, 0755);
    rig_->start();
    visitor_ = std::make_unique<Visitor>(rig_->port());
  }
  // It is asked for, and is not in flight.
  std::future<CURLcode> begin(const std::string& path) {
    auto ends = std::async(std::launch::async, [this, path] { return visitor_->get(path); });
    EXPECT_TRUE(eventually([&] { return visitor_->has_begun(); }));
    EXPECT_EQ(rig_->endless(Side::kOld), 1);
    EXPECT_EQ(rig_->counts().in_flight, 0);
    rig_->hold(AtDeadline::kOld);
    rig_->hold(AtDeadline::kRefuse);
    rig_->close_endless(Side::kOld);
    return ends;
  }
  // A client is to see that it did not end by itself; and the session goes on.
  void expect_new_serves(std::future<CURLcode>& ends) {
    EXPECT_TRUE(eventually([&] { return rig_->endless(Side::kOld) == 0; }));
    rig_->serve(Side::kNew);
    const CURLcode how = ends.get();
    EXPECT_NE(how, CURLE_OK);
    EXPECT_NE(how, CURLE_OPERATION_TIMEDOUT);
    EXPECT_THAT(visitor_->body(), Not(HasSubstr("second")));
    EXPECT_EQ(visitor_->get("/who.txt"), CURLE_OK);
    EXPECT_EQ(visitor_->body(), "new");
    EXPECT_EQ(visitor_->new_connections(), 0);
  }

  Certificates certificates_;
  EchoServer feed_{
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      "d\r\ndata: first\n\n\r\n"};
  std::unique_ptr<Rig> rig_;
  std::unique_ptr<Visitor> visitor_;
  harness::TempDir dir_{"stream"};
};

TEST_F(EndlessStreams, OneOfAnOriginEndsWithTheWayToIt) {
  auto ends = begin("/feed");
  expect_new_serves(ends);
}

TEST_F(EndlessStreams, AScriptsEndsByWhatItSaysNext) {
  const std::string goes_on = dir_ / "go";
  auto ends = begin("/cgi/events?" + goes_on);
  EXPECT_EQ(rig_->endless(Side::kOld), 1);
  harness::write_file(goes_on, "");
  expect_new_serves(ends);
}

}  // namespace
}  // namespace cutover::test
