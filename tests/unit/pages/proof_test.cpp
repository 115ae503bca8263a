// SPDX-License-Identifier: Apache-2.0
// What a proof sees of a page.
#include "shared/pages/proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cutover {
namespace {

using testing::HasSubstr;

Shown seen(int status, const std::string& location = "", const std::string& body = "") {
  Front front;
  front.host = "shop.example";
  PageAnswer answer;
  answer.status = status;
  answer.location = location;
  answer.body = body;
  return shown(answer, "/account", front, "http://10.0.0.2");
}

TEST(ProofPage, AsTheOldHostShowedItItPasses) {
  EXPECT_EQ(unlike(seen(200), seen(200)), "");
  EXPECT_EQ(unlike(seen(200), seen(204)), "");
  EXPECT_EQ(unlike(seen(302, "/login"), seen(303, "http://shop.example/login?from=2")), "");
  EXPECT_EQ(unlike(seen(302, "/login"), seen(200)), "");
  EXPECT_EQ(
      unlike(seen(200, "", "<INPUT TYPE='Password'>"), seen(200, "", "<input type=password>")), "");
}

TEST(ProofPage, AnErrorARedirectAndALogInDoNotPass) {
  EXPECT_THAT(unlike(seen(200), seen(500)),
              HasSubstr("status 500, where the old host had status 200"));
  EXPECT_THAT(unlike(seen(404), seen(404)), HasSubstr("status 404"));
  EXPECT_THAT(unlike(seen(200), seen(302, "/login")), HasSubstr("leads to /login"));
  EXPECT_THAT(unlike(seen(302, "/shop"), seen(302, "/login")),
              HasSubstr("leads to /login, where the old host leads to /shop"));
  EXPECT_THAT(unlike(seen(200), seen(200, "", "<input name=p type=\"password\">")),
              HasSubstr("asks for a password"));
}

}  // namespace
}  // namespace cutover
