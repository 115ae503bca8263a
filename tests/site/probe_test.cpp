// SPDX-License-Identifier: Apache-2.0
// Would the visitors stay logged in? The preflight knows before the switch: a manager logs in, the
// cookie goes into a file, and both hosts are asked for the account.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <map>

#include "tests/harness/http_client.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::HttpClient;
using harness::HttpResponse;
using harness::read_file;
using harness::write_file;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPath = "/account";

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

SiteOptions keeping_sessions_in(const std::string& where) {
  SiteOptions options;
  options.session_files = where == "files";
  return options;
}

class Probing {
 public:
  explicit Probing(const std::string& sessions_in) : stage(keeping_sessions_in(sessions_in)) {
    HttpClient browser("127.0.0.1", stage.site().port());
    const std::string token = between(browser.get("/login").body, "name=\"token\" value=\"", "\"");
    const HttpResponse entered =
        browser.post("/signup", {{"token", token}, {"name", "Ann-Probe"}, {"password", "secret"}});
    session = between(entered.header("set-cookie"), "TEAMSESSION=", ";");
    EXPECT_GT(session.size(), 20U) << entered.status << entered.body;
  }

  void ask_with(const std::string& cookies, unsigned mode = 0600) {
    EXPECT_EQ(stage.site().await_gate(), "");
    write_file(cookie_file(), cookies, mode);
    stage.configure("CutoverProbe",
                    std::string("CutoverProbe ") + kPath + " \"" + cookie_file() + "\"");
    stage.site().graceful();
    EXPECT_EQ(stage.site().await_gate(), "");
    EXPECT_TRUE(harness::caught_up(stage.old_database(), stage.new_database()));
  }
  std::string cookie_file() const { return stage_directory() / "shop.cookie"; }
  fs::path stage_directory() const { return const_cast<Probing*>(this)->stage.site().directory(); }

  json checks() {
    const auto done = stage.site().cutoverctl({"preflight", "--json"});
    return json::parse(done.output).at("checks");
  }
  // The row of that name, its verdict first.
  std::string row(const std::string& name = "probe") {
    for (const json& check : checks())
      if (check.at("name") == name)
        return check.value("verdict", "") + " " + check.value("seen", "") + " -> " +
               check.value("remedy", "");
    return "there is no such row";
  }
  int status_with_session() {
    return HttpClient("127.0.0.1", stage.site().port())
        .get(kPath, {{"Cookie", "TEAMSESSION=" + session}})
        .status;
  }

  Stage stage;
  std::string session;
};

TEST(ProbeBySession, SessionsInFilesAreFoundBeforeTheSwitch) {
  Probing probing("files");
  probing.ask_with("TEAMSESSION=" + probing.session + "\n");
  EXPECT_EQ(probing.status_with_session(), 200) << "on the old host it is a session";
  EXPECT_THAT(probing.row(), AllOf(HasSubstr("block /account: old: 200 | new: 303 to /login"),
                                   HasSubstr("logged out"), HasSubstr("the guide, step 2")));
  const auto held = probing.stage.held_ever();
  const auto refused = probing.stage.site().cutoverctl({"switch"});
  EXPECT_EQ(refused.exit_code, 1) << refused.output;
  EXPECT_THAT(refused.output, AllOf(HasSubstr("refused: probe: /account"), HasSubstr("/login")));
  EXPECT_EQ(probing.stage.held_ever(), held) << "no request waited for it";
  EXPECT_EQ(probing.stage.ask(), "old");
}

TEST(ProbeBySession, SessionsInTheDatabasePassAndSurviveTheSwitch) {
  Probing probing("the database");
  probing.ask_with("TEAMSESSION=" + probing.session + "\n");
  EXPECT_THAT(probing.row(), HasSubstr("pass /account: both hosts answer the same, 200, and both "
                                       "know the session"));
  EXPECT_THAT(probing.row("clocks"), HasSubstr("pass "));
  EXPECT_THAT(probing.row("database-clocks"), HasSubstr("pass "));
  probing.stage.expect_switch();
  EXPECT_EQ(probing.status_with_session(), 200) << "the visitor is still logged in";
  EXPECT_THAT(probing.row(), HasSubstr("pass /account: not asked: as long as new serves"));
  probing.stage.expect_rollback();
}

TEST(ProbeBySession, AnotherTextIsShownSideBySide) {
  Probing probing("the database");
  probing.ask_with("TEAMSESSION=" + probing.session + "\n");
  const fs::path pages = probing.stage.site().new_httpd().htdocs() / "src/pages.php";
  std::string text = read_file(pages);
  const std::string old_words = "The account of ";
  ASSERT_NE(text.find(old_words), std::string::npos);
  text.replace(text.find(old_words), old_words.size(), "Das Konto von ");
  write_file(pages, text);
  std::string row;
  // PHP looks for changed files every other second.
  EXPECT_TRUE(eventually([&] { return (row = probing.row()).starts_with("warn"); })) << row;
  EXPECT_THAT(row, AllOf(HasSubstr("old: "), HasSubstr("<h1>The account of | new: "),
                         HasSubstr("<h1>Das Konto von"), Not(HasSubstr("more differences"))))
      << "and neither the time, nor the nonce, nor the token";
  probing.stage.expect_switch();
}

TEST(ProbeBySession, ASessionThatHasEndedSaysNothing) {
  Probing probing("the database");
  probing.ask_with("TEAMSESSION=0123456789abcdef0123456789\n");
  EXPECT_THAT(probing.row(),
              HasSubstr("warn /account: the old host answers the same without the cookie"));
}

TEST(ProbeBySession, ACookieFileThatIsWrongBlocksWithItsPlace) {
  Probing probing("the database");
  probing.ask_with("TEAMSESSION=" + probing.session + "\n", 0644);
  EXPECT_THAT(probing.row(), AllOf(HasSubstr("block /account: "),
                                   HasSubstr("chmod 0600 " + probing.cookie_file())));
  EXPECT_TRUE(probing.stage.site().old_httpd().logs(
      "CutoverProbe /account " + probing.cookie_file() + ": can be read by others"));
  fs::remove(probing.cookie_file());
  probing.ask_with("# of Ann\n" + probing.session + "\n");
  EXPECT_THAT(probing.row(),
              HasSubstr(probing.cookie_file() + ":2: not as a Cookie header has it"));
  EXPECT_THAT(probing.row(), Not(HasSubstr(probing.session)));
}

TEST(ProbeBySession, TheCookieIsShownNowhere) {
  Probing probing("files");
  probing.ask_with("TEAMSESSION=" + probing.session + "\n");
  harness::Site& site = probing.stage.site();
  // The page tells the session's number, and so does the way to the login page.
  const fs::path routes = site.new_httpd().htdocs() / "src/routes.php";
  std::string text = read_file(routes);
  const std::string plain = "redirect('/login') : print account_page";
  ASSERT_NE(text.find(plain), std::string::npos);
  text.replace(text.find(plain), plain.size(),
               "redirect('/login?s=' . $_COOKIE['TEAMSESSION']) : print account_page");
  write_file(routes, text);
  std::string row;
  EXPECT_TRUE(eventually([&] {
    return (row = probing.row()).find("/login?s=") != std::string::npos;
  })) << row;
  EXPECT_THAT(row, HasSubstr("/login?s=*"));
  EXPECT_EQ(site.cutoverctl({"switch"}).exit_code, 1);

  std::map<std::string, std::string> all;
  all["error log"] = site.old_httpd().error_log();
  for (const auto& entry : fs::directory_iterator(site.state_dir()))
    if (entry.is_regular_file()) all[entry.path().filename().string()] = read_file(entry.path());
  HttpClient admin("127.0.0.1", site.admin_port(), "localhost");
  for (const char* path :
       {"/cutover/", "/cutover/status.json", "/cutover/metrics", "/server-status"})
    all[path] = admin.get(path).body;
  for (const char* verb : {"status", "preflight", "events"})
    all[verb] = site.cutoverctl({verb}).output + site.cutoverctl({verb, "--json"}).output;
  const pid_t coordinator = probing.stage.coordinator();
  for (const pid_t pid : {coordinator, site.old_httpd().pid()})
    for (const char* file : {"cmdline", "environ"})
      all[file + std::to_string(pid)] = read_file("/proc/" + std::to_string(pid) + "/" + file);
  for (const char* where : {"error log", "events.jsonl", "/cutover/", "status", "preflight"})
    EXPECT_GT(all.at(where).size(), 100U) << where;
  for (const char* where : {"error log", "events.jsonl", "preflight"})
    EXPECT_THAT(all.at(where), HasSubstr("/login?s=")) << "else this looks at nothing";
  for (const auto& [where, words] : all)
    EXPECT_THAT(words, Not(HasSubstr(probing.session.substr(0, 12)))) << where;
  EXPECT_THAT(read_file("/proc/" + std::to_string(coordinator) + "/limits"),
              testing::ContainsRegex("Max core file size +0 +0 +bytes"));
}

}  // namespace
}  // namespace cutover::test
