// SPDX-License-Identifier: Apache-2.0
// What the two vendors share: which one it is, and the columns of the replica's status.
#include "mod_cutover/cutoverd/databases/dialect/dialect.h"

#include <charconv>

#include "shared/words/without_values.h"

namespace cutover {
namespace {

std::optional<std::int64_t> number(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  if (!text || text->empty()) return std::nullopt;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{} || stop != text->data() + text->size()) return std::nullopt;
  return value;
}

std::optional<LogPlace> place_at(const Rows& rows, std::size_t row) {
  const std::string file = rows.text(row, {"Relay_Source_Log_File", "Relay_Master_Log_File"});
  const auto offset = number(rows.get(row, {"Exec_Source_Log_Pos", "Exec_Master_Log_Pos"}));
  if (file.empty() || !offset || *offset <= 0) return std::nullopt;
  return LogPlace{file, static_cast<std::uint64_t>(*offset)};
}

std::string last_error(const Rows& rows, std::size_t row) {
  const std::string io = rows.text(row, {"Last_IO_Error"});
  const std::string sql = error_without_values(rows.text(row, {"Last_SQL_Error"}));
  return io.empty() || sql.empty() ? io + sql : io + "; " + sql;
}

}  // namespace

std::unique_ptr<Dialect> dialect_of(const std::string& server_version) {
  return server_version.find("MariaDB") != std::string::npos ? mariadb_dialect() : mysql_dialect();
}

std::uint64_t server_id_in(const std::optional<std::string>& cell) {
  const auto id = number(cell);
  return id && *id > 0 ? static_cast<std::uint64_t>(*id) : 0;
}

std::string place_key(const Identity& identity) {
  if (!identity.uuid.empty() || identity.server_id == 0) return identity.uuid;
  return std::to_string(identity.server_id);
}

std::vector<Channel> channels_of(const Rows& rows) {
  std::vector<Channel> channels;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Channel c;
    c.name = rows.text(i, {"Channel_Name", "Connection_name"});
    c.io = rows.text(i, {"Replica_IO_Running", "Slave_IO_Running"});
    c.sql = rows.text(i, {"Replica_SQL_Running", "Slave_SQL_Running"});
    c.log = rows.text(i, {"Source_Log_File", "Master_Log_File"});
    c.host = rows.text(i, {"Source_Host", "Master_Host"});
    c.port = rows.text(i, {"Source_Port", "Master_Port"});
    c.source.uuid = rows.text(i, {"Source_UUID", "Master_UUID"});
    c.source.server_id = server_id_in(rows.get(i, {"Source_Server_Id", "Master_Server_Id"}));
    c.seconds_behind = number(rows.get(i, {"Seconds_Behind_Source", "Seconds_Behind_Master"}));
    c.by_gtid = rows.text(i, {"Using_Gtid"});
    c.executed = place_at(rows, i);
    c.error = last_error(rows, i);
    if (!c.host.empty()) channels.push_back(std::move(c));
  }
  return channels;
}

}  // namespace cutover
