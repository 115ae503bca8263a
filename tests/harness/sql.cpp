// SPDX-License-Identifier: Apache-2.0
// The client library behind SqlConnection.
#include "tests/harness/sql.h"

#include <mysql.h>

#include <mutex>

namespace cutover::harness {

struct SqlConnection::Handle {
  MYSQL mysql;
};

void SqlConnection::Close::operator()(Handle* handle) const {
  mysql_close(&handle->mysql);
  delete handle;
}

SqlConnection::SqlConnection(const SqlLogin& login) {
  static std::once_flag once;  // the library's own first call is not safe between threads
  std::call_once(once, [] { mysql_library_init(0, nullptr, nullptr); });
  handle_.reset(new Handle);
  mysql_init(&handle_->mysql);
  unsigned connect_timeout = 5;
  mysql_options(&handle_->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout);
  mysql_options(&handle_->mysql, MYSQL_OPT_READ_TIMEOUT, &login.read_timeout_s);
  mysql_options(&handle_->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  if (!login.from.empty()) mysql_options(&handle_->mysql, MYSQL_OPT_BIND, login.from.c_str());
  const bool local = !login.socket.empty();
  if (mysql_real_connect(
          &handle_->mysql, local ? nullptr : login.address.c_str(), login.user.c_str(),
          login.password.c_str(), login.schema.empty() ? nullptr : login.schema.c_str(), login.port,
          local ? login.socket.c_str() : nullptr, CLIENT_MULTI_STATEMENTS) == nullptr) {
    fail("log in as " + login.user);
  }
}

void SqlConnection::fail(const std::string& doing) const {
  unsigned code = mysql_errno(&handle_->mysql);
  throw SqlError(code, "SQL error " + std::to_string(code) + ": " + mysql_error(&handle_->mysql) +
                           " (" + doing + ")");
}

SqlConnection::Result SqlConnection::query(const std::string& statement) {
  if (mysql_real_query(&handle_->mysql, statement.data(), statement.size()) != 0) fail(statement);
  Result result;
  for (int more = 0; more == 0; more = mysql_next_result(&handle_->mysql)) {
    std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> rows(
        mysql_store_result(&handle_->mysql), mysql_free_result);
    if (!rows && mysql_field_count(&handle_->mysql) != 0) fail(statement);
    if (!rows) continue;
    unsigned columns = mysql_num_fields(rows.get());
    result = {};
    for (unsigned i = 0; i < columns; ++i) {
      result.names.emplace_back(mysql_fetch_field_direct(rows.get(), i)->name);
    }
    while (MYSQL_ROW row = mysql_fetch_row(rows.get())) {
      unsigned long* lengths = mysql_fetch_lengths(rows.get());
      Row& cells = result.rows.emplace_back(columns);
      for (unsigned i = 0; i < columns; ++i) {
        if (row[i] != nullptr) cells[i] = std::string(row[i], lengths[i]);
      }
    }
  }
  if (mysql_errno(&handle_->mysql) != 0) fail(statement);
  return result;
}

std::vector<Row> SqlConnection::execute(const std::string& statement) {
  return query(statement).rows;
}

Cell SqlConnection::value(const std::string& statement) {
  std::vector<Row> rows = execute(statement);
  return rows.empty() ? Cell{} : rows[0].at(0);
}

std::int64_t SqlConnection::number(const std::string& statement) {
  Cell cell = value(statement);
  if (!cell) throw std::runtime_error("no number from: " + statement);
  return std::stoll(*cell);
}

std::vector<NamedRow> SqlConnection::named(const std::string& statement) {
  Result result = query(statement);
  std::vector<NamedRow> rows;
  for (const Row& row : result.rows) {
    NamedRow& named = rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) named[result.names[i]] = row[i];
  }
  return rows;
}

}  // namespace cutover::harness
