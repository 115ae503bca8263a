// SPDX-License-Identifier: Apache-2.0
// The port Replication on two real servers. One thread, the site's own, calls it.
#pragma once

#include <array>
#include <optional>

#include "mod_cutover/cutoverd/databases/binlog/file_log.h"
#include "mod_cutover/cutoverd/databases/binlog/own_log.h"
#include "mod_cutover/cutoverd/databases/server/server.h"
#include "mod_cutover/cutoverd/databases/server/who_is_busy.h"
#include "shared/protocol/ports.h"
#include "shared/protocol/settings.h"

namespace cutover {

class RealReplication final : public Replication {
 public:
  RealReplication(const SiteSettings& site, const ConnectOptions& old_options,
                  const ConnectOptions& new_options, const Claim& claim);

  Reading<Position> position(Side server) override;
  Reading<bool> read_only(Side server) override;
  Reading<bool> has_applied(Side server, const Position& position) override;
  Reading<OwnWrites> own_writes(Side server, const Position& position) override;
  std::unique_ptr<Glance> glance(Side server) override;
  Reading<Position> lost(Side server, const Position& position) override;
  Reading<LinkState> link_into(Side replica) override;
  Reading<ServerLife> life(Side server) override;
  Reading<std::optional<Served>> remembered(Side server, const ServerPair& pair) override;
  Reading<Missing> missing(Side server) override;
  Answer unlocked(Side server, Nanos limit) override;
  Reading<std::vector<std::string>> busy(Side server, Nanos limit) override;
  Answer lets_in(Side server, Nanos limit) override;
  std::vector<Check> preflight(Direction direction, const Position& baseline) override;

  Answer take_command(Nanos limit) override;
  Answer take_command(Side server, Nanos limit) override;
  void leave_command() override;
  Answer fence(Side server, Nanos limit) override;
  Answer unfence(Side server, Nanos limit) override;
  Answer wait_applied(Side server, const Position& position, Nanos slice) override;
  Answer promote(Side server, Nanos limit) override;
  Answer sever(Side replica, Nanos limit) override;
  Answer arm_way_back(Side replica, const Position& position, Nanos limit) override;
  Answer stop_applying(Side writer, Nanos limit) override;
  Answer renew_link(Side writer, const Position& settled, Nanos limit) override;
  Answer resume_link(Side replica, Nanos limit) override;
  Answer persist_roles(Side writer, Nanos limit) override;
  Answer remember(Side server, const ServerPair& pair, const Served& served, Nanos limit) override;
  Answer clear(Side server, const ServerPair& pair, Nanos limit) override;
  Reading<std::vector<Sending>> would_send(const std::vector<Act>& acts) override;

 private:
  class OneAnswer;  // a Glance

  Server& at(Side side) { return servers_[side == Side::kOld ? 0 : 1]; }
  OwnLog& log_of(Side side) { return own_logs_[side == Side::kOld ? 0 : 1]; }
  FileLog& file_log_of(Side side) { return file_logs_[side == Side::kOld ? 0 : 1]; }

  // Whether the two replicate by file and offset: as a link last said, whether it is there or not.
  // Of a position that is given its own text tells.
  bool go_by_file(Side asked, Deadline deadline);
  void ask_kind(Side side, Deadline deadline);
  void learn_kind(Side side, const std::vector<Channel>& channels);
  Reading<std::unique_ptr<Standing>> by_file(Side side, Deadline deadline);
  // Of the kind that `position` is of.
  Reading<std::unique_ptr<Standing>> standing_for(Side side, const Position& position,
                                                  Deadline deadline);
  Reading<Missing> missing_by_file(Side writer, const Position& has);
  Reading<OwnWrites> own_by_file(Side side, const Position& position, Deadline deadline);
  // Where in the other's log a link into `replica` begins.
  Reading<Position> start_by_file(Server& replica, const Position& position, Deadline deadline);

  Reading<bool> closed(Side side, const Reading<Writable>& writable);
  // Sends it, proves it by reading back. `how` names it in the answer.
  Answer set_writable(Side side, Writable wanted, Deadline deadline);
  Answer settle(Server& server, const Commanded& sent, Writable wanted);
  // Does `replica` replicate from the other, as its status says (whether it runs or not)?
  Reading<bool> replicates_from_other(Side replica, Deadline deadline);
  Answer forget_source(Server& server, Deadline deadline);
  Answer build_link(Server& replica, const Position& position, Deadline deadline);
  Reading<Position> start_by_gtids(const Server& replica, const Position& position);
  Answer forget_half_built(Server& replica, const Position& position, Deadline deadline);
  Answer await_link(Side replica, Deadline deadline);
  // The channels of `side` that come from the other, or have not met their source yet.
  Reading<std::vector<Channel>> channels_from_other(Side side, Deadline deadline);
  Reading<std::vector<Channel>> all_channels(Server& server, Deadline deadline);
  std::vector<Channel> those_from_other(Side side, std::vector<Channel> channels);
  // Each in command, the first that fails ends it.
  Answer send(Server& server, const std::vector<Spellings>& steps, const char* what,
              Deadline deadline);
  Answer begin_anew(Side writer, const Channel& channel, const Position& given_up,
                    Deadline deadline);
  Answer move_to_present(Side writer, const Channel& channel, const Position& given_up,
                         Deadline deadline);
  Answer receive(Side replica, const Channel& channel, Deadline deadline);
  // What acts send, in order: by them, and by who is told of it (telling.cpp).
  static std::vector<Spellings> steps_to_set(const Dialect& dialect, Writable wanted, Nanos limit);
  static std::vector<Spellings> steps_to_forget(const Dialect& dialect,
                                                const std::vector<Channel>& channels);
  static std::vector<Spellings> steps_to_stop(const Dialect& dialect,
                                              const std::vector<Channel>& channels);
  std::string role_kept(const Server& server, Side writer) const;
  static std::vector<Spellings> steps_to_remember(const ServerPair& pair, const Served& served);
  static std::vector<Spellings> steps_to_make_table(Side server);
  Result ask_row(Side side, const ServerPair& pair, Deadline deadline);
  bool lacks_table(Side side, const ServerPair& pair, Deadline deadline);
  // Both sides' channels, as they are or as the acts before will have left them.
  using Links = std::array<std::vector<Channel>, 2>;
  std::vector<Channel> from_other_in(const Links& links, Side side);
  std::vector<Spellings> steps_to_arm(Side replica, const Position& position, const Links& links);
  std::vector<Spellings> steps_to_renew(Side writer, const Links& links);
  std::vector<Spellings> steps_of(const Act& act, const Links& links, Deadline deadline);
  void foresee(const Act& act, Links& links);
  static Answer can_be_linked_to(const Server& source);
  Answer forget_the_other(Server& server, const std::string& other_server, Deadline deadline);
  Answer forget_persisted(Server& server, Deadline deadline);
  Answer forget_row(Server& server, const ServerPair& pair, Deadline deadline);

  SiteSettings site_;
  std::array<Server, 2> servers_;
  std::array<WhoIsBusy, 2> busy_;
  std::array<OwnLog, 2> own_logs_;
  std::array<FileLog, 2> file_logs_;
  std::array<std::optional<bool>, 2> by_file_;  // what each server last said
  std::array<std::chrono::steady_clock::time_point, 2> ask_kind_at_{};
  std::array<std::optional<bool>, 2> back_link_;  // last seen: that side replicates from the other
};

}  // namespace cutover
