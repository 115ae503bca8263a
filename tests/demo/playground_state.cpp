// SPDX-License-Identifier: Apache-2.0
// The state file holds pid and start time: together they name one process of this boot.
#include "tests/demo/playground_state.h"

#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "mod_cutover/wire/json.h"
#include "tests/harness/temp_dir.h"

namespace cutover::demo {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

fs::path state_file() { return runtime_dir() / "playground.json"; }

// In clock ticks since the boot; empty where there is no such process, or only its remains.
std::string start_time(pid_t pid) {
  std::string text = harness::read_file("/proc/" + std::to_string(pid) + "/stat");
  std::size_t name_end = text.rfind(')');  // the name before it may contain anything
  if (name_end == std::string::npos) return {};
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  fields >> field;
  if (field == "Z") return {};
  for (int i = 1; i < 20; ++i) fields >> field;
  return field;
}

}  // namespace

fs::path runtime_dir() {
  fs::path dir = geteuid() == 0 ? fs::path("/run/cutover-demo")
                                : fs::path("/tmp/cutover-demo-" + std::to_string(geteuid()));
  mkdir(dir.c_str(), 0700);
  struct stat info {};
  if (lstat(dir.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid()) {
    throw std::runtime_error(dir.string() + " is not a directory of this user; remove it");
  }
  return dir;
}

void remember_playground(pid_t pid) {
  harness::write_file(state_file(), json{{"pid", pid}, {"started", start_time(pid)}}.dump());
}

std::optional<pid_t> running_playground() {
  json state = json::parse(harness::read_file(state_file()), nullptr, false);
  if (!state.is_object()) return std::nullopt;
  pid_t pid = state.value("pid", 0);
  if (pid <= 1 || start_time(pid).empty() || start_time(pid) != state.value("started", "")) {
    return std::nullopt;
  }
  return pid;
}

void forget_playground() {
  fs::remove(state_file());
  fs::remove(runtime_dir() / "log");
  fs::remove(runtime_dir());
}

}  // namespace cutover::demo
