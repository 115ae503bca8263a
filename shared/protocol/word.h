// SPDX-License-Identifier: Apache-2.0
// The one word that every worker reads for every request: who serves, what a held request does at
// its deadline, and an epoch that grows with each store so that a sleeper compares levels and
// never waits for an edge that it missed.
#pragma once

#include <cstdint>
#include <string_view>

#include "shared/protocol/side.h"

namespace cutover {

enum class Mode : std::uint8_t { kOld, kNew, kHold };
enum class AtDeadline : std::uint8_t { kOld, kNew, kRefuse };

struct Word {
  Mode mode = Mode::kHold;
  AtDeadline at_deadline = AtDeadline::kRefuse;
  std::uint64_t epoch = 0;  // 60 bits
  // The side of `mode` serves all but requests that are known to take long: these are held as in a
  // hold for that side. Never with kHold.
  bool quieting = false;
  // Of a seal: old served when the run that sealed began to hold. False where that is not known.
  bool old_leaves = false;

  friend constexpr bool operator==(const Word&, const Word&) = default;
};

// Bits 0-1 mode, 2-3 at_deadline (3 beside a side: quieting; 3 beside a hold: a seal that old
// leaves by), 4-63 epoch. The low 32 bits change with every store (28 bits of the epoch are in
// them), which is what a futex can wait on.
constexpr std::uint64_t encode(Word w) {
  const bool marked = w.quieting || w.old_leaves;
  const std::uint64_t at = marked ? 3 : static_cast<std::uint64_t>(w.at_deadline);
  return static_cast<std::uint64_t>(w.mode) | at << 2 | w.epoch << 4;
}

// A bit pattern that nobody stores reads as hold / refuse: unknown is never "serve", and never a
// side.
constexpr Word decode(std::uint64_t bits) {
  const auto mode = bits & 3;
  const auto at = bits >> 2 & 3;
  if (mode <= 1 && at == 3)
    return {static_cast<Mode>(mode), static_cast<AtDeadline>(mode), bits >> 4, true};
  return {mode > 1 ? Mode::kHold : static_cast<Mode>(mode),
          at > 1 ? AtDeadline::kRefuse : static_cast<AtDeadline>(at), bits >> 4, false,
          mode == static_cast<std::uint64_t>(Mode::kHold) && at == 3};
}

constexpr Word serving(Side side, std::uint64_t epoch) {
  return side == Side::kOld ? Word{Mode::kOld, AtDeadline::kOld, epoch}
                            : Word{Mode::kNew, AtDeadline::kNew, epoch};
}

constexpr Word quieting_at(Side side, std::uint64_t epoch) {
  Word w = serving(side, epoch);
  w.quieting = true;
  return w;
}

// Nobody who is held waits for a side to be decided.
constexpr bool is_decided(const Word& w) { return w.mode != Mode::kHold && !w.quieting; }

// Held; nothing irrevocable has been sent, so a worker may let its request go to `side` by itself.
constexpr Word holding_for(Side side, std::uint64_t epoch) {
  return {Mode::kHold, side == Side::kOld ? AtDeadline::kOld : AtDeadline::kNew, epoch};
}

// Held; no side may be chosen by a worker, a request whose time is up gets 503.
constexpr Word sealed(std::uint64_t epoch) { return {Mode::kHold, AtDeadline::kRefuse, epoch}; }

// What follows `before`: a seal keeps in mind which side the hold was for.
constexpr Word next_word(const Word& before, Mode mode, AtDeadline at) {
  Word next{mode, at, before.epoch + 1};
  next.old_leaves = mode == Mode::kHold && at == AtDeadline::kRefuse &&
                    before.mode == Mode::kHold && before.at_deadline == AtDeadline::kOld;
  return next;
}

// Old serves, or did until a run that leads to new began to hold: whoever looks at new beforehand
// (CutoverPreview) is led there.
constexpr bool lets_preview(const Word& w) {
  return w.mode == Mode::kOld ||
         (w.mode == Mode::kHold && (w.at_deadline == AtDeadline::kOld || w.old_leaves));
}

// A drain, or the quieting before it: some or all are held, and nothing irrevocable has been sent.
constexpr bool lets_own_through(const Word& w) {
  return w.quieting || (w.mode == Mode::kHold && w.at_deadline != AtDeadline::kRefuse);
}

// Of a word that names one for the deadline.
constexpr Side side_at_deadline(const Word& w) {
  return w.at_deadline == AtDeadline::kNew ? Side::kNew : Side::kOld;
}

constexpr std::string_view name(Mode m) {
  switch (m) {
    case Mode::kOld:
      return "old";
    case Mode::kNew:
      return "new";
    case Mode::kHold:
      return "hold";
  }
  return "hold";
}

}  // namespace cutover
