// SPDX-License-Identifier: Apache-2.0
// What the coordinator's own client does on the wire, and what it refuses to do.
#include "mod_cutover/cutoverd/new_host/http_session.h"

#include <gmock/gmock.h>
#include <httplib.h>
#include <stdlib.h>

#include <thread>

#include "mod_cutover/cutoverd/new_host/both_hosts.h"
#include "mod_cutover/cutoverd/new_host/host_probe.h"

namespace cutover {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

class WebServer {
 public:
  explicit WebServer(const std::function<void(httplib::Server&)>& furnish) {
    furnish(server_);
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) std::this_thread::sleep_for(1ms);
  }
  ~WebServer() {
    server_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return static_cast<std::uint16_t>(port_); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

// Says what it was asked.
void echo(httplib::Server& server) {
  server.Get(".*", [](const httplib::Request& q, httplib::Response& a) {
    std::string text = q.method + " " + q.target + "\n";
    for (const auto& [name, value] : q.headers) text += name + ": " + value + "\n";
    a.set_content(text, "text/plain");
  });
}

Reading<PageAnswer> get(const std::string& url, Nanos limit = 2s) {
  HttpQuestion question;
  question.url = url;
  question.limit = limit;
  return HttpSession(question).ask();
}

TEST(HttpSession, BringsBackStatusHeadersAndBody) {
  const WebServer server([](httplib::Server& s) {
    s.Get("/x", [](const httplib::Request&, httplib::Response& a) {
      a.status = 404;
      a.set_header("Set-Cookie", "a=1; Path=/");
      a.set_header("Set-Cookie", "b=2");
      a.set_header("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
      a.set_content("none", "text/html");
    });
  });
  const auto answer = get(server.url() + "/x");
  ASSERT_TRUE(answer) << answer.error;
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "none");
  EXPECT_THAT(answer->set_cookies, UnorderedElementsAre("a=1; Path=/", "b=2"));
  EXPECT_EQ(answer->date, 784111777);
  EXPECT_FALSE(answer->cut);
}

TEST(HttpSession, FollowsNoRedirect) {
  std::atomic<int> elsewhere{0};
  const WebServer server([&](httplib::Server& s) {
    s.Get("/x", [](const httplib::Request&, httplib::Response& a) { a.set_redirect("/y"); });
    s.Get("/y", [&](const httplib::Request&, httplib::Response&) { ++elsewhere; });
  });
  const auto answer = get(server.url() + "/x");
  ASSERT_TRUE(answer) << answer.error;
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->location, "/y");
  EXPECT_EQ(elsewhere, 0);
}

TEST(HttpSession, SpeaksHttpAlone) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"})
    EXPECT_FALSE(get(url)) << url;
}

TEST(HttpSession, TakesNoProxyFromTheEnvironment) {
  const WebServer server(echo);
  const WebServer proxy(echo);
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"})
    ::setenv(name, proxy.url().c_str(), 1);
  const auto answer = get(server.url() + "/x");
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) ::unsetenv(name);
  ASSERT_TRUE(answer) << answer.error;
  EXPECT_THAT(answer->body, HasSubstr("GET /x\n")) << "a proxy would be asked for the whole URL";
  EXPECT_THAT(answer->body, HasSubstr("Host: 127.0.0.1:" + std::to_string(server.port())));
}

TEST(HttpSession, LooksAtAMegabyteAndNoMore) {
  const WebServer server([](httplib::Server& s) {
    s.Get("/x", [](const httplib::Request&, httplib::Response& a) {
      a.set_content(std::string(3 * kLargestBody, 'x'), "text/plain");
    });
    s.Get("/fits", [](const httplib::Request&, httplib::Response& a) {
      a.set_content(std::string(kLargestBody, 'x'), "text/plain");
    });
  });
  const auto answer = get(server.url() + "/x");
  ASSERT_TRUE(answer) << answer.error;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body.size(), kLargestBody);
  EXPECT_TRUE(answer->cut);
  EXPECT_FALSE(get(server.url() + "/fits")->cut);
}

TEST(HttpSession, WaitsNoLongerThanItMay) {
  const WebServer server([](httplib::Server& s) {
    s.Get("/x",
          [](const httplib::Request&, httplib::Response&) { std::this_thread::sleep_for(1s); });
  });
  const auto began = std::chrono::steady_clock::now();
  const auto answer = get(server.url() + "/x", 200ms);
  EXPECT_FALSE(answer);
  EXPECT_FALSE(answer.error.empty());
  EXPECT_LT(std::chrono::steady_clock::now() - began, 900ms);
}

TEST(HttpSession, APathIsAskedForAsItIsWritten) {
  const WebServer server(echo);
  EXPECT_THAT(get(server.url() + "/a/../b?c=%2F")->body, HasSubstr("GET /a/../b?c=%2F\n"));
}

Front front_at(const WebServer& server) {
  Front front;
  front.address = "127.0.0.1";
  front.port = server.port();
  front.host = "shop.example.com";
  front.keeps_host = true;
  return front;
}

// This httpd passes on what is for the new one, as it will pass visitors on.
TEST(SitePages, BothHostsAreAskedByTheSitesVhostAndTheSecretSaysWhich) {
  const WebServer httpd(echo);
  const QuestionSecret secret{1, 2, 3, 4};
  SitePages pages(secret);
  const Front front = front_at(httpd);
  for (const Side side : {Side::kOld, Side::kNew})
    EXPECT_THAT(pages.get({side, front, "/x?y", "a=b"}, 2s)->body,
                AllOf(HasSubstr("GET /x?y\n"), HasSubstr("Host: shop.example.com\n"),
                      HasSubstr("Cookie: a=b\n"), HasSubstr("Accept: text/html"),
                      Not(HasSubstr("Forwarded")),
                      HasSubstr("X-Cutover-Question: " + question(secret, side) + "\n")));
}

Front without_its_name(Front front) {
  front.keeps_host = false;
  front.tls = true;
  front.tells_tls = true;
  return front;
}

// Where the new host is asked directly.
TEST(QuestionToNew, IsAsModProxyAsks) {
  const WebServer new_host(echo);
  const auto asked = [&](const Front& front) {
    HttpQuestion question = question_to_new(new_host.url() + "/base/", &front, "/x?y");
    question.limit = 2s;
    return HttpSession(question).ask()->body;
  };
  const Front front = front_at(new_host);
  EXPECT_THAT(asked(front),
              AllOf(HasSubstr("GET /base/x?y\n"), HasSubstr("Host: shop.example.com\n"),
                    HasSubstr("X-Forwarded-For: 127.0.0.1\n"),
                    HasSubstr("X-Forwarded-Host: shop.example.com\n"),
                    Not(HasSubstr("X-Forwarded-Proto"))));
  EXPECT_THAT(asked(without_its_name(front)),
              AllOf(HasSubstr("Host: 127.0.0.1:" + std::to_string(new_host.port()) + "\n"),
                    HasSubstr("X-Forwarded-Proto: https\n")));
  Front untold = front;
  untold.tls = true;
  EXPECT_THAT(asked(untold), Not(HasSubstr("X-Forwarded-Proto")))
      << "visitors would get a redirect to the page itself";
}

TEST(UrlProbe, AsksByTheNameOfTheSitesFirstVhost) {
  std::string host;
  const WebServer server([&](httplib::Server& s) {
    s.Get("/", [&](const httplib::Request& q, httplib::Response& a) {
      host = q.get_header_value("Host");
      a.status = host == "shop.example.com" ? 204 : 421;
    });
  });
  SiteSettings site;
  site.new_host = server.url();
  EXPECT_EQ(*UrlProbe(site).status(2s), 421);
  site.fronts = {front_at(server)};
  UrlProbe probe(site);
  EXPECT_EQ(*probe.status(2s), 204);
  EXPECT_TRUE(probe.connects(2s).done());
  EXPECT_FALSE(probe.certificate(2s, 0)) << "there is none";
}

TEST(UrlProbe, SeesThatItIsLedBackToTheSiteItself) {
  const WebServer server(echo);
  SiteSettings site;
  site.new_host = server.url();
  site.fronts = {front_at(server)};
  const auto leads_here = [&site] {
    UrlProbe probe(site);
    EXPECT_TRUE(probe.look(2s));
    return probe.leads_here();
  };
  EXPECT_TRUE(leads_here());
  site.fronts[0].keeps_host = false;
  EXPECT_FALSE(leads_here()) << "another vhost by its name";
  site.fronts[0].host = "127.0.0.1";
  EXPECT_TRUE(leads_here());
  site.fronts[0].address = "127.0.0.9";
  EXPECT_FALSE(leads_here()) << "another server of this machine";
  site.fronts[0].address = "127.0.0.1";
  ++site.fronts[0].port;
  EXPECT_FALSE(leads_here());
}

TEST(UrlProbe, ABalancerIsNotAskedAndNobodyThereIsSaidSo) {
  SiteSettings site;
  site.new_host = "balancer://new";
  EXPECT_FALSE(UrlProbe(site).can_ask());
  EXPECT_TRUE(UrlProbe(site).connects(1s).done());
  site.new_host = "http://127.0.0.1:1";
  EXPECT_THAT(UrlProbe(site).status(1s).error,
              HasSubstr("the new host http://127.0.0.1:1 does not answer"));
  EXPECT_FALSE(UrlProbe(site).connects(1s).done());
}

}  // namespace
}  // namespace cutover
