// SPDX-License-Identifier: Apache-2.0
// Both hosts have the site's settings: what the vhost does for its own answers is not done to those
// of the new host once more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Answer : public testing::Test {
 protected:
  void start(const std::string& vhost, const std::string& new_server,
             std::vector<std::string> load = {"headers"}) {
    RigOptions options;
    options.processes = 1;
    options.vhost = vhost;
    options.new_server = new_server;
    options.load = std::move(load);
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
    rig_->serve(Side::kNew);
  }
  std::string ask(const std::string& path = "/who.txt") { return exchange(rig_->port(), path); }

  static int times(const std::string& text, const std::string& what) {
    int n = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
  }
  std::unique_ptr<Rig> rig_;
};

constexpr const char* kHeaders =
    "Header always set Access-Control-Allow-Origin https://app.example.com\n"
    "Header always set X-Frame-Options DENY\n"
    "Header set X-Content-Type-Options nosniff\n"
    "Header always add Set-Cookie seen=1\n";

TEST_F(Answer, AHeaderOfBothIsSaidOnce) {
  start(kHeaders, kHeaders);
  for (const char* path : {"/who.txt", "/nothing-there"}) {
    const std::string answer = ask(path);
    EXPECT_EQ(times(answer, "Access-Control-Allow-Origin: https://app.example.com\r\n"), 1)
        << answer;
    EXPECT_EQ(times(answer, "X-Frame-Options: DENY\r\n"), 1) << answer;
    EXPECT_EQ(times(answer, "Set-Cookie: seen=1\r\n"), 1) << answer;
  }
  EXPECT_EQ(times(ask(), "X-Content-Type-Options: nosniff\r\n"), 1);
}

TEST_F(Answer, WhatTheNewHostSaysStands) {
  start("Header always set X-Frame-Options DENY\nHeader always set Set-Cookie old=1\n",
        "Header always set X-Frame-Options SAMEORIGIN\nHeader always set Set-Cookie new=1\n");
  EXPECT_THAT(ask(), AllOf(HasSubstr("X-Frame-Options: SAMEORIGIN\r\n"),
                           Not(HasSubstr("X-Frame-Options: DENY")), HasSubstr("Set-Cookie: old=1"),
                           HasSubstr("Set-Cookie: new=1")));
}

TEST_F(Answer, WhatTheOldHostAloneSaysStaysAndItsOwnAnswersAreAsTheyWere) {
  start("Header always set X-Served-By old\nHeader always set X-Twice a\nHeader set X-Twice b", "");
  EXPECT_THAT(ask(), HasSubstr("X-Served-By: old\r\n"));
  rig_->serve(Side::kOld);
  EXPECT_THAT(ask(), AllOf(HasSubstr("X-Served-By: old\r\n"), HasSubstr("X-Twice: a\r\n"),
                           HasSubstr("X-Twice: b\r\n")));
}

// mod_xsendfile's filter by its name; it opens the file that an answer's header names.
TEST_F(Answer, NoFileOfThisHostIsOpenedByTheNewHostsWord) {
  const std::string filter = "ExtFilterDefine XSENDFILE mode=output cmd=\"/usr/bin/tr a-z A-Z\"\n";
  start(filter + "<Location />\nSetOutputFilter XSENDFILE\n</Location>", "", {"ext_filter"});
  EXPECT_THAT(ask(), HasSubstr("\r\n\r\nnew"));
  rig_->serve(Side::kOld);
  EXPECT_THAT(ask(), HasSubstr("OLD")) << "its own answers as before";
}

}  // namespace
}  // namespace cutover::test
