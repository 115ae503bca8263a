// SPDX-License-Identifier: Apache-2.0
// A vhost outside of the site that answers for the site's names, by httpd's own way of finding one,
// is named by configtest; those to whom no visitor of the site comes are not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The ports are only read: configtest binds none.
class Answering : public testing::Test {
 protected:
  Answering() { conf_.site().add("Listen 0.0.0.0:80\nListen 0.0.0.0:443 https"); }

  void vhost(const std::string& address, const std::string& lines) {
    conf_.add("<VirtualHost " + address + ">\n" + lines + "\n</VirtualHost>");
  }
  void of_site(const std::string& address, const std::string& aliases = "") {
    vhost(address, "ServerName shop.example.org\nCutover shop\n" + aliases);
  }
  std::string said() const {
    const harness::Finished tested = conf_.test();
    EXPECT_EQ(tested.exit_code, 0) << tested.output;
    return tested.output;
  }

  Conf conf_;
};

constexpr const char* kSilent = "does not belong to site";

TEST_F(Answering, ByAWildcard) {
  of_site("*:80");
  vhost("*:443", "ServerName example.org\nServerAlias *.example.org");
  EXPECT_THAT(said(), AllOf(HasSubstr("CUT0002"),
                            HasSubstr("this vhost answers for shop.example.org on port 443 by its "
                                      "*.example.org, and does not belong to site shop"),
                            HasSubstr("say Cutover shop in it")));
}

TEST_F(Answering, ByBeingTheFirstWhereNoneHasTheName) {
  of_site("*:80");
  vhost("*:443", "ServerName blog.example.org");
  vhost("*:443", "ServerName wiki.example.org");
  const std::string text = said();
  EXPECT_THAT(text, HasSubstr("for shop.example.org on port 443, where none has that name"));
  EXPECT_EQ(text.find(kSilent), text.rfind(kSilent)) << "only the first answers: " << text;
}

TEST_F(Answering, WithoutAName) {
  of_site("*:80");
  vhost("_default_:443", "DocumentRoot /srv/shop");
  EXPECT_THAT(said(), HasSubstr("for shop.example.org on port 443, where none has that name"));
}

TEST_F(Answering, EarlierThanTheSitesOwnAtTheSameAddress) {
  vhost("*:80", "ServerName all.example.org\nServerAlias *.example.org");
  of_site("*:80");
  of_site("*:443");
  EXPECT_THAT(said(), HasSubstr("shop.example.org on port 80 by its *.example.org"));
}

TEST_F(Answering, AtAnAddressOfItsOwn) {
  of_site("*:80");
  of_site("*:443");
  vhost("10.0.0.5:443", "ServerName all.example.org\nServerAlias *.example.org");
  EXPECT_THAT(said(), HasSubstr("shop.example.org on port 443 by its *.example.org"));
}

TEST_F(Answering, ForAMemberOfTheSitesWildcard) {
  of_site("*:80", "ServerAlias *.shop.example.org");
  of_site("*:443");
  vhost("*:443", "ServerName all.example.org\nServerAlias *.example.org");
  EXPECT_THAT(said(), HasSubstr("answers for *.shop.example.org on port 443 by its *.example.org"));
}

TEST_F(Answering, TheMainServer) {
  of_site("*:80");
  EXPECT_THAT(said(), AllOf(HasSubstr("the main server answers for shop.example.org on port 443"),
                            HasSubstr("write a vhost for that port, with Cutover shop")));
}

TEST_F(Answering, NotTheMainServerBesideAVhostOfOneAddress) {
  of_site("*:80");
  vhost("10.0.0.5:443", "DocumentRoot /srv/shop");
  EXPECT_THAT(said(), AllOf(HasSubstr("this vhost answers for shop.example.org on port 443"),
                            Not(HasSubstr("the main server"))));
}

TEST_F(Answering, APageOfTheMainServerHidesNobody) {
  conf_.add("<Location /cutover>\nSetHandler cutover\n</Location>");
  of_site("*:80");
  vhost("*:443", "ServerName shop.example.org");
  EXPECT_THAT(said(), HasSubstr(kSilent));
}

TEST_F(Answering, NotOthers) {
  of_site("*:80");
  of_site("*:443");
  // Later than the site's own, other names, another address, another port, the page, and Off.
  vhost("*:443", "ServerName blog.example.org\nServerAlias *.example.org");
  vhost("*:80", "ServerName wiki.example.org");
  vhost("10.0.0.5:443", "ServerName bank.example.org");
  conf_.add("Listen 127.0.0.1:8090\nListen 0.0.0.0:8091\nListen 0.0.0.0:8443 https");
  vhost("127.0.0.1:8090", "<Location /cutover>\nSetHandler cutover\n</Location>");
  vhost("*:8091", "DocumentRoot /srv/tool");
  vhost("*:8443", "ServerAlias *.example.org\nCutover Off");
  EXPECT_THAT(said(), Not(HasSubstr("CUT0002")));
}

}  // namespace
}  // namespace cutover::test
