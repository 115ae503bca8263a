// SPDX-License-Identifier: Apache-2.0
// DNS, as /etc/resolv.conf has it. What /etc/hosts says of a name is of no use here: no visitor
// reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "shared/protocol/ports.h"

namespace cutover {

// One thread at a time. A resolver that is silent costs two seconds at most.
class Resolver : public NameServer {
 public:
  Resolver() = default;
  // A name server at this port of the loopback.
  explicit Resolver(std::uint16_t port) : port_(port) {}

  Reading<NameEntry> look_up(const std::string& name) override;
  bool is_here(const std::string& address) override;

 private:
  std::optional<std::uint16_t> port_;
};

}  // namespace cutover
