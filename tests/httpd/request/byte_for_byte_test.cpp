// SPDX-License-Identifier: Apache-2.0
// A page of requests, good and bad, answered three ways: by an httpd without the module, by one
// with it while old serves, and by that one once new serves. What a client reads is the same, byte
// for byte but for the date; where a proxy is in between, but for what any proxy does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "tests/httpd/connection.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

namespace fs = std::filesystem;
using harness::write_file;

constexpr const char* kFixedScript = R"(#!/bin/sh
printf 'Content-Type: text/plain\r\nX-Mine: 1\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n'
echo "$REQUEST_METHOD $QUERY_STRING"
head -c "${CONTENT_LENGTH:-0}"
)";

constexpr const char* kStatusScript = R"(#!/bin/sh
printf 'Status: %s\r\nContent-Type: text/plain\r\n\r\nanswered so\n' "$QUERY_STRING"
)";

void furnish_alike(Httpd& host, fs::file_time_type written) {
  const fs::path root = host.htdocs();
  fs::create_directories(root / "folder");
  write_file(root / "text.txt", "a text of some words\n");
  write_file(root / "empty.txt", "");
  write_file(root / "big.bin", std::string(200'000, 'x'));
  write_file(root / "folder/index.html", "<p>a folder's page</p>\n");
  for (const auto& file : fs::recursive_directory_iterator(root))
    fs::last_write_time(file, written);
  write_file(host.directory() / "cgi/fixed", kFixedScript, 0755);
  write_file(host.directory() / "cgi/status", kStatusScript, 0755);
}

std::string with_host(const std::string& line, const std::string& more = "",
                      const std::string& body = "") {
  return line + "\r\nHost: shop.example.com\r\nConnection: close\r\n" + more + "\r\n" + body;
}

std::vector<std::string> page_of_requests() {
  std::vector<std::string> all;
  const auto ask = [&](const std::string& line, const std::string& more = "",
                       const std::string& body = "") {
    all.push_back(with_host(line, more, body));
  };
  for (const char* method : {"GET", "HEAD"})
    for (const char* path :
         {"/text.txt", "/empty.txt", "/big.bin", "/folder", "/folder/", "/none", "/none/",
          "/text.txt/more", "/", "/text.txt?a=b", "/cgi/fixed?q", "/%74ext.txt",
          "/folder/../text.txt", "/../text.txt", "/a%2Fb", "/%zz", "/text.txt%00"})
      ask(std::string(method) + " " + path + " HTTP/1.1");
  for (const char* range : {"bytes=0-4", "bytes=5-", "bytes=-3", "bytes=900-", "nonsense"})
    ask("GET /text.txt HTTP/1.1", std::string("Range: ") + range + "\r\n");
  for (const char* condition :
       {"If-None-Match: *", "If-Match: \"no\"", "If-Modified-Since: Sun, 01 Jan 2090 00:00:00 GMT",
        "If-Unmodified-Since: Thu, 01 Jan 1998 00:00:00 GMT", "If-Modified-Since: rubbish"})
    ask("GET /text.txt HTTP/1.1", std::string(condition) + "\r\n");
  for (const char* status : {"201", "204", "302", "304", "400", "401", "404", "410", "418", "500"})
    ask(std::string("GET /cgi/status?") + status + " HTTP/1.1");
  ask("POST /cgi/fixed HTTP/1.1", "Content-Length: 4\r\n", "a=b\n");
  ask("POST /cgi/fixed HTTP/1.1", "Content-Length: 0\r\n");
  ask("PUT /cgi/fixed HTTP/1.1", "Content-Length: 2\r\nExpect: 100-continue\r\n", "x\n");
  ask("POST /text.txt HTTP/1.1", "Content-Length: 1\r\n", "x");
  ask("DELETE /text.txt HTTP/1.1");
  ask("OPTIONS /cgi/fixed HTTP/1.1");
  ask("GET /text.txt HTTP/1.1", "Expect: the unexpected\r\n");
  ask("GET /text.txt HTTP/1.1", "Accept-Encoding: gzip, br\r\nCookie: a=b; c=d\r\n");
  ask("GET http://shop.example.com/text.txt HTTP/1.1");
  ask("get /text.txt HTTP/1.1");
  ask("GET /text.txt HTTP/1.1", "No colon in this line\r\n");
  ask("GET /text.txt HTTP/1.1", "X-Long: " + std::string(9000, 'x') + "\r\n");
  ask("GET /text.txt HTTP/3.7");
  ask("OPTIONS * HTTP/1.1");
  ask("GET /text.txt HTTP/1.1", "Content-Length: x\r\n");
  ask("POST /cgi/fixed HTTP/1.1", "Transfer-Encoding: nonsense\r\n");
  all.push_back("GET /text.txt HTTP/1.0\r\nHost: shop.example.com\r\n\r\n");
  all.push_back("GET /text.txt HTTP/1.1\r\n\r\n");
  all.push_back("GET /text.txt\r\n\r\n");
  all.push_back("GET /text.txt HTTP/1.1\r\nHost: shop.example.com\r\n\r\n" +
                with_host("GET /folder/ HTTP/1.1"));
  all.push_back("\r\n\r\n" + with_host("GET /text.txt HTTP/1.1"));
  all.push_back(std::string(9000, 'x') + "\r\n\r\n");
  return all;
}

// The order of what may be asked for is of no meaning, and hangs on which modules are loaded.
std::string sorted_list(const std::string& header) {
  const std::size_t begin = header.find(": ") + 2;
  std::set<std::string> names;
  std::istringstream list(header.substr(begin));
  for (std::string name; std::getline(list, name, ',');) names.insert(name);
  std::string sorted = header.substr(0, begin);
  for (const std::string& name : names) sorted += name + ",";
  return sorted;
}

// A proxy may frame an answer anew, and say its headers in another order.
struct Unframed {
  std::string text;
  std::size_t length = std::string::npos;
  bool chunked = false;
};

Unframed head_of(const std::string& head) {
  Unframed out;
  std::istringstream lines(head);
  std::multiset<std::string> headers;
  std::getline(lines, out.text);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("Content-Length: "))
      out.length = std::stoul(line.substr(sizeof "Content-Length:"));
    else if (line.starts_with("Transfer-Encoding: chunked"))
      out.chunked = true;
    else
      headers.insert(line.starts_with("Allow: ") ? sorted_list(line) : line);
  }
  for (const std::string& line : headers) out.text += "\n" + line;
  return out;
}

std::string chunks_of(const std::string& bytes, std::size_t& at) {
  std::string body;
  for (std::size_t size = 1; size != 0 && at < bytes.size();) {
    size = std::stoul(bytes.substr(at), nullptr, 16);
    at = bytes.find("\r\n", at) + 2;
    body += bytes.substr(at, size);
    at += size + 2;
  }
  return body;
}

// Of one answer after the other.
std::string unframed(const std::string& bytes, bool to_head) {
  std::string all;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = bytes.find("\r\n\r\n", at);
    if (end == std::string::npos) return all + bytes.substr(at);
    const Unframed head = head_of(bytes.substr(at, end - at));
    at = end + 4;
    all += head.text + "\n\n";
    if (to_head || head.text.starts_with("HTTP/1.1 100 ")) continue;
    if (head.chunked) {
      all += chunks_of(bytes, at);
    } else {
      all += bytes.substr(at, head.length);
      at = head.length == std::string::npos ? bytes.size() : at + head.length;
    }
  }
  return all;
}

class ByteForByte : public testing::Test {
 protected:
  void SetUp() override {
    rig.start();
    const auto written = fs::file_time_type::clock::now() - std::chrono::hours(24 * 365);
    for (Httpd* host : {&rig.old_host(), &rig.new_host()}) furnish_alike(*host, written);
  }
  static std::string answer(std::uint16_t port, const std::string& asked) {
    Connection connection(port);
    connection.send(asked);
    connection.end_sending();
    static const std::regex kDate("\r\nDate: [^\r]*");
    return std::regex_replace(connection.read_all(), kDate, "");
  }
  Rig rig;
};

bool is_head(const std::string& asked) { return asked.starts_with("HEAD"); }

// How a program's answer is framed hangs on how soon it ends.
TEST_F(ByteForByte, WithTheModuleWhileOldServes) {
  static const std::regex kAllow("\r\nAllow: [^\r]*");
  for (const std::string& asked : page_of_requests()) {
    std::string with = answer(rig.port(), asked);
    std::string without = answer(rig.new_port(), asked);
    for (std::string* one : {&with, &without})
      *one = asked.find("/cgi/") == std::string::npos ? std::regex_replace(*one, kAllow, "")
                                                      : unframed(*one, is_head(asked));
    EXPECT_EQ(with, without) << asked.substr(0, 300);
  }
}

TEST_F(ByteForByte, OnceNewServesButForWhatAnyProxyDoes) {
  rig.serve(Side::kNew);
  for (const std::string& asked : page_of_requests()) {
    EXPECT_EQ(unframed(answer(rig.port(), asked), is_head(asked)),
              unframed(answer(rig.new_port(), asked), is_head(asked)))
        << asked.substr(0, 300);
  }
}

}  // namespace
}  // namespace cutover::test
