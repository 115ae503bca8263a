// SPDX-License-Identifier: Apache-2.0
// The files in CutoverStateDir.
#pragma once

#include <string>

namespace cutover {

inline std::string journal_path(const std::string& dir, const std::string& site) {
  return dir + "/" + site + ".journal";
}
inline std::string strays_path(const std::string& dir, const std::string& site) {
  return dir + "/" + site + ".strays";
}
inline std::string owners_path(const std::string& dir, const std::string& site) {
  return dir + "/" + site + ".owners";
}
inline std::string armed_path(const std::string& dir, const std::string& site) {
  return dir + "/" + site + ".armed";
}
inline std::string verify_path(const std::string& dir, const std::string& site) {
  return dir + "/" + site + ".verify";
}
inline std::string lock_path(const std::string& dir) { return dir + "/cutoverd.lock"; }
inline std::string httpd_lock_path(const std::string& dir) { return dir + "/httpd.lock"; }
inline std::string socket_path(const std::string& dir) { return dir + "/control.sock"; }
// Root's own door: who may not open it cannot stand in front of it.
inline std::string root_socket_path(const std::string& dir) { return dir + "/root.sock"; }
inline std::string events_path(const std::string& dir) { return dir + "/events.jsonl"; }

}  // namespace cutover
