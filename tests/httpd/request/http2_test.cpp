// SPDX-License-Identifier: Apache-2.0
// Routed requests that come over HTTP/2.
#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "tests/harness/ports.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/line_server.h"
#include "tests/httpd/request/paths.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

struct Answer {
  long status = 0;
  std::string body;
};

// A connection of its own, one stream after the other.
class Http2 {
 public:
  explicit Http2(std::uint16_t port) : easy_(curl_easy_init(), curl_easy_cleanup) {
    const std::string url = "https://127.0.0.1:" + std::to_string(port) + "/";
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_TIMEOUT_MS, 15000L);
    set(CURLOPT_WRITEFUNCTION, &append);
  }
  Answer get(const std::string& target) {
    Answer answer;
    set(CURLOPT_REQUEST_TARGET, target.c_str());
    set(CURLOPT_WRITEDATA, &answer.body);
    if (curl_easy_perform(easy_.get()) != CURLE_OK) return answer;
    long version = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
    EXPECT_EQ(version, static_cast<long>(CURL_HTTP_VERSION_2_0));
    curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(easy_.get(), option, value);
  }
  static std::size_t append(char* bytes, std::size_t size, std::size_t number, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * number);
    return size * number;
  }
  std::unique_ptr<CURL, void (*)(CURL*)> easy_;
};

class RoutedHttp2 : public testing::Test {
 protected:
  RoutedHttp2() {
    RigOptions options;
    options.processes = 1;
    options.load = {"socache_shmcb", "ssl",        "http2",     "auth_basic",
                    "authn_core",    "authn_file", "authz_user"};
    options.site = "CutoverNewHost " + new_.url();
    options.server = "LimitRequestLine 16000";
    const std::string both = "Protocols h2 http/1.1\nSSLEngine On\n" +
                             certificates_.server_lines("shop.example.com") + "\n" + path_guards();
    options.vhost = both;
    rig_ = std::make_unique<Rig>(options);
    rig_->old_host().conf().vhost(local_,
                                  both + "<Location />\nSetHandler server-status\n</Location>\n");
    rig_->old_host().write_conf();
    rig_->start();
    rig_->serve(Side::kNew);
  }

  Certificates certificates_;
  LineServer new_;
  const std::uint16_t local_ = harness::free_port();
  std::unique_ptr<Rig> rig_;
};

TEST_F(RoutedHttp2, GuardsStayAndThePathArrivesAsItWasSent) {
  Http2 local(local_);
  Http2 routed(rig_->port());
  std::size_t served = 0;
  for (const std::string& target : tricky_targets()) {
    if (target[0] != '/') continue;
    const Answer here = local.get(target);
    const Answer there = routed.get(target);
    EXPECT_EQ(there.status, here.status) << target;
    if (here.status != 200) continue;
    EXPECT_EQ(there.body, "GET " + path_and_query(target) + " HTTP/1.1");
    ++served;
  }
  EXPECT_GT(served, 300U);
}

TEST_F(RoutedHttp2, ANewHostThatClosesInsteadOfAnsweringIsABadGateway) {
  Http2 client(rig_->port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(client.get("/x").status, 200);
    EXPECT_EQ(client.get("/hang-up").status, 502);
  }
}

}  // namespace
}  // namespace cutover::test
