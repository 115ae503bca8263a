// SPDX-License-Identifier: Apache-2.0
// Who still sends a body while a run is quieting has not begun: nobody waits for it, and it goes to
// the side that serves when it is there, whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/harness/process.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

// Who it is, and what it was sent: how much, and a sum of it.
constexpr const char* kReader = R"sh(#!/bin/sh
who="$(cat "$(dirname "$0")/../htdocs/who.txt")"
printf 'Content-Type: text/plain\r\n\r\n%s' "$who $(cksum)"
)sh";
constexpr std::size_t kForm = 60'000;
constexpr std::size_t kUpload = 400'000;

std::string some(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 7919) + ",";
  text.resize(bytes);
  return text;
}

std::string sum_of(const std::string& text) {
  harness::TempDir dir("sum");
  harness::write_file(dir / "body", text);
  const std::string sum = harness::run({"sh", "-c", "cksum < " + (dir / "body").string()}).output;
  return sum.substr(0, sum.find('\n'));
}

std::string head(const std::string& path, const std::string& lines) {
  return "POST " + path + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n" + lines +
         "\r\n";
}

std::string with_length(std::size_t bytes, const std::string& path = "/cgi/reader") {
  return head(path, "Content-Length: " + std::to_string(bytes) + "\r\n");
}

class EarlyBodies : public testing::TestWithParam<Mpm> {
 protected:
  void start(const std::string& vhost = "") {
    RigOptions options;
    options.mpm = GetParam();
    options.vhost = vhost;
    rig_ = std::make_unique<Rig>(options);
    for (Httpd* host : {&rig_->old_host(), &rig_->new_host()})
      harness::write_file(host->directory() / "cgi/reader", kReader, 0755);
    rig_->start();
    rig_->serve(Side::kOld);
    ASSERT_EQ(rig_->ask(), "old");
    rig_->quiet(Side::kOld);
  }
  // Long enough for what was sent to be seen.
  bool nobody_is_in() {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return rig_->counts().in_flight == 0;
  }

  std::unique_ptr<Rig> rig_;
};

TEST_P(EarlyBodies, WhoStillSendsIsNotInFlightAndIsServedWhenItIsThere) {
  start();
  const std::string body = some(kForm);
  Connection client(rig_->port());
  client.send(with_length(kForm) + body.substr(0, 20'000));
  EXPECT_TRUE(nobody_is_in());
  EXPECT_EQ(rig_->ask(), "old") << "others are served";
  client.send(body.substr(20'000));
  EXPECT_THAT(client.read_all(), HasSubstr("old " + sum_of(body)));
}

TEST_P(EarlyBodies, InChunksToo) {
  start();
  Connection client(rig_->port());
  client.send(head("/cgi/reader", "Transfer-Encoding: chunked\r\n") + "5\r\nabcde\r\n");
  EXPECT_TRUE(nobody_is_in());
  client.send("3\r\nfgh\r\n0\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("old " + sum_of("abcdefgh")));
}

TEST_P(EarlyBodies, GoesToTheOtherSideWhereThatServesByThen) {
  start();
  const std::string body = some(kForm);
  Connection client(rig_->port());
  client.send(with_length(kForm) + body.substr(0, 20'000));
  EXPECT_TRUE(nobody_is_in());
  rig_->hold(AtDeadline::kOld);
  client.send(body.substr(20'000));
  EXPECT_TRUE(rig_->eventually_held(1));
  rig_->serve(Side::kNew);
  EXPECT_THAT(client.read_all(), HasSubstr("new " + sum_of(body)));
}

TEST_P(EarlyBodies, AnUploadIsHeldAndGoesOnAtTheOtherSide) {
  start();
  const std::string body = some(kUpload);
  std::string chunked;
  for (std::size_t at = 0; at < kUpload; at += 40'000)
    chunked += "9c40\r\n" + body.substr(at, 40'000) + "\r\n";
  for (const std::string& request :
       {with_length(kUpload) + body,
        head("/cgi/reader", "Transfer-Encoding: chunked\r\n") + chunked + "0\r\n\r\n"}) {
    rig_->quiet(Side::kOld);
    Connection client(rig_->port());
    std::thread sending([&] { client.send(request); });
    EXPECT_TRUE(rig_->eventually_held(1));
    EXPECT_EQ(rig_->counts().in_flight, 0);
    rig_->serve(Side::kNew);
    EXPECT_THAT(client.read_all(), HasSubstr("new " + sum_of(body)));
    sending.join();
  }
}

TEST_P(EarlyBodies, AClientThatLeavesOrSendsNonsenseIsNobody) {
  start();
  {
    Connection client(rig_->port());
    client.send(with_length(kForm) + "x");
    EXPECT_TRUE(nobody_is_in());
    client.close();
  }
  Connection client(rig_->port());
  client.send(head("/cgi/reader", "Transfer-Encoding: chunked\r\n") + "nonsense\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("HTTP/1.1 400"));
  EXPECT_TRUE(nobody_is_in());
  EXPECT_EQ(rig_->ask(), "old");
}

// httpd reads it by the server's limit, since it does not know the directory yet.
TEST_P(EarlyBodies, EachDirectorysLimitHolds) {
  start(
      "LimitRequestBody 2000\n<Location /cgi/reader>\nLimitRequestBody 10000\n</Location>\n"
      "<Location /cgi/small>\nLimitRequestBody 1000\n</Location>\n");
  for (Httpd* host : {&rig_->old_host(), &rig_->new_host()})
    harness::write_file(host->directory() / "cgi/small", kReader, 0755);
  const auto answer = [&](const std::string& path, std::size_t bytes) {
    Connection client(rig_->port());
    client.send(with_length(bytes, path) + some(bytes));
    return client.read_all().substr(9, 3);
  };
  const auto held_then = [&](std::size_t bytes) {
    auto said = std::async(std::launch::async, [&] { return answer("/cgi/reader", bytes); });
    EXPECT_TRUE(rig_->eventually_held(1));
    rig_->serve(Side::kOld);
    const std::string answered = said.get();
    rig_->quiet(Side::kOld);
    return answered;
  };
  EXPECT_EQ(answer("/cgi/small", 900), "200");
  EXPECT_EQ(answer("/cgi/small", 1500), "413");
  EXPECT_EQ(answer("/cgi/reader", 1500), "200");
  EXPECT_EQ(held_then(9000), "200");
  EXPECT_EQ(held_then(11000), "413");
}

INSTANTIATE_TEST_SUITE_P(Mpms, EarlyBodies, testing::Values(Mpm::kEvent, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
