// SPDX-License-Identifier: Apache-2.0
// A visitor over HTTP/2: one connection, and as many requests on it at once as a test wants.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/harness/eventually.h"
#include "tests/httpd/tls_client.h"

namespace cutover::test {

class Http2Client {
 public:
  explicit Http2Client(std::uint16_t port)
      : base_("https://127.0.0.1:" + std::to_string(port)),
        multi_(curl_multi_init(), curl_multi_cleanup) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
  }
  ~Http2Client() { leave(); }
  Http2Client(const Http2Client&) = delete;
  Http2Client& operator=(const Http2Client&) = delete;

  void ask(const std::string& path, std::size_t number = 1, const std::string& cookie = "") {
    for (; number != 0; --number) {
      auto& one = *streams_.emplace_back(std::make_unique<Stream>());
      CURL* easy = one.easy.get();
      curl_easy_setopt(easy, CURLOPT_URL, (base_ + path).c_str());
      if (!cookie.empty()) curl_easy_setopt(easy, CURLOPT_COOKIE, cookie.c_str());
      curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS);
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
      curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
      curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
      curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
      curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Http2Client::append);
      curl_easy_setopt(easy, CURLOPT_WRITEDATA, &one.body);
      curl_multi_add_handle(multi_.get(), easy);
    }
    go_on();
  }
  // How many still wait.
  int go_on() {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    curl_multi_poll(multi_.get(), nullptr, 0, 1, nullptr);
    curl_multi_perform(multi_.get(), &running);
    int left = 0;
    while (const CURLMsg* said = curl_multi_info_read(multi_.get(), &left))
      if (said->msg == CURLMSG_DONE && said->data.result != CURLE_OK)
        ADD_FAILURE() << curl_easy_strerror(said->data.result);
    return running;
  }
  bool eventually_done() {
    return harness::eventually([&] { return go_on() == 0; }, std::chrono::seconds(30));
  }
  std::size_t count(long status, const std::string& body = "") const {
    std::size_t n = 0;
    for (const auto& one : streams_) {
      long code = 0;
      curl_easy_getinfo(one->easy.get(), CURLINFO_RESPONSE_CODE, &code);
      n += code == status && (body.empty() || one->body == body) ? 1 : 0;
    }
    return n;
  }
  void forget() {
    for (auto& one : streams_) curl_multi_remove_handle(multi_.get(), one->easy.get());
    streams_.clear();
  }
  // Its connection is closed.
  void leave() {
    forget();
    multi_.reset();
  }

 private:
  struct Stream {
    std::unique_ptr<CURL, void (*)(CURL*)> easy{curl_easy_init(), curl_easy_cleanup};
    std::string body;
  };
  static std::size_t append(char* bytes, std::size_t size, std::size_t number, void* body) {
    static_cast<std::string*>(body)->append(bytes, size * number);
    return size * number;
  }
  const std::string base_;
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
  std::vector<std::unique_ptr<Stream>> streams_;
};

using Http2Clients = std::vector<std::unique_ptr<Http2Client>>;

inline Http2Clients clients(std::size_t number, std::uint16_t port) {
  Http2Clients all;
  for (; number != 0; --number) all.push_back(std::make_unique<Http2Client>(port));
  return all;
}

inline void ask_all(Http2Clients& all, const std::string& path, std::size_t each) {
  for (auto& one : all) one->ask(path, each);
}

inline bool eventually_done(Http2Clients& all) {
  return harness::eventually(
      [&] {
        int waiting = 0;
        for (auto& one : all) waiting += one->go_on();
        return waiting == 0;
      },
      std::chrono::seconds(30));
}

inline std::size_t count(const Http2Clients& all, long status, const std::string& body = "") {
  std::size_t n = 0;
  for (const auto& one : all) n += one->count(status, body);
  return n;
}

// They have asked before, and have a connection.
inline void warm(Http2Clients& all) {
  ask_all(all, "/who.txt", 1);
  EXPECT_TRUE(eventually_done(all));
  EXPECT_EQ(count(all, 200), all.size());
  for (auto& one : all) one->forget();
}

// A site in TLS whose visitors speak HTTP/2: one child of few threads.
class OnHttp2 : public testing::Test {
 protected:
  RigOptions options(unsigned threads = 6) {
    RigOptions options = with_tls(dir_);
    options.processes = 1;
    options.threads = threads;
    options.load.push_back("http2");
    options.vhost += "Protocols h2 http/1.1\n";
    return options;
  }
  harness::TempDir dir_{"tls"};
};

// So many are held, while these go on asking.
inline bool eventually_held(Rig& rig, Http2Clients& all, std::int64_t number) {
  return harness::eventually([&] {
    for (auto& one : all) one->go_on();
    return rig.counts().held_now == number;
  });
}

}  // namespace cutover::test
