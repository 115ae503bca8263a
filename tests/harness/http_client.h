// SPDX-License-Identifier: Apache-2.0
// A keep-alive HTTP client as strict as a test wants it: it never retries, and it keeps cookies.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace cutover::harness {

struct HttpResponse {
  int status = 0;  // 0: no whole answer came
  std::string body;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string error;                                // why, where status is 0

  std::string header(const std::string& name) const;
};

using HttpHeaders = std::multimap<std::string, std::string>;

// One thread at a time.
class HttpClient {
 public:
  HttpClient(const std::string& address, std::uint16_t port,
             const std::string& host = "shop.example.com");
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // With every request from now on, in place of an earlier value.
  void always_send(const std::string& name, const std::string& value);
  void time_limit(std::chrono::milliseconds limit);
  HttpResponse get(const std::string& path, const HttpHeaders& headers = {});
  HttpResponse post(const std::string& path, const std::map<std::string, std::string>& form,
                    const HttpHeaders& headers = {});
  HttpResponse post_body(const std::string& path, const std::string& body,
                         const std::string& content_type, const HttpHeaders& headers = {});
  void forget_cookies();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

std::string form_encoded(const std::map<std::string, std::string>& form);

}  // namespace cutover::harness
