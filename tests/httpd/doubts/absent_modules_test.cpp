// SPDX-License-Identifier: Apache-2.0
// Doubts about modules that are not installed where tests run: others stand for them, by name and
// directives (stand_ins/).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

struct Lines {
  std::string vhost = "";
  std::string site = "";
  std::string server = "";
};

// configtest's words, with one of the modules.
std::string said(const std::string& module, const Lines& lines) {
  Conf conf({"proxy", "proxy_http", "env"});
  conf.httpd().load_file(module, harness::product("stand_ins.so"));
  conf.site(lines.site).add(lines.server).vhost("Cutover shop\n" + lines.vhost);
  const harness::Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  return tested.output;
}

TEST(AbsentModules, WhatFiltersHereOnceMoreIsSaidAndSwitchedOff) {
  const struct {
    const char *on, *word, *off;
  } cases[] = {
      {"SecRuleEngine On", "mod_security judges requests and answers here", "SecRuleEngine Off"},
      {"SecRuleEngine On", "mod_security judges requests and answers here",
       "SecRuleEngine DetectionOnly"},
      {"ModPagespeed on", "rewritten here once more", "ModPagespeed off"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(said("filters_module", {.vhost = one.on}),
                AllOf(HasSubstr("CUT0002"), HasSubstr(one.word)));
    // The last one counts: the vhost's own, where the main server says the other.
    EXPECT_THAT(said("filters_module", {.vhost = one.on, .server = one.off}), HasSubstr(one.word));
    EXPECT_THAT(said("filters_module", {.vhost = one.off, .server = one.on}),
                Not(HasSubstr("CUT0002")));
  }
}

TEST(AbsentModules, HowLongTheApplicationMayBeSilent) {
  for (const char* directive : {"FcgidIOTimeout", "PassengerMaxRequestTime"}) {
    const std::string line = directive;
    EXPECT_THAT(said("filters_module", {.vhost = line + " 600"}),
                AllOf(HasSubstr("CUT0002"), HasSubstr("may be silent for 600 s here"),
                      HasSubstr("timeout=600")));
    EXPECT_THAT(said("filters_module", {.vhost = line + " 50"}), Not(HasSubstr("CUT0002")));
    EXPECT_THAT(said("filters_module", {line + " 600", "CutoverKnown " + line}),
                Not(HasSubstr("CUT0002")));
  }
}

const std::string kLength = "SetEnv proxy-sendcl 1\n";

TEST(AbsentModules, PhpThatReadsABodyInPieces) {
  EXPECT_THAT(said("php_module", {}),
              AllOf(HasSubstr("CUT0002"), HasSubstr("reads a chunked body of a request"),
                    HasSubstr("say SetEnv proxy-sendcl 1")));
  EXPECT_THAT(said("php_module", {.vhost = kLength}), Not(HasSubstr("CUT0002")));
  EXPECT_THAT(said("php_module", {.server = kLength}), Not(HasSubstr("CUT0002")));
  EXPECT_THAT(said("filters_module", {}), Not(HasSubstr("CUT0002"))) << "no PHP in this httpd";
}

TEST(AbsentModules, LimitsOfPhp) {
  for (const std::string directive : {"php_value", "php_admin_value"}) {
    const std::string line = directive + " upload_max_filesize 64M";
    EXPECT_THAT(
        said("php_module", {kLength + line}),
        AllOf(HasSubstr("CUT0002"), HasSubstr(line),
              HasSubstr("a php-fpm of the new host does not read it"), HasSubstr("CutoverKnown")));
    EXPECT_THAT(said("php_module", {kLength + "<Directory /srv>\n" + line + "\n</Directory>"}),
                HasSubstr("CUT0002"))
        << "the application counts on it in a folder, too";
    EXPECT_THAT(said("php_module", {kLength + line, "CutoverKnown " + directive}),
                Not(HasSubstr("CUT0002")));
    EXPECT_THAT(said("php_module", {kLength + directive + " session.name shop"}),
                Not(HasSubstr("CUT0002")));
  }
}

}  // namespace
}  // namespace cutover::test
