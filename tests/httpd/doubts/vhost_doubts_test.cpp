// SPDX-License-Identifier: Apache-2.0
// What is forgotten in a vhost and hurts only after the switch is said by configtest already, and
// by the preflight.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

using harness::Finished;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string said(const Conf& conf) {
  const Finished tested = conf.test();
  EXPECT_EQ(tested.exit_code, 0) << tested.output;
  return tested.output;
}

constexpr const char* kWhole = "Cutover shop";
constexpr const char* kLeftOut = "does not belong to site shop";

// A vhost with its own ServerName.
std::string named(const std::string& name, const std::string& lines) {
  return "<VirtualHost 127.0.0.1:" + std::to_string(harness::free_port()) + ">\nServerName " +
         name + "\n" + lines + "\n</VirtualHost>";
}

TEST(VhostDoubts, AVhostOfTheSitesNameThatDoesNotBelongToIt) {
  Conf conf;
  conf.site().add(named("shop.example.org", kWhole)).add(named("Shop.example.org", ""));
  EXPECT_THAT(said(conf), AllOf(HasSubstr("CUT0002"), HasSubstr(kLeftOut), HasSubstr(" line "),
                                HasSubstr("say Cutover shop in it, or Cutover Off")));
}

TEST(VhostDoubts, AnAliasIsANameAsWell) {
  Conf conf;
  conf.site()
      .add(named("shop.example.org",
                 "ServerAlias www.example.org *.shop.example.org\n" + std::string(kWhole)))
      .add(named("www.example.org", ""));
  EXPECT_THAT(said(conf), HasSubstr("this vhost of www.example.org does not belong to site shop"));
}

TEST(VhostDoubts, OthersAreNobodysBusiness) {
  Conf conf;
  conf.site()
      .add(named("shop.example.org", kWhole))
      .add(named("blog.example.org", ""))
      .add(named("shop.example.org", "Cutover Off"))
      .add(named("shop.example.org", "<Location /cutover>\nSetHandler cutover\n</Location>"))
      .add("<VirtualHost 127.0.0.1:" + std::to_string(harness::free_port()) + ">\n</VirtualHost>");
  EXPECT_THAT(said(conf), Not(HasSubstr("CUT0002")));
}

TEST(VhostDoubts, TlsOfWhichTheNewHostDoesNotHear) {
  const harness::TempDir dir;
  const std::string key = dir / "key.pem";
  const std::string certificate = dir / "cert.pem";
  const Finished made =
      harness::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=shop.example.org", "-keyout", key, "-out", certificate});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const std::string tls = std::string(kWhole) + "\nSSLEngine On\nSSLCertificateFile " +
                          certificate + "\nSSLCertificateKeyFile " + key + "\n";
  const auto with = [&](const std::string& lines) {
    Conf conf({"proxy", "proxy_http", "headers", "socache_shmcb", "ssl"});
    conf.site().add(named("shop.example.org", tls + lines));
    return said(conf);
  };
  EXPECT_THAT(with(""), AllOf(HasSubstr("CUT0002"), HasSubstr("has TLS, and http://127.0.0.1:9"),
                              HasSubstr("RequestHeader set X-Forwarded-Proto https")));
  EXPECT_THAT(with("RequestHeader set X-Forwarded-Proto https"), Not(HasSubstr("CUT0002")));
  EXPECT_THAT(with("RequestHeader set Front-End-Https on"), Not(HasSubstr("CUT0002")));
}

TEST(VhostDoubts, AVisitorWhoSaysThatHeHasTls) {
  const auto with = [](const std::string& plain) {
    Conf conf({"proxy", "proxy_http", "headers"});
    conf.site()
        .add(named("shop.example.org",
                   std::string(kWhole) + "\nRequestHeader set X-Forwarded-Proto https"))
        .add(named("shop.example.org", std::string(kWhole) + "\n" + plain));
    return said(conf);
  };
  EXPECT_THAT(with(""), HasSubstr("say RequestHeader unset X-Forwarded-Proto"));
  EXPECT_THAT(with("RequestHeader unset X-Forwarded-Proto"), Not(HasSubstr("CUT0002")));
}

}  // namespace
}  // namespace cutover::test
