// SPDX-License-Identifier: Apache-2.0
// Held requests that meet a new host which refuses them, or closes its kept connections: they are
// tried once more, unless that would repeat anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/queueing_host.h"
#include "tests/httpd/paced.h"

namespace cutover::test {
namespace {

std::string post_request(const std::string& path) {
  return "POST " + path + " HTTP/1.1\r\nHost: shop.example.com\r\nContent-Length: 5\r\n\r\nhello";
}

class SecondTry : public testing::Test {
 protected:
  SecondTry() : rig_(options(host_)) { rig_.start(); }
  static RigOptions options(const harness::QueueingHost& host) {
    RigOptions options = roomy();
    options.threads = 16;  // for all of a crowd, where an httpd holds them in its threads
    options.site += host.directive();
    return options;
  }
  // Each has a connection that was used before, which old answered.
  Crowd& hold(std::size_t number, const std::string& request) {
    crowd_ = std::make_unique<Crowd>(rig_.port(), number, get_request("/who.txt"));
    EXPECT_EQ(crowd_->read(1), number);
    crowd_->forget();
    rig_.hold(AtDeadline::kRefuse);
    crowd_->send_all(request);
    EXPECT_TRUE(rig_.eventually_held(static_cast<std::int64_t>(number)));
    return *crowd_;
  }
  int status(std::size_t visitor) const {
    const auto& answers = crowd_->answers(visitor);
    return answers.empty() ? 0 : answers[0].status;
  }

  harness::QueueingHost host_;
  Rig rig_;
  std::unique_ptr<Crowd> crowd_;
};

TEST_F(SecondTry, AGetThatFindsTheQueueFullIsServed) {
  Crowd& crowd = hold(4, get_request("/page"));
  host_.refuse(4);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 4U);
  EXPECT_EQ(crowd.count(200, "new"), 4U);
  EXPECT_EQ(host_.came(), 8);
  expect_all_ended(rig_, 4);
}

TEST_F(SecondTry, OnlyOnceAndThenTheHostsOwnPageIsSeen) {
  Crowd& crowd = hold(1, get_request("/page"));
  host_.refuse(1000);
  rig_.serve(Side::kNew);
  crowd.read(1);
  EXPECT_EQ(status(0), 503);
  EXPECT_EQ(crowd.answers(0)[0].body, "queue full");
  EXPECT_EQ(host_.came(), 2);
}

TEST_F(SecondTry, APostThatWasRefusedIsNotRepeated) {
  Crowd& crowd = hold(1, post_request("/order"));
  host_.refuse(1);
  rig_.serve(Side::kNew);
  crowd.read(1);
  EXPECT_EQ(status(0), 503);
  EXPECT_EQ(host_.came(), 1);
}

// The host closes each connection that it kept, when the next request comes on it.
TEST_F(SecondTry, AGetOnAConnectionThatIsClosedInThatMomentIsServed) {
  rig_.serve(Side::kNew);
  HttpClient client = rig_.client();
  ASSERT_EQ(client.get("/page").body, "new");
  rig_.serve(Side::kOld);
  Crowd& crowd = hold(3, get_request("/page"));
  host_.close_kept(true);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 3U);
  EXPECT_EQ(crowd.count(200, "new"), 3U);
}

TEST_F(SecondTry, APostGoesOutOnAFreshConnection) {
  rig_.serve(Side::kNew);
  HttpClient client = rig_.client();
  ASSERT_EQ(client.get("/page").body, "new");
  rig_.serve(Side::kOld);
  Crowd& crowd = hold(6, post_request("/order"));
  host_.close_kept(true);
  rig_.serve(Side::kNew);
  EXPECT_EQ(crowd.read(1), 6U);
  EXPECT_EQ(crowd.count(200, "new"), 6U);
  EXPECT_EQ(host_.whole_bodies(), 6);
}

// Nothing of it was sent.
TEST_F(SecondTry, APostIsTriedAgainWhereNobodyListened) {
  Crowd& crowd = hold(1, post_request("/order"));
  host_.listen(false);
  rig_.serve(Side::kNew);
  ASSERT_TRUE(harness::eventually([&] { return rig_.counts().released == 1; }));
  host_.listen(true);
  EXPECT_EQ(crowd.read(1), 1U);
  EXPECT_EQ(host_.whole_bodies(), 1);
}

}  // namespace
}  // namespace cutover::test
