// SPDX-License-Identifier: Apache-2.0
// What MySQL's answers mean.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

namespace cutover::mysql {

// The server breaks a long set into lines.
std::string one_line(std::string text);
// Only what looks like a set goes into a statement.
bool is_set(const Position& position);

Reading<Writable> writable_by(const std::optional<std::string>& read_only,
                              const std::optional<std::string>& super_read_only);
Reading<Position> position_by(const std::optional<std::string>& executed,
                              const std::optional<std::string>& gtid_mode);

inline constexpr const char* kSelectStanding =
    "SELECT @@global.gtid_executed, @@global.gtid_mode, @@global.server_uuid, "
    "@@global.read_only, @@global.super_read_only";
std::unique_ptr<Standing> standing_in(const Rows& answer);

}  // namespace cutover::mysql
