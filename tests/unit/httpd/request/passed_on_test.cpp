// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/httpd/request/passed_on.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

const std::vector<std::string> kNewHost{"10.0.0.2", "2001:db8::2"};

TEST(ComesFrom, TheOldHostByTheLoopbackAndByTheAddressAtWhichItWasReached) {
  for (const char* client : {"127.0.0.1", "127.0.1.1", "::1", "192.0.2.1"})
    EXPECT_TRUE(comes_from(Side::kOld, client, "192.0.2.1", kNewHost)) << client;
  for (const char* client : {"192.0.2.2", "192.0.2.11", "10.0.0.2", "2001:db8::2", "12.7.0.1", ""})
    EXPECT_FALSE(comes_from(Side::kOld, client, "192.0.2.1", kNewHost)) << client;
}

TEST(ComesFrom, TheNewHostByItsAddressesAlone) {
  for (const char* client : {"10.0.0.2", "2001:db8::2"})
    EXPECT_TRUE(comes_from(Side::kNew, client, "192.0.2.1", kNewHost)) << client;
  for (const char* client : {"127.0.0.1", "::1", "192.0.2.1", "10.0.0.20", ""})
    EXPECT_FALSE(comes_from(Side::kNew, client, "192.0.2.1", kNewHost)) << client;
  EXPECT_FALSE(comes_from(Side::kNew, "10.0.0.2", "192.0.2.1", {}));
}

TEST(TellsOfAFront, HeadersThatProxiesTunnelsAndCdnsAdd) {
  for (const char* header :
       {"Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST", "Via", "via",
        "X-Real-IP", "CF-Connecting-IP", "Cf-Ray", "True-Client-IP", "X-Varnish"})
    EXPECT_TRUE(tells_of_a_front(header)) << header;
}

TEST(TellsOfAFront, NotWhatAnyoneSends) {
  for (const char* header : {"Host", "User-Agent", "Accept", "Connection", "Cookie", "Viable",
                             "Forward", "X-Forward", "X-Real-IPs", "C", "CFO", ""})
    EXPECT_FALSE(tells_of_a_front(header)) << header;
}

}  // namespace
}  // namespace cutover
