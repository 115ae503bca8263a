// SPDX-License-Identifier: Apache-2.0
#include "shared/memory/layout.h"

#include <algorithm>
#include <cstring>

namespace cutover {
namespace {

template <typename Get>
std::int64_t sum_of(const CounterArea& area, std::size_t site, Get get) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < area.count; ++i) total += get(area.slots[i].sites[site]);
  return total;
}

// Those who wait for a place look again within a slice; nobody has to be woken.
void give_back_of(const CounterArea& area, std::int32_t pid) {
  if (area.releases == nullptr) return;
  for (std::size_t site = 0; site < kMaxSites; ++site) {
    std::int32_t writer = pid;
    area.releases[site].writer.compare_exchange_strong(writer, 0);
    area.releases[site].given_back.fetch_add(1);
  }
}

bool has_endless(const EndlessCounts& c) { return c.open[0].load() != 0 || c.open[1].load() != 0; }

void forget(EndlessCounts& c) {
  for (auto& number : c.open) number.store(0);
}

void forget(SiteCounters& c) {
  for (auto* number : {&c.served[0], &c.served[1], &c.held, &c.released, &c.timed_out, &c.shed_held,
                       &c.client_gone, &c.shed, &c.own, &c.self_calls, &c.self_calls_done})
    number->store(0);
  for (auto* number : {&c.in_flight, &c.held_now, &c.releasing, &c.under_way, &c.taken_ns})
    number->store(0);
}

// Who was held when his child died: by what is counted of each once. held_now tells otherwise where
// it died between two counts.
std::uint64_t held_to_the_end(const SiteCounters& c) {
  const std::uint64_t ended =
      c.released.load() + c.timed_out.load() + c.shed_held.load() + c.client_gone.load();
  return c.held.load() - std::min(ended, c.held.load());
}

}  // namespace

CounterArea counter_area(void* at, std::size_t size) {
  auto* first = static_cast<char*>(at);
  return {reinterpret_cast<ChildSlot*>(first + counter_area_size(0)),
          (size - counter_area_size(0)) / sizeof(ChildSlot), reinterpret_cast<SiteStrays*>(first),
          reinterpret_cast<SiteRelease*>(first + kStraysSize)};
}

std::int64_t sum_in_flight(const CounterArea& area, std::size_t site) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < area.count; ++i) {
    const std::int64_t all = area.slots[i].sites[site].in_flight.load(std::memory_order_seq_cst);
    if (all != 0) total += std::max<std::int64_t>(all - left_behind(area.slots[i].notes, site), 0);
  }
  return total;
}

std::int64_t leave_behind(const CounterArea& area, std::size_t site) {
  std::int64_t marked = 0;
  for (std::size_t i = 0; i < area.count; ++i)
    if (area.slots[i].pid.load() != 0) marked += leave_behind(area.slots[i].notes, site);
  return marked;
}

void await_again(const CounterArea& area, const Whose& whose) {
  for (std::size_t i = 0; i < area.count; ++i)
    if (area.slots[i].pid.load() != 0) await_again(area.slots[i].notes, whose);
}

std::int64_t sum_held(const CounterArea& area, std::size_t site) {
  return sum_of(area, site,
                [](const SiteCounters& c) { return c.held_now.load(std::memory_order_seq_cst); });
}

std::int64_t sum_callers(const CounterArea& area, std::size_t site) {
  const auto total = [&](std::atomic<std::uint64_t> SiteCounters::*which) {
    return sum_of(area, site, [which](const SiteCounters& c) {
      return static_cast<std::int64_t>((c.*which).load(std::memory_order_seq_cst));
    });
  };
  const std::int64_t entered = total(&SiteCounters::self_calls);
  const std::int64_t all = sum_in_flight(area, site);
  return all - (entered - total(&SiteCounters::self_calls_done));
}

Counts sum(const CounterArea& area, std::size_t site) {
  constexpr auto kRelaxed = std::memory_order_relaxed;
  Counts total;
  for (std::size_t i = 0; i < area.count; ++i) {
    const SiteCounters& c = area.slots[i].sites[site];
    total.in_flight += c.in_flight.load(kRelaxed);
    total.held_now += c.held_now.load(kRelaxed);
    total.served[0] += c.served[0].load(kRelaxed);
    total.served[1] += c.served[1].load(kRelaxed);
    total.held += c.held.load(kRelaxed);
    total.released += c.released.load(kRelaxed);
    total.timed_out += c.timed_out.load(kRelaxed);
    total.shed_held += c.shed_held.load(kRelaxed);
    total.client_gone += c.client_gone.load(kRelaxed);
    total.shed += c.shed.load(kRelaxed);
    total.own += c.own.load(kRelaxed);
    total.self_calls += c.self_calls.load(kRelaxed);
    total.releasing += c.releasing.load(kRelaxed);
    for (const auto& open : area.slots[i].endless[site].open) total.endless += open.load(kRelaxed);
  }
  if (total.releasing != 0 && area.releases != nullptr)
    total.release_window = area.releases[site].width.load(kRelaxed);
  return total;
}

std::vector<InFlight> in_flight(const CounterArea& area, std::size_t site, std::int64_t now_ns) {
  std::vector<InFlight> found;
  for (std::size_t i = 0; i < area.count; ++i)
    if (area.slots[i].pid.load(std::memory_order_relaxed) != 0)
      add_in_flight(area.slots[i].notes, site, now_ns, found);
  return found;
}

ChildSlot& claim_slot(const CounterArea& area, std::int32_t pid) {
  for (std::size_t i = 0; i + 1 < area.count; ++i) {
    std::int32_t nobody = 0;
    if (area.slots[i].pid.compare_exchange_strong(nobody, pid)) return area.slots[i];
  }
  return area.shared_slot();
}

bool retire_slot(const CounterArea& area, std::int32_t pid) {
  for (std::size_t i = 0; i + 1 < area.count; ++i) {
    ChildSlot& slot = area.slots[i];
    if (slot.pid.load() != pid) continue;
    for (InFlightNote& note : slot.notes) forget(note);  // before the counts, as a request does
    for (SiteCounters& c : slot.sites) {
      c.client_gone.fetch_add(held_to_the_end(c));
      c.held_now.store(0);
      c.in_flight.store(0, std::memory_order_seq_cst);
      c.releasing.store(0);
      c.self_calls_done.store(c.self_calls.load());
      c.under_way.store(0, std::memory_order_seq_cst);
    }
    for (EndlessCounts& c : slot.endless) forget(c);
    give_back_of(area, pid);
    slot.pid.store(0);
    return true;
  }
  return false;
}

std::size_t find_site(const ControlArea& control, std::string_view site) {
  for (std::size_t i = 0; i < kMaxSites; ++i) {
    const SiteControl& c = control.sites[i];
    if (c.used.load(std::memory_order_acquire) != 0 && site == c.name.data()) return i;
  }
  return kMaxSites;
}

std::size_t adopt_site(ControlArea& control, std::string_view site, std::uint64_t first_word,
                       std::int64_t deadline_ns) {
  const std::size_t known = find_site(control, site);
  if (known != kMaxSites || site.size() > kMaxSiteName) return known;
  for (std::size_t i = 0; i < kMaxSites; ++i) {
    SiteControl& c = control.sites[i];
    if (c.used.load(std::memory_order_acquire) != 0) continue;
    c.name.fill('\0');
    std::copy(site.begin(), site.end(), c.name.begin());
    c.withdrawn.store(0);
    c.coordinator.store(0);
    c.close_order.store(0);
    c.deadline_ns.store(deadline_ns);
    c.word.store(first_word);
    c.used.store(1, std::memory_order_release);
    return i;
  }
  return kMaxSites;
}

bool give_back_site(ControlArea& control, const CounterArea& area, std::size_t index) {
  SiteControl& site = control.sites[index];
  site.used.store(0);
  const std::uint32_t gone_since = site.withdrawn.load();
  bool in_use = site.coordinator.load() != 0;
  for (std::size_t i = 0; i < area.count; ++i) {
    const ChildSlot& slot = area.slots[i];
    const SiteCounters& c = slot.sites[index];
    const bool nobodys = i + 1 == area.count;  // the shared one does not say whose it is
    const bool before = nobodys ? slot.configuration.load() != 0
                                : slot.pid.load() != 0 && slot.configuration.load() < gone_since;
    in_use = in_use || before || c.in_flight.load() != 0 || c.held_now.load() != 0 ||
             has_endless(slot.endless[index]);
  }
  if (in_use) {
    site.used.store(1);
    return false;
  }
  for (std::size_t i = 0; i < area.count; ++i) {
    forget(area.slots[i].sites[index]);
    forget(area.slots[i].endless[index]);
  }
  if (area.strays != nullptr)
    std::memset(static_cast<void*>(&area.strays[index]), 0, sizeof(SiteStrays));
  if (area.releases != nullptr)
    std::memset(static_cast<void*>(&area.releases[index]), 0, sizeof(SiteRelease));
  return true;
}

}  // namespace cutover
