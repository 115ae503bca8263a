// SPDX-License-Identifier: Apache-2.0
// For how long an idle connection to the new host is used again, as httpd tells the coordinator: by
// mod_proxy's own worker, whoever has set its ttl.
#include "tests/httpd/told.h"

namespace cutover::test {
namespace {

// In milliseconds; null: for ever. `before` and `behind` the site, and in its vhost.
struct Lines {
  std::string before = "", behind = "", keys = "", vhost = "";
};

json reuse(const Lines& lines) {
  Conf conf;
  conf.add(lines.before);
  conf.add("<CutoverSite shop>\nCutoverNewHost http://127.0.0.1:9 " + lines.keys +
           "\n</CutoverSite>\n" + lines.behind);
  conf.vhost("Cutover shop\n" + lines.vhost);
  return Told().by(conf).at("sites").at(0).at("idle_reuse_ms");
}

std::string proxy_set(const std::string& keys) {
  return "<Proxy \"http://127.0.0.1:9\">\nProxySet " + keys + "\n</Proxy>";
}

TEST(IdleReuse, IsWhatTheWorkersTtlComesTo) {
  EXPECT_EQ(reuse({}), 4000);
  EXPECT_EQ(reuse({.keys = "ttl=60"}), 60000);
  EXPECT_EQ(reuse({.keys = "disablereuse=On"}), 0);
  EXPECT_EQ(reuse({.before = proxy_set("ttl=2")}), 2000) << "what stands before ours is kept";
  EXPECT_EQ(reuse({.behind = proxy_set("ttl=3")}), 3000);
  EXPECT_EQ(reuse({.before = proxy_set("retry=5")}), 4000);
  EXPECT_EQ(reuse({.vhost = "ProxyPass /a http://127.0.0.1:9/a ttl=90"}), 90000)
      << "a worker of its own, for a part of the new host";
  EXPECT_EQ(reuse({.vhost = "ProxyPass /a http://127.0.0.1:9/a"}), nullptr) << "for ever";
  EXPECT_EQ(reuse({.vhost = "ProxyPass /a http://127.0.0.1:99/a"}), 4000) << "another host";
}

}  // namespace
}  // namespace cutover::test
