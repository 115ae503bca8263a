// SPDX-License-Identifier: Apache-2.0
// A new host that fails only once its database is writable: it is left again under the same hold,
// and nobody has seen it.
#include <gmock/gmock.h>

#include "tests/site/stage.h"

namespace cutover::test {
namespace {

using testing::HasSubstr;

// Like an application that writes on every page: it counts its visitors, and keeps the page in a
// folder of its own. While its database is read-only it does neither, and all seems to be well.
std::string page(const std::filesystem::path& cache) {
  return "<?php require __DIR__ . '/../src/database.php';\n$db = connect();\n"
         "if ($db->query('SELECT @@global.read_only')->fetchColumn() == 0) {\n"
         "  $host = getenv('HOST_NAME');\n"
         "  $db->exec(\"INSERT INTO looks (host) VALUES ('$host')\");\n"
         "  if (@file_put_contents('" +
         cache.string() +
         "/page', 'kept') === false) { http_response_code(500); exit('no cache'); }\n}\n"
         "echo 'a page';\n";
}

class Proof : public testing::Test {
 protected:
  explicit Proof(SiteOptions options = {})
      : play_(std::move(options), "CutoverProof /proof.php\nCutoverProofTimeout 1s", 4,
              [this](Stage& stage) { prepare(stage); }) {
    EXPECT_EQ(site().await_gate(), "");
  }
  void TearDown() override { play_.end(); }

  void prepare(Stage& stage) {
    stage.old_database().execute(
        "CREATE TABLE fantasy.looks (id INT PRIMARY KEY AUTO_INCREMENT, host CHAR(3)) "
        "ENGINE=InnoDB");
    for (harness::Httpd* httpd : {&stage.site().old_httpd(), &stage.site().new_httpd()}) {
      const auto cache = httpd->htdocs() / "cache";
      std::filesystem::create_directory(cache);
      std::filesystem::permissions(cache, std::filesystem::perms::all);
      harness::write_file(httpd->htdocs() / "public/proof.php", page(cache));
    }
    spoil(stage, true);
  }
  // The missing permission of its folder.
  static void spoil(Stage& stage, bool spoilt) {
    using std::filesystem::perms;
    const auto cache = stage.site().new_httpd().htdocs() / "cache";
    if (spoilt) std::filesystem::remove(cache / "page");
    std::filesystem::permissions(
        cache, spoilt ? perms::owner_all | perms::others_read | perms::others_exec : perms::all);
  }
  harness::Site& site() { return play_.stage.site(); }
  std::uint64_t looks_of(const std::string& host) {
    return site().serving_database().number("SELECT COUNT(*) FROM fantasy.looks WHERE host = '" +
                                            host + "'");
  }
  void expect_turned_back(const std::string& why) {
    const auto failed = site().cutoverctl({"switch"});
    EXPECT_EQ(failed.exit_code, 1) << failed.output;
    EXPECT_THAT(failed.output, HasSubstr(why));
    play_.stage.expect_serves("old");
    EXPECT_TRUE(harness::caught_up(play_.stage.old_database(), play_.stage.new_database()));
  }

  Play play_;
};

TEST_F(Proof, ANewHostThatFailsItIsLeftAgainAndMendedItTakesOver) {
  expect_turned_back("/proof.php: status 500");
  EXPECT_EQ(looks_of("new"), 1U) << "what was written there came back";
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_THAT(site().cutoverctl({"status"}).output, HasSubstr("/proof.php: status 500"));
  spoil(play_.stage, false);
  play_.stage.expect_switch();
  EXPECT_EQ(looks_of("new"), 2U);
  EXPECT_EQ(site().await_gate(), "");
  play_.stage.expect_rollback();
}

TEST_F(Proof, AgainAndAgainItLeadsBack) {
  for (int round = 0; round < 3; ++round) {
    expect_turned_back("/proof.php: status 500");
    ASSERT_EQ(site().await_gate(), "");
  }
  EXPECT_EQ(looks_of("new"), 3U);
}

TEST_F(Proof, WithoutAnAnswerInItsTimeItLeadsBack) {
  harness::write_file(site().new_httpd().htdocs() / "public/proof.php",
                      "<?php sleep(5); echo 'late';");
  expect_turned_back("/proof.php: ");
}

TEST_F(Proof, WhereNothingLeadsBackItIsSaidBeforeAndNewServesAllTheSame) {
  play_.stage.configure("CutoverReverse", "CutoverReverse Off");
  site().graceful();
  EXPECT_EQ(site().await_gate(), "");
  EXPECT_THAT(site().cutoverctl({"preflight"}).output,
              HasSubstr("nothing leads back with CutoverReverse Off"));
  const auto done = site().cutoverctl({"switch"});
  EXPECT_EQ(done.exit_code, 0) << done.output;
  EXPECT_THAT(done.output, HasSubstr("/proof.php: status 500"));
  play_.stage.expect_serves("new");
  EXPECT_THAT(play_.stage.last_reason(), HasSubstr("was not proved"));
}

class ProofByFile : public Proof {
 protected:
  ProofByFile() : Proof(harness::by_file(SiteOptions{})) {}
};

TEST_F(ProofByFile, ItLeadsBackAsByGtids) {
  expect_turned_back("/proof.php: status 500");
  EXPECT_EQ(looks_of("new"), 1U);
  EXPECT_EQ(site().await_gate(), "");
  spoil(play_.stage, false);
  play_.stage.expect_switch();
}

}  // namespace
}  // namespace cutover::test
