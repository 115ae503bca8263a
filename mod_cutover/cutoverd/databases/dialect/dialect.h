// SPDX-License-Identifier: Apache-2.0
// What MariaDB and MySQL say differently: one small interface, found from the server's version.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mod_cutover/cutoverd/databases/session/connection.h"
#include "shared/protocol/file_position.h"

namespace cutover {

struct Identity {
  std::uint64_t server_id = 0;
  std::string uuid;  // MySQL alone has one
};

// kPartly: MySQL's read_only without super_read_only; neither closed to all nor open to all.
enum class Writable : std::uint8_t { kYes, kPartly, kNo };

struct Channel {
  std::string name;
  std::string io;   // Yes, No, Connecting
  std::string sql;  // Yes, No
  Identity source;
  std::string log;  // the source's file that is read; MariaDB: empty before the first event comes
  std::string host;
  std::string port;
  std::string by_gtid;               // MariaDB's Using_Gtid: No, Slave_Pos or Current_Pos
  std::optional<LogPlace> executed;  // in the source's log: all before it is applied
  std::string error;
  std::optional<std::int64_t> seconds_behind;

  bool running() const { return io == "Yes" && sql == "Yes"; }
};

// A link that is to be built: the address and account of its source.
struct LinkSource {
  std::string host;
  unsigned port = 3306;
  std::string user;
  std::string password;
  bool tls = false;
  std::string ca;  // empty: the source's certificate is not verified
};

// What a server said by one statement: all of one moment, and enough for a look at rest. Most
// are questions of a Dialect, too, each of which asks the server by itself.
class Standing {
 public:
  virtual ~Standing() = default;
  virtual Reading<Writable> writable() const = 0;
  virtual Reading<Position> position() const = 0;
  virtual Reading<bool> has_applied(const Position& position) const = 0;
  virtual Reading<Position> own_beyond(const Position& position) const = 0;
  // The own writes in `position` that the server lacks.
  virtual Reading<Position> own_lacking(const Position& position) const = 0;
};

// A statement in all the spellings that some version wants.
using Spellings = std::vector<std::string>;

class Dialect {
 public:
  virtual ~Dialect() = default;
  virtual bool is_mariadb() const = 0;

  virtual Reading<Identity> identity(Connection& server, Deadline deadline) const = 0;
  virtual Reading<std::unique_ptr<Standing>> standing(Connection& server,
                                                      Deadline deadline) const = 0;
  virtual Reading<Writable> writable(Connection& server, Deadline deadline) const = 0;
  virtual Reading<Position> position(Connection& server, Deadline deadline) const = 0;
  virtual Reading<bool> has_applied(Connection& server, const Position& position,
                                    Deadline deadline) const = 0;
  virtual Answer wait_applied(Connection& server, const Position& position, Nanos slice) const = 0;
  // The own writes that `position` lacks, as a GTID list: empty when there are none.
  virtual Reading<Position> own_beyond(Connection& server, const Position& position,
                                       Deadline deadline) const = 0;

  // The command that prints, from the binary log, what is in `beyond` and not in `from`.
  virtual std::string dump_command(const Position& from, const Position& beyond) const = 0;

  // The rows of SHOW REPLICA STATUS, one a channel.
  virtual Result replica_status(Connection& server, Deadline deadline) const = 0;
  virtual bool same_server(const Identity& a, const Identity& b) const = 0;
  // Whether it is replicated from or into this server by file and offset; nothing where it does not
  // tell. MySQL's position of everything needs gtid_mode=ON, MariaDB tells by a link alone.
  virtual std::optional<bool> goes_by_file(Connection& server, Deadline deadline) const = 0;

  virtual std::string fence() const = 0;
  virtual std::string unfence() const = 0;
  // Stop and forget what replicates over a channel, in this order.
  virtual std::vector<Spellings> forget(const std::string& channel) const = 0;
  // Begin to replicate from `source` at `position`, in this order; the last one starts it. By file:
  // its first place is the one in the log of the source.
  virtual std::vector<Spellings> link(const LinkSource& source, const Position& position) const = 0;
  // One channel: its applier stopped; only its receiver started; both started.
  virtual Spellings stop_applying(const std::string& channel) const = 0;
  virtual Spellings receive(const std::string& channel) const = 0;
  virtual Spellings start(const std::string& channel) const = 0;
  // Ends what a channel without an applier receives, so that receive() begins at `position`; where
  // that is empty, where it stood.
  virtual std::vector<Spellings> renew(const std::string& channel,
                                       const Position& position) const = 0;
  // Makes the state of read_only outlive a restart; empty where the server has no such statement.
  virtual std::string persist(bool read_only) const = 0;
  // Takes that back; none where there is nothing to be taken back.
  virtual std::vector<std::string> forget_persisted() const = 0;
};

std::unique_ptr<Dialect> mariadb_dialect();
std::unique_ptr<Dialect> mysql_dialect();
std::unique_ptr<Dialect> dialect_of(const std::string& server_version);

// A whole number; 0, which no server has, for what is none.
std::uint64_t server_id_in(const std::optional<std::string>& cell);

// The channels of a replica_status() result.
std::vector<Channel> channels_of(const Rows& status);

// As positions by file name a server; empty for one that is not known.
std::string place_key(const Identity& identity);

// Why a position that stands in the journal or comes from a caller is none: an empty one would pass
// for reached with both vendors.
inline constexpr const char* kEmptyPosition = "an empty position cannot be waited for";

}  // namespace cutover
