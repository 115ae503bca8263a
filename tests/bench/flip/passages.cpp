// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/flip/passages.h"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace cutover::bench {
std::vector<Passage> read_passages(std::istream& log) {
  std::vector<Passage> passages;
  for (std::string line; std::getline(log, line);) {
    std::istringstream words(line);
    std::string process, thread, before, after, side, rest;
    words >> process >> thread >> before >> after >> side;
    if (after == "-" || side == "-") continue;
    if (!words || words >> rest || (side != "old" && side != "new"))
      throw std::runtime_error("no passage of the gate: " + line);
    passages.push_back({process + "/" + thread, std::stoll(before), std::stoll(after),
                        side == "old" ? Side::kOld : Side::kNew});
  }
  return passages;
}

Seen seen(const std::vector<Passage>& passages, const Store& store) {
  Seen seen;
  std::set<std::string> busy;
  std::map<std::string, std::int64_t> first;
  std::int64_t last_by_old = store.begin_ns;
  for (const Passage& p : passages) {
    if (p.after_ns <= store.begin_ns) {
      if (p.after_ns > store.since_ns) busy.insert(p.worker);
      continue;
    }
    if (p.after_ns >= store.until_ns) continue;
    if (p.side == store.side) {
      const auto at = first.try_emplace(p.worker, p.after_ns).first;
      at->second = std::min(at->second, p.after_ns);
    } else if (p.before_ns > store.end_ns) {
      ++seen.wrong;
    } else {
      last_by_old = std::max(last_by_old, p.after_ns);
    }
  }
  for (const auto& [worker, at] : first) {
    if (!busy.contains(worker)) continue;
    ++seen.workers;
    seen.last_worker_ms =
        std::max(seen.last_worker_ms, static_cast<double>(at - store.begin_ns) / 1e6);
  }
  seen.last_by_the_old_word_us = static_cast<double>(last_by_old - store.begin_ns) / 1e3;
  return seen;
}

}  // namespace cutover::bench
