// SPDX-License-Identifier: Apache-2.0
// Reading /proc, and the shared memory as the coordinator has it mapped.
#include "tests/soak/figures.h"

#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace cutover::soak {
namespace {

namespace fs = std::filesystem;

constexpr int kLooks = 5;
constexpr auto kBetweenLooks = std::chrono::milliseconds(200);

fs::path proc(pid_t pid) { return fs::path("/proc") / std::to_string(pid); }

struct Use {
  double memory_kb = 0;
  double descriptors = 0;
  double threads = 0;

  Use& operator+=(const Use& other) {
    memory_kb += other.memory_kb;
    descriptors += other.descriptors;
    threads += other.threads;
    return *this;
  }
};

Use use_of(pid_t pid) {
  Use use;
  std::istringstream lines(harness::read_file(proc(pid) / "status"));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string key;
    double value = 0;
    words >> key >> value;
    if (key == "RssAnon:" || key == "RssShmem:") use.memory_kb += value;
    if (key == "Threads:") use.threads = value;
  }
  if (use.threads == 0) throw std::runtime_error("no process " + std::to_string(pid));
  use.descriptors = static_cast<double>(
      std::distance(fs::directory_iterator(proc(pid) / "fd"), fs::directory_iterator()));
  return use;
}

Mapping map_counters_of(pid_t pid) {
  for (const auto& entry : fs::directory_iterator(proc(pid) / "fd")) {
    std::error_code gone;
    if (!fs::read_symlink(entry.path(), gone).string().starts_with("/memfd:cutover-counters"))
      continue;
    const Fd fd(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
    Mapping mapping = map_counters(fd.get());
    if (mapping) return mapping;
  }
  throw std::runtime_error("httpd's shared memory is not to be found");
}

}  // namespace

Sampler::Sampler(harness::Site& site)
    : site_(site), counters_(map_counters_of(site.old_httpd().pid())) {}

double Sampler::slots_in_use() const {
  const CounterArea area = counters_in(counters_);
  return static_cast<double>(
      std::count_if(area.slots, area.slots + area.count - 1,
                    [](const ChildSlot& slot) { return slot.pid.load() != 0; }));
}

Figures Sampler::look() const {
  const harness::Httpd& httpd = site_.old_httpd();
  const Use parent = use_of(httpd.pid());
  Use children;
  for (const pid_t pid : httpd.children()) children += use_of(pid);
  const Use coordinator = use_of(site_.coordinator());
  return {parent.memory_kb,
          children.memory_kb,
          coordinator.memory_kb,
          parent.descriptors,
          children.descriptors,
          coordinator.descriptors,
          parent.threads + children.threads,
          coordinator.threads,
          slots_in_use()};
}

Figures Sampler::take() const {
  Figures least = look();
  for (int i = 1; i < kLooks; ++i) {
    std::this_thread::sleep_for(kBetweenLooks);
    const Figures again = look();
    std::transform(least.begin(), least.end(), again.begin(), least.begin(),
                   [](double a, double b) { return std::min(a, b); });
  }
  return least;
}

}  // namespace cutover::soak
