// SPDX-License-Identifier: Apache-2.0
#include "shared/protocol/reach.h"

#include <gtest/gtest.h>

namespace cutover {
namespace {

TEST(Reach, OfTheLoopbackIsThisMachine) {
  for (const char* host :
       {"localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]", "::ffff:127.0.0.1"})
    EXPECT_EQ(reach_of(host), Reach::kLoopback) << host;
}

TEST(Reach, OfAPrivateAddressIsANetworkOfOnesOwn) {
  for (const char* host : {"10.0.0.2", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.0.1",
                           "fd00::1", "[fe80::1]", "fc12:3::", "::ffff:10.0.0.1"})
    EXPECT_EQ(reach_of(host), Reach::kPrivate) << host;
}

TEST(Reach, OfAnythingElseIsAnywhere) {
  for (const char* host : {"11.0.0.1", "172.15.0.1", "172.32.0.1", "192.169.0.1", "8.8.8.8",
                           "2001:db8::1", "::", "db.example.com", "10.0.0.2.example.com",
                           "127.0.0.1.nip.io", "10.0.0", "10.0.0.256", "", "localhost.example"})
    EXPECT_EQ(reach_of(host), Reach::kAnywhere) << host;
}

}  // namespace
}  // namespace cutover
