// SPDX-License-Identifier: Apache-2.0
// A Unix socket on which lines of JSON go to and fro, and who is at its other end.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <atomic>
#include <optional>
#include <string>

#include "mod_cutover/state/fd.h"
#include "mod_cutover/wire/json.h"

namespace cutover {

// Binds the socket while still root, replacing what a predecessor left. `mode`: who may connect.
// Empty with `error`.
Fd listen_at(const std::string& path, mode_t mode, std::string& error);

// One line from the peer; empty when it sends none in time, too long a one, or when we stop.
std::string read_line(int fd, const std::atomic<bool>& stopping);
// False when the peer has gone, or has not read all of it in as long as it may take to ask.
bool send_line(int fd, const nlohmann::json& message);
// To one that has just come and gets nothing else: waits for nothing.
void turn_away(int fd, const nlohmann::json& message);

// The process that has connected.
std::optional<ucred> peer_of(int fd);
// "uid N" where it has no name.
std::string user_name(uid_t uid);

}  // namespace cutover
