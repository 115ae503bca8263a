// SPDX-License-Identifier: Apache-2.0
// What httpd tells the coordinator of the site's vhosts: by which address, port and name it can ask
// for the site itself, and what mod_proxy will do with it.

#include "tests/httpd/certificates.h"
#include "tests/httpd/told.h"

namespace cutover::test {
namespace {

class Fronts : public testing::Test {
 protected:
  Fronts() : http_(harness::free_port()), https_(harness::free_port()) {
    conf_.site("CutoverLocal /aaa").httpd().load({"ssl", "headers"});
  }
  std::string at(std::uint16_t port) const { return ":" + std::to_string(port); }
  std::string tls() const {
    return "SSLEngine On\n" + certificates_.server_lines("localhost") + "\n";
  }
  void listen(const std::string& line) { conf_.add("Listen " + line); }
  void vhost(const std::string& address, const std::string& lines) {
    conf_.add("<VirtualHost " + address + ">\nCutover shop\n" + lines + "\n</VirtualHost>");
  }
  json fronts() { return Told().by(conf_).at("sites").at(0).at("fronts"); }

  const Certificates certificates_;
  std::uint16_t http_, https_;
  Conf conf_;
};

TEST_F(Fronts, AnyAddressIsReachedByTheLoopbackAndPlainHttpComesFirst) {
  listen("0.0.0.0" + at(http_));
  listen("0.0.0.0" + at(https_));
  vhost("*" + at(https_), "ServerName shop.example.com\nProxyPreserveHost Off\n" + tls());
  vhost("*" + at(http_),
        "ServerName shop.example.com:80\nServerAlias www.example.com *.example.com");
  const json found = fronts();
  ASSERT_EQ(found.size(), 2U) << found.dump(2);
  EXPECT_EQ(found[0].at("tls"), false);
  EXPECT_EQ(found[0].at("address"), "127.0.0.1");
  EXPECT_EQ(found[0].at("port"), http_);
  EXPECT_EQ(found[0].at("host"), "shop.example.com") << "as its visitors know it";
  EXPECT_EQ(found[0].at("aliases"), json({"www.example.com"}));
  EXPECT_EQ(found[0].at("keeps_host"), true);
  EXPECT_EQ(found[1].at("tls"), true);
  EXPECT_EQ(found[1].at("host"), "shop.example.com" + at(https_));
  EXPECT_EQ(found[1].at("keeps_host"), false);
}

TEST_F(Fronts, AnAddressOfItsOwnIsKept) {
  listen("127.0.0.2" + at(http_));
  listen("0.0.0.0" + at(https_));
  vhost("*" + at(http_), "ServerName one.example.com");
  vhost("127.0.0.3" + at(https_), "ServerName two.example.com");
  const json found = fronts();
  ASSERT_EQ(found.size(), 2U) << found.dump(2);
  EXPECT_EQ(found[0].at("address"), "127.0.0.2") << "nobody listens at 127.0.0.1";
  EXPECT_EQ(found[1].at("address"), "127.0.0.3");
}

TEST_F(Fronts, AVhostWithoutAListenerIsNone) {
  vhost("*" + at(http_), "ServerName shop.example.com");
  EXPECT_EQ(fronts().size(), 0U);
}

TEST_F(Fronts, TheMainServerIsReachedWhereNoVhostIs) {
  listen("127.0.0.1" + at(https_));
  listen("127.0.0.1" + at(http_));
  conf_.add("Cutover shop\n<VirtualHost *" + at(https_) + ">\nCutover Off\n</VirtualHost>");
  const json found = fronts();
  ASSERT_EQ(found.size(), 1U) << found.dump(2);
  EXPECT_NE(found[0].at("port"), https_);
}

TEST_F(Fronts, AFolderIsNamedThatTheVhostServes) {
  const harness::TempDir root;
  for (const char* name : {"of a blank", ".git", "aaa", "js", "css"})
    std::filesystem::create_directories(root.path() / name);
  harness::write_file(root.path() / "a-file", "");
  listen("127.0.0.1" + at(http_));
  listen("127.0.0.1" + at(https_));
  vhost("*" + at(http_), "ServerName one.example.com\nDocumentRoot " + root.path().string());
  vhost("*" + at(https_), "ServerName two.example.com");
  const json found = fronts();
  ASSERT_EQ(found.size(), 2U) << found.dump(2);
  EXPECT_EQ(found[0].at("folder"), "/css") << "the first by name that is not local";
  EXPECT_EQ(found[1].at("folder"), "") << "it has none";
}

TEST_F(Fronts, WhatTheProxyWillDoIsReadFromTheVhostOrElseTheMainServer) {
  listen("127.0.0.1" + at(http_));
  listen("127.0.0.1" + at(https_));
  conf_.add(
      "ProxyPreserveHost On\nSSLProxyCheckPeerName Off\nSSLProxyVerify require\n"
      "SSLProxyCACertificateFile " +
      certificates_.authority());
  vhost("*" + at(http_), "ServerName one.example.com");
  vhost(
      "*" + at(https_),
      "ServerName two.example.com\nProxyPreserveHost Off\nSSLProxyCheckPeerName On\n"
      "SSLProxyCheckPeerExpire Off\n<Location /x>\nProxyPassReverse http://10.0.0.2/\n</Location>");
  const json found = fronts();
  ASSERT_EQ(found.size(), 2U) << found.dump(2);
  EXPECT_EQ(found[0].at("keeps_host"), true);
  EXPECT_EQ(found[0].at("checks_name"), false);
  EXPECT_EQ(found[0].at("checks_expiry"), true);
  EXPECT_EQ(found[0].at("checks_peer"), true);
  EXPECT_EQ(found[0].at("maps_back"), false);
  EXPECT_EQ(found[0].at("authority"), certificates_.authority());
  EXPECT_EQ(found[1].at("keeps_host"), false);
  EXPECT_EQ(found[1].at("checks_name"), true);
  EXPECT_EQ(found[1].at("checks_expiry"), false);
  EXPECT_EQ(found[1].at("maps_back"), true);
}

}  // namespace
}  // namespace cutover::test
