// SPDX-License-Identifier: Apache-2.0
// A configuration under which mod_proxy lets nobody, or not everybody, through to the new host is
// said by configtest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/conf.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The new host is http://127.0.0.1:9.
std::string said(const std::string& server, const std::string& vhost = "") {
  Conf conf({"proxy", "proxy_http", "access_compat"});
  conf.site().add(server).vhost("Cutover shop\n" + vhost);
  const harness::Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  return tested.output;
}

std::string section(const std::string& name, const std::string& lines) {
  return "<" + name + ">\n" + lines + "\n</" + name.substr(0, name.find(' ')) + ">\n";
}

const std::string kNobody = section("Proxy *", "Require all denied");

TEST(Refusals, ASectionThatLetsNobodyThrough) {
  for (const std::string& text :
       {kNobody, section("Proxy \"http://127.0.0.1:9\"", "Require all denied"),
        section("ProxyMatch ^http://127", "Require all denied"),
        section("Proxy http://127.*", "Order deny,allow\nDeny from all")})
    EXPECT_THAT(said(text), AllOf(HasSubstr("CUT0002"), HasSubstr("lets nobody through mod_proxy"),
                                  HasSubstr("Require all granted")))
        << text;
  EXPECT_THAT(said("", kNobody), HasSubstr("lets nobody through mod_proxy"));
}

TEST(Refusals, ASectionThatLetsSomeThrough) {
  EXPECT_THAT(said(section("Proxy *", "Require ip 10.0.0.0/8")), HasSubstr("lets only some"));
}

TEST(Refusals, NotWhatIsForOthersOrTakenBack) {
  for (const std::string& text :
       {section("Proxy *", "Require all granted"), section("Proxy *", "ProxyPreserveHost On"),
        kNobody + section("Proxy http://127.0.0.1:9", "Require all granted"),
        kNobody + section("Location /", "Require all granted"),
        section("Proxy http://10.0.0.9/", "Require all denied"),
        section("ProxyMatch ^fcgi:", "Require all denied"),
        std::string("ProxyBlock ads.example.org\nProxyRemote ftp http://127.0.0.1:3128"),
        std::string("ProxyRemote * http://127.0.0.1:3128\nNoProxy 127.0.0.1")})
    EXPECT_THAT(said(text), Not(HasSubstr("CUT0002"))) << text;
}

TEST(Refusals, AWordThatIsBlockedAndAProxyInBetween) {
  EXPECT_THAT(said("ProxyBlock 127.0"), HasSubstr("ProxyBlock 127.0 refuses every request"));
  EXPECT_THAT(said("ProxyRemote * http://127.0.0.1:3128"), HasSubstr("say NoProxy 127.0.0.1"));
}

// What is said is so: mod_proxy's own verdict, once the new host serves.
TEST(Refusals, WhatIsWrittenBehindItHelps) {
  RigOptions options;
  options.server = kNobody;
  Rig rig(options);
  rig.start();
  rig.serve(Side::kNew);
  EXPECT_EQ(rig.client().get("/who.txt").status, 403);
  options.server += section("Proxy \"http://127.0.0.1:" + std::to_string(rig.new_port()) + "\"",
                            "Require all granted");
  rig.reconfigure(options);
  rig.old_host().graceful();
  EXPECT_EQ(rig.ask(), "new");
}

}  // namespace
}  // namespace cutover::test
