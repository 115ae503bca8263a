// SPDX-License-Identifier: Apache-2.0
// What an administrator does by hand.
#pragma once

#include <optional>
#include <string>

#include "tests/faults/scene.h"

namespace cutover::faults {

class Person {
 public:
  explicit Person(Scene& scene) : scene_(scene) {}

  // Past the product, at the server itself.
  void set_read_only(const std::string& side, bool on);
  // Gives the roles back that the databases are to have while `side` serves.
  void put_right(const std::string& side);
  // `resolve SIDE --other-is-down` until it is so, and `side` serves visitors. Empty, or what is
  // wrong.
  std::string resolve_without_the_other(const std::string& side);

 private:
  Scene& scene_;
};

}  // namespace cutover::faults
