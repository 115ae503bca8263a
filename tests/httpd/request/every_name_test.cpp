// SPDX-License-Identifier: Apache-2.0
// A site of five vhosts, with aliases, a wildcard, TLS and HTTP/2: a switch that is done means 200
// for every name that had it before; where the new host does not know one, it is refused before.
#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::write_file;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Name {
  bool tls;
  std::string host;
};

class EveryName : public testing::Test {
 protected:
  // `lines` of the new host: its vhosts.
  void start(const std::string& lines) {
    HttpdConf at_new;
    at_new.load({"dir", "alias"}).workers(1, 16).listen(new_port_).add(lines);
    new_ = std::make_unique<Httpd>(at_new);
    old_ = std::make_unique<Httpd>(old_conf());
    for (Httpd* host : {new_.get(), old_.get()}) {
      write_file(host->htdocs() / "index.html", host == new_.get() ? "new" : "old");
      std::filesystem::create_directories(host->htdocs() / "css");
      host->start();
    }
  }
  HttpdConf old_conf() const {
    HttpdConf at_old;
    at_old.load({"ssl", "socache_shmcb", "http2", "dir", "headers", "proxy", "proxy_http", "alias"})
        .workers(1, 24)
        .listen(port_)
        .listen(tls_port_);
    at_old.load_file("cutover_module", harness::product("mod_cutover.so"));
    at_old.add("Protocols h2 http/1.1\nCutoverStateDir " + state_dir() +
               "\n<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:" +
               std::to_string(new_port_) + "\n</CutoverSite>");
    at_old.add(vhost(false, "www.shop.example", "shop.example *.shop.example"));
    at_old.add(vhost(false, "blog.example", "www.blog.example"));
    at_old.add(vhost(false, "static.example", ""));
    at_old.add(vhost(true, "www.shop.example", "shop.example *.shop.example"));
    at_old.add(vhost(true, "blog.example", "www.blog.example"));
    return at_old;
  }
  std::string vhost(bool tls, const std::string& name, const std::string& aliases) const {
    return "<VirtualHost *:" + std::to_string(tls ? tls_port_ : port_) + ">\nServerName " + name +
           "\n" + (aliases.empty() ? "" : "ServerAlias " + aliases + "\n") + "Cutover shop\n" +
           (tls ? "SSLEngine On\nRequestHeader set X-Forwarded-Proto https\n" +
                      certificates_.server_lines(name) + mapped_back(name)
                : "RequestHeader unset X-Forwarded-Proto") +
           "\n</VirtualHost>";
  }
  std::string mapped_back(const std::string& name) const {
    const std::string plain = " http://" + name + ":" + std::to_string(tls_port_) + "/";
    return maps_back_ ? "\nProxyPassReverse /" + plain : "";
  }
  std::string state_dir() const { return dir_ / "state"; }
  harness::Finished cutoverctl(const std::string& verb) const {
    return harness::run(
        {harness::product("cutoverctl"), "--state-dir", state_dir(), verb, "--json"});
  }
  std::string row(const std::string& name = "new-host-names", const char* more = "") {
    json result;
    EXPECT_TRUE(eventually([&] {
      result = json::parse(cutoverctl("preflight").output);
      return result.contains("checks");
    })) << result.dump(2);
    for (const json& check : result["checks"])
      if (check.at("name") == name)
        return check.value("verdict", "") + " " + check.value("seen", "") + check.value(more, "");
    return "no such row";
  }
  // "200 1.1 old"
  std::string answer(const Name& name) const {
    const std::string port = std::to_string(name.tls ? tls_port_ : port_);
    return harness::run({"curl", "-sk", "--http2", "-w", " %{http_code} %{http_version}",
                         "--connect-to", "::127.0.0.1:" + port,
                         (name.tls ? "https://" : "http://") + name.host + ":" + port + "/"})
        .output;
  }
  void expect_everywhere(const std::string& side) {
    for (const Name& name : names_)
      EXPECT_EQ(answer(name), side + " 200 " + (name.tls ? "2" : "1.1")) << name.host;
  }

  const std::vector<Name> names_ = {{false, "www.shop.example"}, {false, "shop.example"},
                                    {false, "a.shop.example"},   {false, "blog.example"},
                                    {false, "www.blog.example"}, {false, "static.example"},
                                    {true, "www.shop.example"},  {true, "b.shop.example"},
                                    {true, "blog.example"},      {true, "www.blog.example"}};
  bool maps_back_ = false;  // in the vhosts with TLS
  harness::TempDir dir_;
  const Certificates certificates_;
  const std::uint16_t port_ = harness::free_port();
  const std::uint16_t tls_port_ = harness::free_port();
  const std::uint16_t new_port_ = harness::free_port();
  std::unique_ptr<Httpd> new_, old_;
};

TEST_F(EveryName, ThatHadAPageBeforeHasItAfterASwitch) {
  start("");
  expect_everywhere("old");
  EXPECT_THAT(row(), StartsWith("pass the front page is there on both by 11 names"));
  EXPECT_EQ(cutoverctl("switch").exit_code, 0);
  expect_everywhere("new");
}

// The new host is asked without TLS, and by httpd's own redirect leads visitors away from it.
TEST_F(EveryName, IsWhatAFolderIsRedirectedByOnceTheProxyMapsItBack) {
  start("");
  const std::string at = "://blog.example:" + std::to_string(tls_port_);
  EXPECT_THAT(row("redirects", "remedy"),
              AllOf(StartsWith("warn "),
                    HasSubstr("https" + at + "/css: old redirects to https" + at +
                              "/css/, and new to http" + at + "/css/"),
                    HasSubstr("ProxyPassReverse / http" + at + "/ in this host's vhost")));
  maps_back_ = true;
  old_->conf() = old_conf();
  old_->write_conf();
  old_->graceful();
  EXPECT_TRUE(eventually([&] { return row("redirects").starts_with("pass "); }))
      << row("redirects");
}

TEST_F(EveryName, ThatTheNewHostDoesNotKnowRefusesTheSwitch) {
  const std::string at = "<VirtualHost *:" + std::to_string(new_port_) + ">\nServerName ";
  start(at + "unknown.example\nRedirect 404 /\n</VirtualHost>\n" + at +
        "www.shop.example\nServerAlias shop.example *.shop.example static.example "
        "blog.example\n</VirtualHost>");
  EXPECT_THAT(row(), AllOf(StartsWith("block "), HasSubstr("www.blog.example"),
                           HasSubstr("new 404"), Not(HasSubstr("static.example"))));
  EXPECT_EQ(cutoverctl("switch").exit_code, 1);
  expect_everywhere("old");
}

}  // namespace
}  // namespace cutover::test
