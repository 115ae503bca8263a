// SPDX-License-Identifier: Apache-2.0
// The coordinator's questions and a real mod_cache in the site's vhost: a proof is not answered out
// of what visitors got from the old host, and no visitor gets what a probe got from the new one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/httpd/parent/started.h"

namespace cutover::test {
namespace {

using harness::write_file;
using testing::HasSubstr;

class QuestionAndModCache : public testing::TestWithParam<bool> {
 protected:
  QuestionAndModCache()
      : site_(options(folder_.path(), GetParam()), [this](Rig& rig) {
          ::chmod(folder_.path().c_str(), 0777);
          for (const bool old : {true, false})
            write_file((old ? rig.old_host() : rig.new_host()).htdocs() / "first.txt",
                       old ? "old" : "new");
        }) {
    EXPECT_TRUE(site_.eventually_done("status"));
  }
  static RigOptions options(const std::string& folder, bool quick) {
    RigOptions o;
    o.load = {"cache", "cache_disk"};
    o.site = "CutoverProof /who.txt\nCutoverProbe /first.txt";
    o.vhost = "CacheRoot " + folder + "\nCacheEnable disk /\nCacheQuickHandler " +
              (quick ? "On" : "Off") +
              "\nCacheDefaultExpire 3600\nCacheMinExpire 3600\nCacheIgnoreNoLastMod On\n"
              "CacheIgnoreCacheControl On\nCacheHeader On\n";
    return o;
  }

  harness::TempDir folder_{"cache"};
  Started site_;
};

TEST_P(QuestionAndModCache, AProofSeesTheNewHostAndNotWhatIsCached) {
  EXPECT_EQ(site_.rig.ask(), "old");
  EXPECT_THAT(site_.rig.client().get("/who.txt").header("x-cache"), HasSubstr("HIT"));
  std::filesystem::remove(site_.rig.new_host().htdocs() / "who.txt");
  const harness::Finished failed = site_.said("switch");
  EXPECT_EQ(failed.exit_code, 1) << failed.output;
  EXPECT_THAT(failed.output, HasSubstr("/who.txt: status 404"));
  EXPECT_EQ(site_.rig.ask("/first.txt"), "old");
  write_file(site_.rig.new_host().htdocs() / "who.txt", "new");
  EXPECT_EQ(site_.command("switch"), 0);
}

TEST_P(QuestionAndModCache, NoVisitorGetsWhatTheNewHostToldTheCoordinator) {
  const harness::Finished looked = site_.said("preflight");
  EXPECT_THAT(looked.output, HasSubstr("/first.txt"));
  EXPECT_EQ(site_.rig.ask("/first.txt"), "old");
}

INSTANTIATE_TEST_SUITE_P(Handlers, QuestionAndModCache, testing::Bool());

}  // namespace
}  // namespace cutover::test
