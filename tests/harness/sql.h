// SPDX-License-Identifier: Apache-2.0
// A connection to a database server, for tests: text in, rows out, an exception on every error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cutover::harness {

using Cell = std::optional<std::string>;  // nothing = NULL
using Row = std::vector<Cell>;
using NamedRow = std::map<std::string, Cell>;

class SqlError : public std::runtime_error {
 public:
  SqlError(unsigned code, const std::string& text) : std::runtime_error(text), code_(code) {}
  unsigned code() const { return code_; }

 private:
  unsigned code_;
};

struct SqlLogin {
  std::string address;  // unused where socket is set
  std::uint16_t port = 0;
  std::filesystem::path socket;
  std::string user;
  std::string password;
  std::string schema;
  unsigned read_timeout_s = 30;
  std::string from;  // the address to come from; empty: whichever
};

// One thread at a time.
class SqlConnection {
 public:
  explicit SqlConnection(const SqlLogin& login);

  std::vector<Row> execute(const std::string& statement);
  // The first cell of the first row; nothing where there is no row or it is NULL.
  Cell value(const std::string& statement);
  std::int64_t number(const std::string& statement);
  // By column name, for SHOW statements.
  std::vector<NamedRow> named(const std::string& statement);

 private:
  struct Handle;  // the library's own, whichever library it is
  struct Close {
    void operator()(Handle* handle) const;
  };
  struct Result {
    std::vector<std::string> names;
    std::vector<Row> rows;
  };
  Result query(const std::string& statement);
  [[noreturn]] void fail(const std::string& doing) const;

  std::unique_ptr<Handle, Close> handle_;
};

}  // namespace cutover::harness
