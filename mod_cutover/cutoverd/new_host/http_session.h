// SPDX-License-Identifier: Apache-2.0
// A question by HTTP, by libcurl. It follows no redirect, knows no proxy, no netrc and no cookie
// but the one it is given, and speaks http and https alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shared/pages/answer.h"
#include "shared/protocol/ports.h"

namespace cutover {

inline constexpr std::size_t kLargestBody = 1024 * 1024;
inline constexpr std::size_t kMostCookies = 100;

struct HttpQuestion {
  enum class Method : std::uint8_t { kGet, kHead, kConnect };  // kConnect: TLS included, no more
  // What of the other's certificate is verified.
  enum class Trust : std::uint8_t { kNothing, kName, kAuthority };

  std::string url;
  std::string connect_to;  // HOST:PORT in place of the URL's own
  Method method = Method::kGet;
  std::vector<std::string> headers;
  std::string cookies;
  Trust trust = Trust::kNothing;
  std::string authority;  // a file of certificates in place of the system's
  Nanos limit{0};         // for each question
  Nanos to_connect{0};    // of that; 0: all of it
};

// One thread at a time. The connection stays open from one question to the next.
class HttpSession {
 public:
  explicit HttpSession(const HttpQuestion& question);
  ~HttpSession();
  HttpSession(HttpSession&&) noexcept;
  HttpSession& operator=(HttpSession&&) noexcept;

  Reading<PageAnswer> ask();
  // The last question had no answer, since the other's certificate did not pass.
  bool distrusted() const;
  struct Place {
    std::string address;
    std::uint16_t port;
  };
  // Where on this machine the last answer came from; nothing where it came from elsewhere.
  std::optional<Place> place_on_this_machine() const;
  // Until when the certificate is valid that came with the last answer, in seconds since the epoch.
  std::optional<std::int64_t> certificate_ends() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cutover
