// SPDX-License-Identifier: Apache-2.0
// Beside a module that takes every request of this host: the new host's are not its own, nor is the
// page.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/build_paths.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

RigOptions options() {
  RigOptions o;
  o.server = "LoadModule taker_module " + harness::product("taker.so").string();
  o.vhost = "<Location /closed>\nRequire all denied\n</Location>";
  return o;
}

TEST(Taker, OfRequestsGetsNoneThatGoesToTheNewHost) {
  Rig rig(options());
  rig.start();
  ASSERT_EQ(rig.ask(), "taken");
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.ask(), "new");
  EXPECT_THAT(exchange(rig.port(), "/closed"), StartsWith("HTTP/1.1 403 "));
  rig.serve(Side::kOld);
  EXPECT_EQ(rig.ask(), "taken");
}

TEST(Taker, OfRequestsGetsNoneThatWasHeld) {
  Rig rig(options());
  rig.start();
  rig.hold(AtDeadline::kOld);
  Connection held(rig.port());
  held.send("GET /who.txt HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(rig.eventually_held(1));
  rig.serve(Side::kNew);
  EXPECT_THAT(held.read_all(), testing::EndsWith("\r\n\r\nnew"));
}

TEST(Taker, OfRequestsLeavesThePageAlone) {
  Rig rig(options());
  rig.start();
  for (const Side side : {Side::kOld, Side::kNew}) {
    rig.serve(side);
    const HttpResponse answer = rig.admin().get("/cutover/status.json");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("\"side\": \"" + std::string(name(side))));
  }
}

}  // namespace
}  // namespace cutover::test
