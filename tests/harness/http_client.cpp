// SPDX-License-Identifier: Apache-2.0
// cpp-httplib behind HttpClient, so that its large header is compiled once.
#include "tests/harness/http_client.h"

#include <httplib.h>

#include <algorithm>

namespace cutover::harness {

struct HttpClient::Connection {
  explicit Connection(const std::string& address, std::uint16_t port) : client(address, port) {}

  httplib::Headers with_cookies(const HttpHeaders& headers) const {
    httplib::Headers all(headers.begin(), headers.end());
    all.insert(always.begin(), always.end());
    if (!all.contains("Host")) all.emplace("Host", host);
    std::string line;
    for (const auto& [name, value] : cookies)
      line += (line.empty() ? "" : "; ") + name + "=" + value;
    if (!line.empty()) all.emplace("Cookie", line);
    return all;
  }

  HttpResponse taken(const httplib::Result& result) {
    HttpResponse response;
    if (!result) {
      response.error = httplib::to_string(result.error());
      return response;
    }
    response.status = result->status;
    response.body = result->body;
    for (const auto& [name, value] : result->headers) {
      std::string lower = name;
      std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
      response.headers.emplace(lower, value);
      if (lower == "set-cookie") keep_cookie(value);
    }
    return response;
  }

  void keep_cookie(const std::string& text) {
    std::string pair = text.substr(0, text.find(';'));
    std::size_t equals = pair.find('=');
    if (equals != std::string::npos)
      cookies[pair.substr(0, equals)] = encoded_again(pair.substr(equals + 1));
  }
  // The library decodes the values of headers, also this one's.
  static std::string encoded_again(const std::string& value) {
    std::string text;
    for (const char c : value)
      text += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    return text;
  }

  httplib::Client client;
  std::string host;
  HttpHeaders always;
  std::map<std::string, std::string> cookies;
};

std::string HttpResponse::header(const std::string& name) const {
  auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

HttpClient::HttpClient(const std::string& address, std::uint16_t port, const std::string& host)
    : connection_(std::make_unique<Connection>(address, port)) {
  connection_->host = host;
  connection_->client.set_keep_alive(true);
  connection_->client.set_tcp_nodelay(true);
  time_limit(std::chrono::seconds(30));
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

void HttpClient::always_send(const std::string& name, const std::string& value) {
  connection_->always.erase(name);
  connection_->always.emplace(name, value);
}

void HttpClient::time_limit(std::chrono::milliseconds limit) {
  connection_->client.set_connection_timeout(limit);
  connection_->client.set_read_timeout(limit);
  connection_->client.set_write_timeout(limit);
}

HttpResponse HttpClient::get(const std::string& path, const HttpHeaders& headers) {
  return connection_->taken(
      connection_->client.Get(path.c_str(), connection_->with_cookies(headers)));
}

HttpResponse HttpClient::post_body(const std::string& path, const std::string& body,
                                   const std::string& content_type, const HttpHeaders& headers) {
  return connection_->taken(connection_->client.Post(
      path.c_str(), connection_->with_cookies(headers), body, content_type.c_str()));
}

HttpResponse HttpClient::post(const std::string& path,
                              const std::map<std::string, std::string>& form,
                              const HttpHeaders& headers) {
  return post_body(path, form_encoded(form), "application/x-www-form-urlencoded", headers);
}

void HttpClient::forget_cookies() { connection_->cookies.clear(); }

std::string form_encoded(const std::map<std::string, std::string>& form) {
  static constexpr const char* kHex = "0123456789ABCDEF";
  auto encoded = [](const std::string& text) {
    std::string result;
    for (unsigned char c : text) {
      if (std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.') {
        result.push_back(static_cast<char>(c));
      } else {
        result += {'%', kHex[c >> 4], kHex[c & 15]};
      }
    }
    return result;
  };
  std::string body;
  for (const auto& [name, value] : form) {
    body += (body.empty() ? "" : "&") + encoded(name) + "=" + encoded(value);
  }
  return body;
}

}  // namespace cutover::harness
