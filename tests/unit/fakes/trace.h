// SPDX-License-Identifier: Apache-2.0
// What the fakes were asked to do, in order; and the place where a coordinator can be made to die.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace cutover {

// Thrown out of a port: the coordinator is gone at this very moment.
struct Crash {};

class Trace {
 public:
  // One thing that is done or looked at. `act` carries it out.
  template <typename Act>
  auto step(const std::string& what, Act act) {
    lines_.push_back(what);
    if (crash_before_ == lines_.size()) throw Crash{};
    auto result = act();
    if (after_each_) after_each_();
    if (crash_after_ == lines_.size()) throw Crash{};
    return result;
  }

  std::string text() const {
    std::string all;
    for (const std::string& line : lines_) all += line + "\n";
    return all;
  }
  const std::string& last() const { return lines_.back(); }
  std::size_t size() const { return lines_.size(); }
  bool now_is(std::size_t number) const { return lines_.size() == number; }
  void clear() { lines_.clear(); }

  void crash_before(std::size_t number) { crash_before_ = number; }
  void crash_after(std::size_t number) { crash_after_ = number; }
  void no_crash() { crash_before_ = crash_after_ = 0; }
  void after_each(std::function<void()> look) { after_each_ = std::move(look); }

 private:
  std::vector<std::string> lines_;
  std::size_t crash_before_ = 0;  // numbers of steps, from 1; 0 is never
  std::size_t crash_after_ = 0;
  std::function<void()> after_each_;
};

}  // namespace cutover
