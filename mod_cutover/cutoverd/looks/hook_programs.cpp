// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/looks/hook_programs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "shared/words/phrases.h"

namespace cutover {
namespace {

std::string called(const Hook& hook) { return hook.event + " " + hook.program; }

// Why it cannot be run; nothing when it can.
std::string in_the_way(const Hook& hook) {
  struct stat file {};
  if (::stat(hook.program.c_str(), &file) != 0) return std::strerror(errno);
  if (!S_ISREG(file.st_mode)) return "it is no file";
  if (::access(hook.program.c_str(), X_OK) != 0) return "not executable for httpd's User";
  return {};
}

// Who, beside root and the user that runs it, may put another program in its place.
std::string changed_by(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return {};
  const bool sticky = (file.st_mode & S_ISVTX) != 0 && S_ISDIR(file.st_mode);
  if (!sticky && (file.st_mode & S_IWOTH) != 0) return path + " may be written by everybody";
  if (!sticky && (file.st_mode & S_IWGRP) != 0 && file.st_gid != 0)
    return path + " may be written by its group";
  if (file.st_uid != 0 && file.st_uid != ::geteuid())
    return path + " belongs to a user who is not root";
  return {};
}

// One that cannot be run is found out before anybody is held: in the pause it would turn the run
// back, or past the point of no return keep everybody waiting.
bool decides(const Hook& hook) { return is_in_pause(hook) || hook.event.starts_with("before-"); }

}  // namespace

std::optional<Check> hook_programs(const SiteSettings& site) {
  if (site.hooks.empty()) return std::nullopt;
  std::vector<std::string> all;
  std::vector<std::string> missing;
  std::vector<std::string> open;
  CheckVerdict verdict = CheckVerdict::kPass;
  for (const Hook& hook : site.hooks) {
    all.push_back(called(hook));
    if (const std::string why = in_the_way(hook); !why.empty()) {
      missing.push_back(called(hook) + ": " + why);
      verdict = std::max(verdict, decides(hook) ? CheckVerdict::kBlock : CheckVerdict::kWarn);
      continue;
    }
    const std::string folder = hook.program.substr(0, hook.program.rfind('/') + 1);
    for (const std::string& path : {hook.program, folder})
      if (std::string who = changed_by(path); !who.empty()) open.push_back(std::move(who));
  }
  if (!missing.empty())
    return Check{"hooks", verdict, joined(missing, "; "),
                 "put it there, with mode 0755, or mend the line of CutoverHook"};
  if (!open.empty())
    return Check{"hooks", CheckVerdict::kWarn, joined(open, "; "),
                 "chown root, chmod go-w: who can write it acts on the databases in its name"};
  return Check{"hooks", CheckVerdict::kPass, joined(all, ", "), ""};
}

}  // namespace cutover
