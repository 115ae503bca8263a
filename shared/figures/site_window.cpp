// SPDX-License-Identifier: Apache-2.0
#include "shared/figures/site_window.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace cutover {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
// Who holds the figures has them for less than a microsecond.
constexpr int kTries = 64;
constexpr std::int64_t kFirstPatienceNs = 1'000'000'000;

using Bits = std::array<std::uint64_t, kWindowWords>;
// Copied by memcpy, since g++ 10 has no bit_cast.
static_assert(sizeof(Bits) == sizeof(WindowFigures));
static_assert(std::is_trivially_copyable_v<WindowFigures>);

}  // namespace

SiteWindow::SiteWindow(const CounterArea& area, std::size_t site, SiteCounters& mine,
                       std::int32_t pid)
    : area_(area), site_(site), all_(area.releases[site]), mine_(mine), pid_(pid) {}

void SiteWindow::begin(std::uint64_t word, std::int64_t until_ns, std::int64_t now_ns) {
  word_ = word;
  if (all_.word.load(std::memory_order_acquire) != word) {
    const bool begun = change([&](ReleaseWindow& window) {
      if (all_.word.load(kRelaxed) == word) return;
      window = ReleaseWindow(now_ns);
      all_.until_ns.store(until_ns, kRelaxed);
      store(window);
      all_.word.store(word, std::memory_order_release);
    });
    if (!begun) return;
  }
  std::int64_t known = all_.until_ns.load(kRelaxed);
  while (known < until_ns && !all_.until_ns.compare_exchange_weak(known, until_ns, kRelaxed)) {
  }
}

bool SiteWindow::lasts(std::int64_t now_ns) {
  std::int64_t until = all_.until_ns.load(kRelaxed);
  if (until == 0) return false;
  if (now_ns < until && sum(now_ns).waiting > 0) return true;
  all_.until_ns.compare_exchange_strong(until, 0, kRelaxed);
  return false;
}

SiteWindow::Sum SiteWindow::sum(std::int64_t now_ns) const {
  const std::int64_t since = now_ns - patience_ns();
  Sum all;
  for (std::size_t i = 0; i < area_.count; ++i) {
    const SiteCounters& c = area_.slots[i].sites[site_];
    all.waiting += c.releasing.load(kRelaxed);
    const std::int64_t under_way = c.under_way.load(std::memory_order_seq_cst);
    if (under_way > 0 && c.taken_ns.load(kRelaxed) >= since) all.under_way += under_way;
  }
  return all;
}

std::optional<Departure> SiteWindow::take(std::int64_t now_ns) { return take_if(now_ns, false); }
std::optional<Departure> SiteWindow::take_of_share(std::int64_t now_ns) {
  return take_if(now_ns, true);
}

Departure SiteWindow::take_anyway(std::int64_t now_ns) {
  mine_.under_way.fetch_add(1, std::memory_order_seq_cst);
  mine_.taken_ns.store(now_ns, kRelaxed);
  return {sum(now_ns).under_way, all_.answered.load(kRelaxed)};
}

// The stamp is for a place that is kept: in a slot that is passed over, who only looks for one does
// not count the others in again. An empty slot has no others.
std::optional<Departure> SiteWindow::take_if(std::int64_t now_ns, bool of_share) {
  if (mine_.under_way.load(kRelaxed) == 0) mine_.taken_ns.store(now_ns, kRelaxed);
  const std::int64_t before = mine_.under_way.fetch_add(1, std::memory_order_seq_cst);
  const bool passed_over = mine_.taken_ns.load(kRelaxed) < now_ns - patience_ns();
  const Sum all = sum(now_ns);
  const std::int64_t most = width();
  const Departure departure{all.under_way + (passed_over ? 1 : 0), all_.answered.load(kRelaxed)};
  bool may = departure.under_way <= most;
  if (may && of_share) {
    const std::int64_t waiting = mine_.releasing.load(kRelaxed);
    may = waiting >= all.waiting || (before + 1) * all.waiting <= most * waiting;
  }
  if (!may) {
    mine_.under_way.fetch_sub(1, std::memory_order_seq_cst);
    return std::nullopt;
  }
  mine_.taken_ns.store(now_ns, kRelaxed);
  return departure;
}

// Counted up before anybody is woken: who looked before this, and sleeps after it, does not sleep.
void SiteWindow::give_back() {
  mine_.under_way.fetch_sub(1, std::memory_order_seq_cst);
  all_.given_back.fetch_add(1, std::memory_order_seq_cst);
}

std::int64_t SiteWindow::wanted(std::int64_t now_ns) const {
  const Sum all = sum(now_ns);
  return std::clamp<std::int64_t>(width() - all.under_way, 0,
                                  std::max<std::int64_t>(all.waiting, 0));
}

void SiteWindow::heard(std::int64_t now_ns, std::int64_t took_ns, const Departure& departure) {
  const std::uint64_t answered = all_.answered.fetch_add(1, kRelaxed);
  change([&](ReleaseWindow& window) { window.heard(now_ns, took_ns, departure, answered); });
}

void SiteWindow::heard_failure(std::int64_t now_ns) {
  all_.answered.fetch_add(1, kRelaxed);
  change([&](ReleaseWindow& window) { window.heard_failure(now_ns); });
}

void SiteWindow::look_for_silence(std::int64_t now_ns) {
  change([&](ReleaseWindow& window) { window.look_for_silence(now_ns); });
}

std::int64_t SiteWindow::patience_ns() const {
  return std::max(all_.patience_ns.load(kRelaxed), kFirstPatienceNs);
}

std::int64_t SiteWindow::width() const {
  if (word_ != 0 && all_.word.load(std::memory_order_acquire) != word_)
    return ReleaseWindow(0).width();
  return std::max<std::int64_t>(all_.width.load(kRelaxed), 1);
}

bool SiteWindow::change(const std::function<void(ReleaseWindow&)>& what) {
  for (int i = 0; i < kTries; ++i) {
    std::int32_t nobody = 0;
    if (!all_.writer.compare_exchange_weak(nobody, pid_, std::memory_order_acquire)) continue;
    Bits bits;
    for (std::size_t word = 0; word < bits.size(); ++word)
      bits[word] = all_.figures[word].load(kRelaxed);
    WindowFigures figures;
    std::memcpy(static_cast<void*>(&figures), &bits, sizeof figures);
    ReleaseWindow window(figures);
    what(window);
    store(window);
    all_.writer.store(0, std::memory_order_release);
    return true;
  }
  return false;
}

void SiteWindow::store(const ReleaseWindow& window) {
  const WindowFigures figures = window.figures();
  Bits bits;
  std::memcpy(&bits, &figures, sizeof bits);
  for (std::size_t word = 0; word < bits.size(); ++word)
    all_.figures[word].store(bits[word], kRelaxed);
  all_.width.store(window.width(), kRelaxed);
  all_.patience_ns.store(window.patience_ns(), kRelaxed);
}

}  // namespace cutover
