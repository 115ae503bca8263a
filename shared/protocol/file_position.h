// SPDX-License-Identifier: Apache-2.0
// A position by file and offset, for servers that replicate without GTIDs: where one server's
// binary log ends, and how far it has applied the other's.
//
//   file:SERVER@FILE:OFFSET,SERVER@FILE:OFFSET
//
// The first place is in the log of the server that was asked. It is a text of its own kind: what is
// no such text is a position by GTIDs.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/protocol/readings.h"

namespace cutover {

struct LogPlace {
  std::string file;
  std::uint64_t offset = 0;

  friend bool operator==(const LogPlace&, const LogPlace&) = default;
};

// By the number of the file, then by the offset. Logs of two names cannot be compared.
std::partial_ordering operator<=>(const LogPlace& a, const LogPlace& b);

struct ServerPlace {
  std::string server;  // its identity: MySQL's server_uuid, MariaDB's server_id
  LogPlace place;

  friend bool operator==(const ServerPlace&, const ServerPlace&) = default;
};

using Places = std::vector<ServerPlace>;

bool is_by_file(std::string_view position);
// None for a position by GTIDs, and for what cannot be read.
Places places_in(std::string_view position);
// Empty where one of them cannot be written down.
Position by_file(const Places& places);

std::optional<LogPlace> place_of(const Position& position, const std::string& server);
// `position` with that place in it, whatever it had of that server.
Position with_place(const Position& position, const ServerPlace& place);
// The place in the log of the server that was asked, alone.
Position own_place(const Position& position);
// `position` and those places of `more` whose server it does not know. One by GTIDs says all.
Position completed(const Position& position, const Position& more);
// The same, and of a server that both know the later place.
Position furthest(const Position& position, const Position& other);
// Whether the server that was asked for `now` has written nothing since `then`.
bool stands_at(const Position& now, const Position& then);
// Whether `now`, where that is not empty, is another position than `then` and worth a record. By
// file it moves with each write that is replicated: what lies between two records is read again by
// a successor, and must not be purged by then.
bool goes_further(const Position& then, const Position& now);

}  // namespace cutover
