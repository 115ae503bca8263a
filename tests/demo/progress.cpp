// SPDX-License-Identifier: Apache-2.0
// Polls status.json, and shows it beside what the visitors get.
#include "tests/demo/progress.h"

#include <unistd.h>

#include <cstdio>

#include "mod_cutover/wire/json.h"

namespace cutover::demo {
namespace {

using nlohmann::json;

struct Now {
  std::string phase = "?";
  std::string side = "?";
  std::int64_t held = 0;
  std::int64_t in_flight = 0;
};

Now look(const harness::SiteAccess& site) {
  Now now;
  try {
    json status = site.status();
    now.phase = status.value("phase", "?");
    now.side = status.value("side", "?");
    now.held = status.value("held", 0);
    now.in_flight = status.value("in_flight", 0);
  } catch (const std::exception&) {
    // Shown as unknown; whether anything is wrong is judged by what visitors get.
  }
  return now;
}

}  // namespace

Progress::Progress(const harness::SiteAccess& site, const harness::Visitors& visitors)
    : site_(site), visitors_(visitors), terminal_(isatty(STDOUT_FILENO) != 0) {}

void Progress::end_line() {
  if (line_open_) std::printf("\r\033[K");
  line_open_ = false;
}

void Progress::say(const std::string& text) {
  end_line();
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

double Progress::requests_per_second(Clock::time_point now) {
  std::chrono::duration<double> passed = now - counted_at_;
  if (passed.count() >= 0.5) {
    std::uint64_t count = visitors_.requests();
    rate_ = static_cast<double>(count - counted_) / passed.count();
    counted_ = count;
    counted_at_ = now;
  }
  return rate_;
}

void Progress::tick() {
  Clock::time_point time = Clock::now();
  Now now = look(site_);
  double rate = requests_per_second(time);
  bool news = now.phase + now.side != phase_;
  phase_ = now.phase + now.side;
  if (!terminal_ && !news && time - shown_at_ < std::chrono::seconds(1)) return;
  shown_at_ = time;
  std::printf(
      "%s  %5.1f s  %-12s %-4s %6.0f requests/s  in flight %-3lld held %-4lld failed %llu%s",
      terminal_ ? "\r\033[K" : "", std::chrono::duration<double>(time - began_).count(),
      now.phase.c_str(), now.side.c_str(), rate, static_cast<long long>(now.in_flight),
      static_cast<long long>(now.held), static_cast<unsigned long long>(visitors_.failed()),
      terminal_ ? "" : "\n");
  std::fflush(stdout);
  line_open_ = terminal_;
}

}  // namespace cutover::demo
