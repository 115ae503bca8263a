// SPDX-License-Identifier: Apache-2.0
// What configtest says happens does happen, and the line that it tells to write helps: requests
// through the real modules, with the new host serving.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/harness/process.h"
#include "tests/httpd/certificates.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class Remedies : public testing::Test {
 protected:
  void start(const RigOptions& options) {
    rig_ = std::make_unique<Rig>(options);
    rig_->start();
  }
  void write(RigOptions options, const std::string& more) {
    options.vhost += more;
    rig_->reconfigure(options);
    rig_->old_host().graceful();
  }
  std::unique_ptr<Rig> rig_;
};

const std::string kNotForNew = "<If \"note('cutover-side') != 'new'\">\n";
const std::string kChanged = "SetOutputFilter SUBSTITUTE\nSubstitute \"s/old|new/changed/\"\n";

TEST_F(Remedies, WhatIsNotForTheNewHostIsNotDoneToItsAnswers) {
  RigOptions options;
  options.load = {"substitute", "filter"};
  options.vhost = kChanged;
  start(options);
  rig_->serve(Side::kNew);
  EXPECT_EQ(rig_->ask(), "changed");
  options.vhost = kNotForNew + kChanged + "</If>";
  write(options, "");
  EXPECT_EQ(rig_->ask(), "new");
  rig_->serve(Side::kOld);
  EXPECT_EQ(rig_->ask(), "changed");
}

TEST_F(Remedies, SoItIsWithFiltersByTypeAndByExtension) {
  RigOptions options;
  options.load = {"substitute", "filter", "mime"};
  options.server = options.new_server = "TypesConfig /dev/null\nAddType text/plain .txt";
  const std::string how = "Substitute \"s/old|new/changed/\"\n";
  options.vhost = how;
  start(options);
  rig_->serve(Side::kNew);
  for (const char* filter :
       {"AddOutputFilterByType SUBSTITUTE text/plain", "AddOutputFilter SUBSTITUTE .txt"}) {
    write(options, filter);
    EXPECT_EQ(rig_->ask(), "changed") << filter;
    write(options, kNotForNew + filter + "\n</If>");
    EXPECT_EQ(rig_->ask(), "new") << filter;
  }
}

TEST_F(Remedies, ABodyInPiecesGetsALength) {
  RigOptions options;
  options.load = {"headers"};
  options.new_server = "Header set X-Length \"expr=%{req:Content-Length}\"";
  start(options);
  const harness::TempDir dir;
  harness::write_file(dir / "body", std::string(40'000, 'x'));
  // Longer than mod_proxy looks ahead by itself.
  const auto answer = [&] {
    return harness::run({"curl", "-si", "-H", "Transfer-Encoding: chunked", "--data-binary",
                         "@" + (dir / "body").string(), "-H", "Expect:", "-H",
                         "Host: shop.example.com",
                         "http://127.0.0.1:" + std::to_string(rig_->port()) + "/who.txt"})
        .output;
  };
  rig_->serve(Side::kNew);
  EXPECT_THAT(answer(), AllOf(HasSubstr(" 200 OK"), Not(HasSubstr("X-Length: 40000"))));
  write(options, "SetEnv proxy-sendcl 1");
  EXPECT_THAT(answer(), HasSubstr("X-Length: 40000\r\n"));
}

// mod_dav looks at the target's scheme, and at its own.
class Destination : public Remedies {
 protected:
  // The status of a MOVE, as the visitor's client names the target.
  std::string move(const std::string& from) const {
    const std::string base = "https://shop.example.com:" + std::to_string(rig_->port());
    return harness::run({"curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "-X", "MOVE",
                         "--connect-to", "::127.0.0.1:" + std::to_string(rig_->port()), "-H",
                         "Destination: " + base + "/dav/moved-" + from, base + "/dav/" + from})
        .output;
  }
};

TEST_F(Destination, OfAVisitorWhoComesByTls) {
  const Certificates certificates;
  RigOptions options;
  options.load = {"dav", "dav_fs", "ssl", "socache_shmcb", "headers"};
  options.server = options.new_server = "DavLockDB lock\n<Location /dav>\nDav On\n</Location>\n";
  options.vhost = "SSLEngine On\n" + certificates.server_lines("shop.example.com") + "\n";
  rig_ = std::make_unique<Rig>(options);
  const auto folder = rig_->new_host().htdocs() / "dav";
  std::filesystem::create_directories(folder);
  for (const char* name : {"one", "other"}) harness::write_file(folder / name, name);
  harness::give_to_web_user(rig_->new_host().directory());
  harness::give_to_web_user(folder);
  rig_->start();
  rig_->serve(Side::kNew);
  EXPECT_EQ(move("one"), "502");
  write(options, "RequestHeader edit Destination ^https: http: early");
  EXPECT_EQ(move("other"), "201");
}

}  // namespace
}  // namespace cutover::test
