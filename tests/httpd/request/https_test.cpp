// SPDX-License-Identifier: Apache-2.0
// A site in TLS on both hosts: the preflight asks for it as a browser and mod_proxy do, and says of
// the new host's certificate what mod_proxy will say of it.
#include <chrono>
#include <thread>

#include "mod_cutover/wire/json.h"
#include "tests/harness/eventually.h"
#include "tests/harness/http_client.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/conf.h"

namespace cutover::test {
namespace {

using harness::eventually;
using harness::write_file;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class Https : public testing::Test {
 protected:
  // The new host, with a certificate for that name.
  void start(const std::string& name, int days, const std::string& proxy_lines) {
    HttpdConf at_new;
    at_new.load({"ssl", "dir"}).workers(1, 8);
    at_new.vhost(new_port_, "SSLEngine On\n" + certificates_.server_lines(name, days));
    new_ = std::make_unique<Httpd>(at_new);
    write_file(new_->htdocs() / "page.html", "the same");
    write_file(new_->htdocs() / "index.html", "the same");
    new_->start();

    HttpdConf at_old;
    at_old.load({"ssl", "dir", "headers", "proxy", "proxy_http", "alias"}).workers(1, 8);
    at_old.load_file("cutover_module", harness::product("mod_cutover.so"));
    at_old.add("CutoverStateDir " + state_dir() +
               "\n<CutoverSite shop>\nCutoverNewHost https://127.0.0.1:" +
               std::to_string(new_port_) + "\nCutoverProbe /page.html\n</CutoverSite>");
    const std::string both =
        "Cutover shop\nProxyPreserveHost On\nSSLProxyEngine On\n" + proxy_lines + "\n";
    at_old.vhost(port_, both + "Redirect permanent / https://shop.example.com:" +
                            std::to_string(tls_port_) + "/");
    at_old.vhost(tls_port_,
                 both + "SSLEngine On\n" + certificates_.server_lines("shop.example.com"));
    old_ = std::make_unique<Httpd>(at_old);
    write_file(old_->htdocs() / "page.html", "the same");
    write_file(old_->htdocs() / "index.html", "the same");
    old_->start();
  }
  std::string state_dir() const { return dir_ / "state"; }
  harness::Finished cutoverctl(const std::string& verb) const {
    return harness::run(
        {harness::product("cutoverctl"), "--state-dir", state_dir(), verb, "--json"});
  }
  // The row of that name, its verdict first.
  std::string row(const std::string& name) {
    json result;
    EXPECT_TRUE(eventually([&] {
      result = json::parse(cutoverctl("preflight").output);
      return result.contains("checks");
    })) << result.dump(2);
    for (const json& check : result["checks"])
      if (check.at("name") == name)
        return check.value("verdict", "") + " " + check.value("seen", "") + " -> " +
               check.value("remedy", "");
    return "no such row: " + result.dump(2);
  }
  // What a visitor of the vhost in TLS gets, once new serves.
  int status_after_switch() {
    EXPECT_TRUE(eventually([&] { return cutoverctl("switch").exit_code == 0; }));
    const auto answer =
        harness::run({"curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "--connect-to",
                      "::127.0.0.1:" + std::to_string(tls_port_),
                      "https://shop.example.com:" + std::to_string(tls_port_) + "/page.html"});
    return std::stoi(answer.output);
  }

  harness::TempDir dir_;
  const Certificates certificates_;
  const std::uint16_t port_ = harness::free_port();
  const std::uint16_t tls_port_ = harness::free_port();
  const std::uint16_t new_port_ = harness::free_port();
  std::unique_ptr<Httpd> new_, old_;
};

TEST_F(Https, ASiteThatIsAllRightPassesByItsOwnNameInTls) {
  start("shop.example.com", 90,
        "SSLProxyVerify require\nSSLProxyCACertificateFile " + certificates_.authority());
  EXPECT_THAT(row("new-host"), StartsWith("pass answers with status "));
  EXPECT_THAT(row("probe"), HasSubstr("pass /page.html: both hosts answer the same, 200"))
      << "the vhost that only redirects is left for the other";
  EXPECT_THAT(row("clocks"), StartsWith("pass"));
  EXPECT_EQ(status_after_switch(), 200);
}

TEST_F(Https, ACertificateForAnotherNameBlocks) {
  start("elsewhere.example.com", 90, "");
  EXPECT_THAT(row("new-host-certificate"),
              AllOf(StartsWith("block "), HasSubstr("shop.example.com"),
                    HasSubstr("visitors would get an error")));
  EXPECT_EQ(cutoverctl("switch").exit_code, 1);
  EXPECT_THAT(row("probe"), StartsWith("block ")) << "it is asked as visitors would";
}

TEST_F(Https, OneForAnotherNameIsAWarningWhereTheProxyDoesNotLook) {
  start("elsewhere.example.com", 90, "SSLProxyCheckPeerName Off");
  EXPECT_THAT(row("new-host-certificate"),
              AllOf(StartsWith("warn "), HasSubstr("which httpd does not mind")));
  EXPECT_EQ(status_after_switch(), 200) << "httpd does not mind indeed";
}

TEST_F(Https, ACertificateThatHasExpiredBlocks) {
  start("shop.example.com", 0, "");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // its last second is over
  EXPECT_THAT(row("new-host-certificate"),
              AllOf(StartsWith("block "), HasSubstr("it has expired on 20")));
}

TEST_F(Https, OneThatExpiresSoonOrOfAnUnknownAuthorityIsAWarning) {
  start("shop.example.com", 5, "");
  EXPECT_THAT(row("new-host-certificate"),
              AllOf(StartsWith("warn it expires on 20"), HasSubstr("SSLProxyCACertificateFile")));
  EXPECT_EQ(status_after_switch(), 200);
}

TEST_F(Https, AnUnknownAuthorityBlocksWhereTheProxyVerifiesIt) {
  const Certificates others;
  start("shop.example.com", 90,
        "SSLProxyVerify require\nSSLProxyCACertificateFile " + others.authority());
  EXPECT_THAT(row("new-host-certificate"), StartsWith("block "));
}

}  // namespace
}  // namespace cutover::test
