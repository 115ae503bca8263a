// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/recorder.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 100ms;
constexpr auto kPauseInARun = 20ms;  // a whole one may be over in a few of these

}  // namespace

Recorder::Recorder(const std::vector<std::unique_ptr<Site>>& sites, Clock& clock)
    : sites_(sites), clock_(clock), histories_(sites.size()), thread_([this] { record(); }) {}

Recorder::~Recorder() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

void Recorder::record() {
  while (true) {
    const bool running = look();
    Lock lock(mutex_);
    if (stopped_.wait_for(lock, running ? kPauseInARun : kPause,
                          [this]() CUTOVER_REQUIRES(mutex_) { return stopping_; }))
      return;
  }
}

bool Recorder::look() {
  bool running = false;
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const Snapshot now = sites_[i]->snapshot();
    running = running || now.direction.has_value();
    // While a run goes on nobody measures the lag: what was seen before it is no longer so.
    const std::optional<double> lag_ms = now.direction ? std::nullopt : now.lag_ms;
    const Lock lock(mutex_);
    histories_[i].look(clock_.now(), clock_.wall_ms(), lag_ms, now.counts);
  }
  return running;
}

std::vector<HistorySample> Recorder::since(const Site& site, std::int64_t at_ms) const {
  const Lock lock(mutex_);
  for (std::size_t i = 0; i < sites_.size(); ++i)
    if (sites_[i].get() == &site) return histories_[i].since(at_ms);
  return {};
}

}  // namespace cutover
