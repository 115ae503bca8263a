// SPDX-License-Identifier: Apache-2.0
// One site's word in shared memory, as its single writer sees it.
#pragma once

#include <unistd.h>

#include "mod_cutover/state/pulse.h"
#include "mod_cutover/state/shared_memory.h"
#include "shared/protocol/ports.h"

namespace cutover {

class WordStore : public StateStore {
 public:
  // `configuration` is the number of the one that this coordinator was started with.
  WordStore(ControlArea& control, CounterArea counters, std::size_t site,
            std::uint32_t configuration = 0, std::atomic<std::uint32_t>* takeover = nullptr)
      : control_(control.sites[site]),
        counters_(counters),
        site_(site),
        configuration_(configuration),
        takeover_(takeover) {}

  // The deadline first: whoever sees the new word must see its deadline (protocol, rule 13).
  void set(Mode mode, AtDeadline at_deadline, Nanos deadline) override {
    const Word now = decode(control_.word.load());
    control_.deadline_ns.store(deadline.count());
    control_.word.store(encode(next_word(now, mode, at_deadline)));
    wake_all(control_.word);
  }
  // The kinds first: whoever sees the new word must see them.
  void hold_slow(Side serving, const std::vector<std::uint64_t>& kinds, Nanos deadline) override {
    publish(control_.slow, kinds);
    const Word now = decode(control_.word.load());
    if (now.quieting) return;
    control_.deadline_ns.store(deadline.count());
    control_.word.store(encode(quieting_at(serving, now.epoch + 1)));
    wake_all(control_.word);
  }
  Word word() const override { return decode(control_.word.load()); }
  std::int64_t in_flight() const override { return sum_in_flight(counters_, site_); }
  std::int64_t leave_behind() override { return cutover::leave_behind(counters_, site_); }
  void await_again(Side side) override { cutover::await_again(counters_, {site_, side}); }
  std::int64_t endless(Side side) const override { return sum_endless(counters_, site_, side); }
  void close_endless(Side leaving) override {
    order_close(control_, leaving);
    wake_all(control_.word);
  }
  Counts counts() const override { return sum(counters_, site_); }
  std::vector<InFlight> requests_in_flight() const override {
    return cutover::in_flight(counters_, site_, monotonic_ns());
  }
  bool withdrawn() const override {
    // A read-modify-write, which no processor lets overtake the record that was written before.
    if (takeover_ != nullptr && takeover_->fetch_add(0) != 0) return true;
    return control_.withdrawn.fetch_add(0) > configuration_;
  }
  const SiteStrays* strays() const {
    return counters_.strays == nullptr ? nullptr : counters_.strays + site_;
  }
  void beat() override { cutover::beat(); }
  const SiteControl& control() const { return control_; }

  // The thread that has the site: it beats there, and says whose it is.
  class Kept {
   public:
    explicit Kept(const WordStore& store)
        : control_(store.control_), beating_(&control_.heartbeat_ns) {
      control_.coordinator.store(::getpid());
    }
    ~Kept() { control_.coordinator.store(0); }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;

   private:
    SiteControl& control_;
    const Beating beating_;
  };

 private:
  SiteControl& control_;
  CounterArea counters_;
  std::size_t site_;
  std::uint32_t configuration_;
  std::atomic<std::uint32_t>* takeover_;  // set, as `withdrawn`, by a module of another version
};

}  // namespace cutover
