// SPDX-License-Identifier: Apache-2.0
// What MariaDB's answers mean.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "mod_cutover/cutoverd/databases/dialect/dialect.h"
#include "mod_cutover/cutoverd/databases/dialect/gtid_list.h"

namespace cutover::mariadb {

inline constexpr const char* kSelectGtids =
    "SELECT @@global.server_id, @@global.gtid_slave_pos, @@global.gtid_binlog_state, "
    "@@global.log_bin";

struct Gtids {
  ReplicaGtids has;
  bool logs = false;
};

// Of an answer to kSelectGtids.
Reading<Gtids> gtids_in(const Result& answer);
Reading<Writable> writable_by(const std::optional<std::string>& cell);
std::unique_ptr<Standing> standing_by(Reading<Gtids> gtids, Reading<Writable> writable);

}  // namespace cutover::mariadb
