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

const std::string kChanged = "SetOutputFilter SUBSTITUTE\nSubstitute \"s/old|new/changed/\"\n";

TEST_F(Remedies, WhatIsNotForTheNewHostIsNotDoneToItsAnswers) {
  RigOptions options;
  options.load = {"substitute", "filter"};
  options.vhost = kChanged;
  start(options);
  rig_->serve(Side::kNew);
  EXPECT_EQ(rig_->ask(), "changed");
  options.vhost = "<If \"note('cutover-side') != 'new'\">\n" + kChanged + "</If>";
  write(options, "");
  EXPECT_EQ(rig_->ask(), "new");
  rig_->serve(Side::kOld);
  EXPECT_EQ(rig_->ask(), "changed");
}

TEST_F(Remedies, AFilterByTypeActsOnTheNewHostsAnswersAndOneByExtensionDoesNot) {
  RigOptions options;
  options.load = {"substitute", "filter", "mime"};
  const std::string how =
      "TypesConfig /dev/null\nSubstitute \"s/old|new/changed/\"\nAddType text/plain .txt\n";
  options.server = "TypesConfig /dev/null";
  options.new_server = "TypesConfig /dev/null\nAddType text/plain .txt";
  options.vhost = how + "AddOutputFilterByType SUBSTITUTE text/plain";
  start(options);
  rig_->serve(Side::kNew);
  EXPECT_EQ(rig_->ask(), "changed");
  options.vhost = how + "AddOutputFilter SUBSTITUTE .txt";
  write(options, "");
  EXPECT_EQ(rig_->ask(), "new");
  rig_->serve(Side::kOld);
  EXPECT_EQ(rig_->ask(), "changed");
}

TEST_F(Remedies, ABodyInPiecesGetsALength) {
  RigOptions options;
  start(options);
  const harness::TempDir dir;
  harness::write_file(dir / "body", std::string(100'000, 'x'));
  // Longer than mod_proxy looks ahead by itself.
  const auto answer = [&] {
    return harness::run({"curl", "-s", "-H", "Transfer-Encoding: chunked", "--data-binary",
                         "@" + (dir / "body").string(), "-H", "Expect:", "-H",
                         "Host: shop.example.com",
                         "http://127.0.0.1:" + std::to_string(rig_->port()) + "/cgi/env"})
        .output;
  };
  rig_->serve(Side::kNew);
  EXPECT_THAT(answer(), Not(HasSubstr("CONTENT_LENGTH=")));
  write(options, "SetEnv proxy-sendcl 1");
  EXPECT_THAT(answer(), HasSubstr("CONTENT_LENGTH=100000\n"));
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
