// SPDX-License-Identifier: Apache-2.0
#include "mod_cutover/cutoverd/control/shares.h"

#include <sys/socket.h>

#include <algorithm>

namespace cutover {

bool Shares::enter(uid_t uid, int connection) {
  const Lock lock(mutex_);
  const auto taken = std::ranges::count(places_, uid, &Place::uid);
  if (static_cast<std::size_t>(taken) >= kPlaces) return false;
  places_.push_back({connection, uid, false});
  return true;
}

void Shares::leave(int connection) {
  const Lock lock(mutex_);
  std::erase_if(places_, [&](const Place& p) { return p.connection == connection; });
}

bool Shares::watches(int connection) {
  const Lock lock(mutex_);
  const auto mine = std::ranges::find(places_, connection, &Place::connection);
  if (mine == places_.end()) return false;
  const auto others = std::ranges::count_if(
      places_, [&](const Place& p) { return p.uid == mine->uid && p.watches; });
  if (static_cast<std::size_t>(others) >= kWatches) return false;
  mine->watches = true;
  return true;
}

Mutex& Shares::turn_of(uid_t uid) {
  const Lock lock(mutex_);
  return turns_[uid];
}

bool Shares::empty() const {
  const Lock lock(mutex_);
  return places_.empty();
}

void Shares::end_all() const {
  const Lock lock(mutex_);
  for (const Place& place : places_) ::shutdown(place.connection, SHUT_RDWR);
}

}  // namespace cutover
