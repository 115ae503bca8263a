// SPDX-License-Identifier: Apache-2.0
// Directives of a vhost that would act on the new host's answers, or of which the new host does not
// hear: each is said by configtest, with the line to write, which silences it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/eventually.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/conf.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Remains : public testing::Test {
 protected:
  std::string said(const std::string& vhost, const std::string& server = "") {
    Conf conf({"proxy",      "proxy_http", "headers",  "ssl",        "cache",      "deflate",
               "substitute", "filter",     "sed",      "dav",        "dav_fs",     "authn_core",
               "auth_form",  "request",    "session",  "authz_user", "auth_basic", "alias",
               "env",        "status",     "setenvif", "cgid"});
    conf.site(site_).add(server).vhost("Cutover shop\n" + vhost);
    const harness::Finished tested = conf.test();
    EXPECT_EQ(tested.exit_code, 0) << tested.output;
    return tested.output;
  }
  std::string tls(const std::string& lines) const {
    return "SSLEngine On\n" + certificates_.server_lines("localhost") +
           "\nRequestHeader set X-Forwarded-Proto https\n" + lines;
  }
  std::string site_;
  const Certificates certificates_;
};

const std::string kIf = "<If \"note('cutover-side') != 'new'\">\n";

TEST_F(Remains, EachIsSaidOnceWithItsRemedyWhichSilencesIt) {
  struct Case {
    std::string lines, word, remedied;
  };
  const std::string dav = "<Location /dav>\nDav On\n</Location>\n";
  const std::string certificate = "SSLVerifyClient optional_no_ca\n";
  const std::string form = "<Location />\nAuthType form\nAuthName x\n</Location>\n";
  const std::string digest = "AuthType Digest\nAuthName x\n";
  const Case cases[] = {
      {"CacheEnable disk /", "say CacheDisable /", "CacheEnable disk /\nCacheDisable /"},
      {"SetOutputFilter SUBSTITUTE", "changed here once more",
       kIf + "SetOutputFilter SUBSTITUTE\n</If>"},
      {"AddOutputFilterByType DEFLATE;SUBSTITUTE text/html", "changed here once more",
       "AddOutputFilterByType DEFLATE text/html"},
      {"Header add Link a", "say Header set", "Header merge Link a"},
      {tls(dav), "RequestHeader edit Destination",
       tls(dav + "RequestHeader edit Destination ^https: http: early")},
      {tls(certificate), "hears nothing of a client certificate",
       tls(certificate + "RequestHeader set X-SSL-Client-S-DN \"%{SSL_CLIENT_S_DN}s\"")},
      {form, "does not hear who has logged in",
       form + "RequestHeader set X-Remote-User expr=%{REMOTE_USER}"},
      {"<Location />\n" + digest + "</Location>\n", "neither host takes the other's nonces",
       "<Location />\n" + kIf + digest + "</If>\n</Location>\n"},
      {"LimitRequestLine 65536", "must take as long ones", "LimitRequestLine 8000"},
      {"LimitRequestFieldSize 65536", "must take as long ones", "LimitRequestFieldSize 8190"},
      {"LimitRequestFields 0", "must take as many", "LimitRequestFields 50"},
      {"FilterDeclare changed\nFilterProvider changed SUBSTITUTE true", "changed here once more",
       "FilterDeclare changed\n" + kIf + "FilterProvider changed SUBSTITUTE true\n</If>"},
      {"CGIDScriptTimeout 600", "may be silent for 600 s here", "CGIDScriptTimeout 50"},
      {"ProxyPass /a http://127.0.0.1:9/ timeout=600",
       "say CutoverNewHost http://127.0.0.1:9 "
       "timeout=600",
       "ProxyPass /a http://127.0.0.1:9/ timeout=60 connectiontimeout=600"},
  };
  for (const Case& one : cases) {
    const std::string text = said(one.lines);
    EXPECT_THAT(text, HasSubstr(one.word)) << one.lines;
    EXPECT_EQ(text.find("CUT0002"), text.rfind("CUT0002")) << text;
    EXPECT_THAT(said(one.remedied), Not(HasSubstr("CUT0002"))) << one.remedied;
  }
}

// What was looked at, whatever it is.
TEST_F(Remains, NotWhatIsKnown) {
  const std::pair<std::string, std::string> cases[] = {
      {"CacheEnable disk /", "CacheEnable"},
      {"SetOutputFilter SUBSTITUTE", "setoutputfilter"},
      {"AddOutputFilterByType SUBSTITUTE text/html", "AddOutputFilterByType"},
      {"Header add Link a", "Header"},
      {tls("<Location /dav>\nDav On\n</Location>"), "Dav"},
      {"<Location />\nAuthType form\nAuthName x\n</Location>", "AuthType"},
      {"LimitRequestLine 65536\nLimitRequestFields 0", "LimitRequestLine LimitRequestFields"},
      {"LimitRequestFieldSize 65536", "LimitRequestFieldSize"},
      {"ProxyPass /a http://127.0.0.1:9/ timeout=600", "ProxyPass"},
      {"<Proxy *>\nRequire ip 10.0.0.0/8\n</Proxy>", "<Proxy>"},
      {"ProxyRemote * http://127.0.0.1:3128", "ProxyRemote"},
  };
  for (const auto& [lines, known] : cases) {
    site_ = "CutoverKnown Something";
    EXPECT_THAT(said(lines), HasSubstr("CUT0002")) << lines;
    site_ = "CutoverKnown " + known;
    EXPECT_THAT(said(lines), Not(HasSubstr("CUT0002"))) << lines;
  }
}

TEST_F(Remains, WhatIsKnownIsADirectivesName) {
  for (const char* wrong : {"\"php_value upload_max_filesize\"", "<>", "/path"}) {
    Conf conf;
    conf.site(std::string("CutoverKnown ") + wrong).vhost();
    expect_refused(conf, {"CutoverKnown", "is no directive's name", "CutoverKnown php_value"});
  }
}

TEST_F(Remains, NotWhatIsOfAFolderOrHarmless) {
  EXPECT_THAT(said("<Directory /srv>\nSetOutputFilter SUBSTITUTE\nHeader add Link a\n"
                   "AuthType form\nAuthName x\n</Directory>\n"
                   "SetOutputFilter DEFLATE\nHeader always set X-Frame-Options DENY\n"
                   "<Location /members>\nAuthType Basic\nAuthName x\n</Location>\n"
                   "ProxyPass /api http://127.0.0.1:9/\nTimeout 300\n"),
              Not(HasSubstr("CUT0002")));
}

TEST_F(Remains, AsLongAsTheNewHostsOwnTimeoutIsNotShorter) {
  const std::string vhost = "ProxyPass /a http://127.0.0.1:9/ timeout=600";
  site_ = "CutoverNewHost http://127.0.0.1:9 timeout=600";
  EXPECT_THAT(said(vhost), Not(HasSubstr("CUT0002")));
  site_.clear();
  EXPECT_THAT(said(vhost, "Timeout 900"), Not(HasSubstr("CUT0002")));
  EXPECT_THAT(said(vhost, "ProxyTimeout 900"), Not(HasSubstr("CUT0002")));
}

TEST_F(Remains, StreamsThatSayNothingForLongerThanTheProxyWaits) {
  site_ = "CutoverStreams text/event-stream";
  EXPECT_THAT(said("", "Timeout 45"),
              AllOf(HasSubstr("CUT0002"), HasSubstr("nothing for longer than 45 s are cut off"),
                    HasSubstr("timeout=3600 connectiontimeout=5")));
  site_ += "\nCutoverNewHost http://127.0.0.1:9 timeout=3600 connectiontimeout=5";
  EXPECT_THAT(said(""), Not(HasSubstr("CUT0002")));
}

TEST_F(Remains, PathsOfTheWholeHost) {
  const harness::TempDir dir;
  std::filesystem::create_directories(dir.path() / "webmail");
  std::filesystem::create_directories(dir.path() / "empty");
  harness::write_file(dir.path() / "webmail" / "index.html", "mail");
  const std::string at = dir.path().string();
  const std::string alias = "Alias /webmail " + at + "/webmail\n";
  EXPECT_THAT(said("", alias), AllOf(HasSubstr("CUT0002"), HasSubstr("Alias /webmail is for every"),
                                     HasSubstr("say CutoverLocal /webmail in the site")));
  EXPECT_THAT(
      said(alias, "Alias /icons/ " + at + "/webmail/\nScriptAlias /cgi-bin/ " + at + "/empty/\n"),
      Not(HasSubstr("CUT0002")));
  site_ = "CutoverLocal /webmail";
  EXPECT_THAT(said("", alias), Not(HasSubstr("CUT0002")));
}

TEST(HttpdsOwnPages, StayHereInEveryPhase) {
  RigOptions options;
  options.load = {"status"};
  options.server = "<Location /server-status>\nSetHandler server-status\n</Location>";
  Rig rig(options);
  rig.start();
  const auto status = [&] { return rig.client().get("/server-status?auto").body; };
  rig.serve(Side::kNew);
  EXPECT_THAT(status(), HasSubstr("Scoreboard:"));
  EXPECT_EQ(rig.ask(), "new");
  rig.hold(AtDeadline::kOld, 20000);
  EXPECT_THAT(status(), HasSubstr("Scoreboard:"));
  rig.serve(Side::kOld);
}

}  // namespace
}  // namespace cutover::test
