// SPDX-License-Identifier: Apache-2.0
// Loopback ports that nobody uses, neither on this machine nor in a test program beside this one.
#pragma once

#include <cstdint>
#include <string>

namespace cutover::harness {

// Reserved against other callers in every process until this process ends.
std::uint16_t free_port(const std::string& address = "127.0.0.1");

bool accepts_connections(const std::string& address, std::uint16_t port);

}  // namespace cutover::harness
