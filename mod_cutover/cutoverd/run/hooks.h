// SPDX-License-Identifier: Apache-2.0
// Runs one program of CutoverHook, as httpd's User, bounded in time and output.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

struct HookResult {
  bool ok = false;     // ended with 0 in time
  std::string why;     // how it ended otherwise: "exited with 3", "took longer than 30 s"
  std::string output;  // standard output and error, the first 4 KB
};

// The program gets a small environment of its own (PATH and `facts`), nothing of ours open, and
// dies with the coordinator, with all of its process group. `stop` is asked all the while: true
// ends it, as the limit does.
HookResult run_program(const std::string& program, const std::map<std::string, std::string>& facts,
                       std::chrono::milliseconds limit, const std::function<bool()>& stop = {});

// A site's programs of CutoverHook, as they are configured. The site's own thread's.
class HookPrograms : public Hooks {
 public:
  // Hears how each ended.
  using Told = std::function<void(const Hook&, const HookResult&)>;
  HookPrograms(const SiteSettings& settings, Told told)
      : site_(settings.name), hooks_(settings.hooks), told_(std::move(told)) {}

  Answer run(const HookCall& call) override;

 private:
  const std::string site_;
  const std::vector<Hook> hooks_;
  const Told told_;
};

}  // namespace cutover
