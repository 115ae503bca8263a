// SPDX-License-Identifier: Apache-2.0
// The databases' passwords are in the coordinator's memory and in the option files, and nowhere
// else: not in logs, data, the list of processes, their environments, nor in httpd itself.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <map>

#include "tests/harness/http_client.h"
#include "tests/site/stage.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::read_file;
using harness::write_file;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kWrong = "a-wrong-password";

std::string proc(pid_t pid, const char* file) {
  return read_file("/proc/" + std::to_string(pid) + "/" + file);
}

// Does the process have the words in its own memory?
bool remembers(pid_t pid, const std::string& words) {
  std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
  std::ifstream memory("/proc/" + std::to_string(pid) + "/mem", std::ios::binary);
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0;
    unsigned long end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx rw", &begin, &end) != 2) continue;
    if (line.find(" rw") == std::string::npos || end - begin > (1UL << 28)) continue;
    std::string text(end - begin, '\0');
    memory.clear();
    memory.seekg(static_cast<std::streamoff>(begin));
    memory.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(memory.gcount()));
    if (text.find(words) != std::string::npos) return true;
  }
  return false;
}

class Credentials : public testing::Test {
 protected:
  std::map<std::string, std::string> everything() {
    std::map<std::string, std::string> all;
    harness::Site& site = stage_.site();
    all["error log"] = site.old_httpd().error_log();
    all["access log"] = site.old_httpd().access_log();
    for (const auto& entry : fs::directory_iterator(site.state_dir()))
      if (entry.is_regular_file()) all[entry.path().filename().string()] = read_file(entry.path());
    harness::HttpClient admin("127.0.0.1", site.admin_port(), "localhost");
    for (const char* path : {"/cutover/", "/cutover/status.json", "/cutover/metrics",
                             "/cutover/?auto", "/server-status"})
      all[path] = admin.get(path).body;
    for (const char* verb : {"status", "preflight", "events"})
      for (const char* kind : {"--json", ""}) {
        std::vector<std::string> words = {verb};
        if (*kind != '\0') words.emplace_back(kind);
        all[std::string(verb) + kind] = site.cutoverctl(words).output;
      }
    for (const pid_t pid : family()) {
      all["command line of " + std::to_string(pid)] = proc(pid, "cmdline");
      all["environment of " + std::to_string(pid)] = proc(pid, "environ");
    }
    return all;
  }
  std::vector<pid_t> family() {
    std::vector<pid_t> pids = stage_.site().old_httpd().children();
    pids.push_back(stage_.site().old_httpd().pid());
    pids.push_back(stage_.coordinator());
    return pids;
  }
  void expect_nowhere(const std::string& password) {
    const auto all = everything();
    for (const char* where : {"error log", "events.jsonl", "/cutover/", "status", "preflight"})
      EXPECT_GT(all.at(where).size(), 100U) << where;
    for (const auto& [where, text] : all) EXPECT_THAT(text, Not(HasSubstr(password))) << where;
  }

  Stage stage_;
};

TEST_F(Credentials, AreNowhereButInTheCoordinator) {
  stage_.name_replication_accounts();
  stage_.expect_switch();
  stage_.expect_rollback();
  expect_nowhere(harness::kPassword);

  const pid_t coordinator = stage_.coordinator();
  EXPECT_TRUE(remembers(coordinator, harness::kPassword)) << "else this looks at nothing";
  for (const pid_t pid : family()) {
    if (pid == coordinator) continue;
    EXPECT_FALSE(remembers(pid, harness::kPassword)) << harness::command_line(pid);
  }
  EXPECT_THAT(proc(coordinator, "limits"),
              testing::ContainsRegex("Max core file size +0 +0 +bytes"));
  if (::geteuid() == 0) {
    // A process whose memory may be read by its own user owns its files in /proc.
    struct stat about {};
    ASSERT_EQ(::stat(("/proc/" + std::to_string(coordinator) + "/mem").c_str(), &about), 0);
    EXPECT_EQ(about.st_uid, 0U);
    EXPECT_THAT(proc(coordinator, "status"), Not(testing::ContainsRegex("Uid:\t0")));
  }
}

TEST_F(Credentials, OfAnAccountThatIsTurnedAwayAreNotShownEither) {
  ASSERT_EQ(stage_.site().await_gate(), "");
  const auto file = stage_.site().directory() / "new.cnf";
  std::string text = read_file(file);
  const std::string right = std::string("password=") + harness::kPassword;
  ASSERT_NE(text.find(right), std::string::npos) << text;
  text.replace(text.find(right), right.size(), std::string("password=") + kWrong);
  write_file(file, text, 0600);
  stage_.site().old_httpd().graceful();
  ASSERT_TRUE(eventually([&] {
    return stage_.site().status().at("gate").dump().find("Access denied") != std::string::npos;
  })) << stage_.site().status().dump(2);
  stage_.site().cutoverctl({"switch"});
  expect_nowhere(kWrong);

  // One that lost its equals sign is told by its place.
  text.replace(text.find("password="), 9, "password ");
  write_file(file, text, 0600);
  stage_.site().old_httpd().graceful();
  EXPECT_TRUE(stage_.site().old_httpd().logs("new.cnf:"));
  expect_nowhere(kWrong);
}

}  // namespace
}  // namespace cutover::test
