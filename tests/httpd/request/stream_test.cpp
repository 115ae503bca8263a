// SPDX-License-Identifier: Apache-2.0
// Answers that do not end, once the new host gives them: each piece comes when it is made, a
// WebSocket on which nobody says anything for longer than Timeout goes on, and so does a stream
// where CutoverNewHost has a `timeout`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/httpd/connection.h"
#include "tests/httpd/echo_server.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kLongerThanTimeout{2700};

// An event stream: a line, then nothing until the file that its query names is there, and one more.
constexpr const char* kEvents = R"(#!/bin/sh
printf 'Content-Type: text/event-stream\r\n\r\ndata: first\n\n'
while [ ! -e "$QUERY_STRING" ]; do sleep 0.02; done
printf 'data: second\n\n'
)";

class Streams : public testing::TestWithParam<Mpm> {
 protected:
  void start(const std::string& keys = "") {
    RigOptions options;
    options.mpm = GetParam();
    options.server = "Timeout 2\n";
    options.keys = keys;
    options.site =
        "CutoverHoldTimeout 1s\nCutoverDrainTimeout 200ms\nCutoverFenceTimeout 200ms\n"
        "CutoverCatchUpTimeout 200ms\n";
    options.new_server = "ProxyPass /cable http://127.0.0.1:" + std::to_string(echo_.port()) +
                         "/ upgrade=websocket\n";
    rig_ = std::make_unique<Rig>(options);
    harness::write_file(rig_->new_host().directory() / "cgi/events", kEvents, 0755);
    rig_->start();
    rig_->serve(Side::kNew);
  }

  EchoServer echo_;
  std::unique_ptr<Rig> rig_;
  harness::TempDir dir_{"stream"};
  const std::string goes_on_ = dir_ / "go";
};

TEST_P(Streams, EachPieceComesWhenItIsMade) {
  start();
  Connection client(rig_->port());
  client.get("/cgi/events?" + goes_on_);
  const std::string first = client.read_until("data: first");
  EXPECT_THAT(first, HasSubstr("data: first"));
  EXPECT_THAT(first, Not(HasSubstr("second")));
  harness::write_file(goes_on_, "");
  EXPECT_THAT(client.read_until("data: second"), HasSubstr("data: second"));
}

TEST_P(Streams, AWebSocketThatIsSilentForLongerThanTimeoutGoesOn) {
  start();
  Connection client(rig_->port());
  client.get("/cable",
             "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  ASSERT_THAT(client.read_until("\r\n\r\n"), HasSubstr("101 Switching Protocols"));
  std::this_thread::sleep_for(kLongerThanTimeout);
  client.send("still there.");
  EXPECT_THAT(client.read_until("still there."), HasSubstr("still there."));
}

TEST_P(Streams, OneThatIsSilentForLongerThanTimeoutGoesOn) {
  start("timeout=600 connectiontimeout=5");
  Connection client(rig_->port());
  client.get("/cgi/events?" + goes_on_);
  ASSERT_THAT(client.read_until("data: first"), HasSubstr("data: first"));
  std::this_thread::sleep_for(kLongerThanTimeout);
  harness::write_file(goes_on_, "");
  EXPECT_THAT(client.read_until("data: second"), HasSubstr("data: second"));
}

INSTANTIATE_TEST_SUITE_P(Mpms, Streams, testing::Values(Mpm::kEvent, Mpm::kPrefork));

}  // namespace
}  // namespace cutover::test
