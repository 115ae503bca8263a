// SPDX-License-Identifier: Apache-2.0
// One visitor of the fantasy team picker: one browser, one request at a time.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "tests/harness/http_client.h"
#include "tests/harness/ledger.h"

namespace cutover::harness {

class Visitor {
 public:
  Visitor(const std::string& address, std::uint16_t port, std::string name);

  // From now on.
  void keep_no_connection() { client_.always_send("Connection", "close"); }
  // Makes the account; throws if that does not work.
  void sign_up();
  // One more step of a visit: mostly reads, now and then a write, rarely out and in again.
  void step(double write_share);

  const Experience& experience() const { return experience_; }

 private:
  enum class Seen { kPage, kLoggedOut, kFailure };

  void log_in();
  void log_out_and_in();
  void read(const std::string& path);
  void write();
  bool knows_me(const HttpResponse& response) const;
  Seen judge(const HttpResponse& response, int expected, const std::string& doing);
  HttpResponse timed_get(const std::string& path);
  HttpResponse timed_post(const std::string& path, std::map<std::string, std::string> form,
                          const HttpHeaders& headers = {});
  void name_request();
  void note_wait(std::int64_t began_ns);
  void take_token(const HttpResponse& page);
  std::uint64_t up_to(std::uint64_t limit);

  HttpClient client_;
  std::string name_;
  std::string token_;
  std::string run_;
  std::uint64_t writes_ = 0;
  std::uint64_t named_ = 0;
  bool logged_in_ = false;
  Experience experience_;
  std::mt19937_64 random_;
};

}  // namespace cutover::harness
