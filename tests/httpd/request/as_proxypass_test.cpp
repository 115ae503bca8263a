// SPDX-License-Identifier: Apache-2.0
// Hundreds of paths three ways through one httpd: answered here, by `ProxyPass / ... nocanon`, and
// routed after a switch. The same guards match, the same status comes, the same URI is logged; and
// the new host gets what the client sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "tests/harness/eventually.h"
#include "tests/harness/ports.h"
#include "tests/httpd/connection.h"
#include "tests/httpd/line_server.h"
#include "tests/httpd/request/paths.h"
#include "tests/httpd/rig.h"

namespace cutover::test {
namespace {

struct Seen {
  std::string status;
  std::set<std::string> guards;
  std::string line;    // as the new host had it
  std::string logged;  // %U and status
  bool operator==(const Seen&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  out << seen.status << " logged as " << seen.logged << ", guards";
  for (const std::string& guard : seen.guards) out << ' ' << guard;
  return out << ", new had: " << seen.line;
}

std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const auto at = text.find(begin);
  if (at == std::string::npos) return "";
  const auto from = at + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

Seen seen_in(const std::string& answer) {
  Seen seen;
  seen.status = answer.substr(0, answer.find("\r\n")).substr(0, sizeof "HTTP/1.1 200" - 1);
  const auto end_of_head = answer.find("\r\n\r\n");
  for (auto at = answer.find("\r\nX-Guard-"); at < end_of_head;
       at = answer.find("\r\nX-Guard-", at + 1))
    seen.guards.insert(answer.substr(at + 10, answer.find(':', at) - at - 10));
  seen.line = between(answer, "\r\n\r\nGET ", " HTTP/1.1");
  return seen;
}

// `ProxyPass / URL nocanon` writes a path anew that begins with more than one slash, once decoded,
// or that stands in a whole URL: it does not know then which part of it `/` stands for. A fragment
// it sends along.
bool is_written_anew(const std::string& target) {
  return target[0] != '/' || target.starts_with("//") || target.starts_with("/%2F") ||
         target.starts_with("/%2f") || target.find('#') != std::string::npos;
}

struct Configured {
  const char* encoded_slashes;
  const char* merge_slashes;
  const char* protocol;
};

std::ostream& operator<<(std::ostream& out, const Configured& tested) {
  return out << "AllowEncodedSlashes " << tested.encoded_slashes << ", MergeSlashes "
             << tested.merge_slashes << ", HttpProtocolOptions " << tested.protocol;
}

class AsProxyPass : public testing::TestWithParam<Configured> {
 protected:
  AsProxyPass() {
    const Configured& tested = GetParam();
    lines_ = std::string("AllowEncodedSlashes ") + tested.encoded_slashes + "\nMergeSlashes " +
             tested.merge_slashes + "\nHttpProtocolOptions " + tested.protocol + "\n" +
             path_guards();
    RigOptions options;
    options.load = {"auth_basic", "authn_core", "authn_file", "authz_user"};
    options.site = "CutoverNewHost " + new_.url();
    options.server = "LimitRequestLine 16000\nLogFormat \"%{X-Number}i %U %>s\" numbered\n";
    options.vhost = lines_ + log("routed");
    rig_ = std::make_unique<Rig>(options);
    rig_->old_host()
        .conf()
        .vhost(local_,
               lines_ + log("local") + "<Location />\nSetHandler server-status\n</Location>")
        .vhost(proxied_, lines_ + log("proxied") + "ProxyPass / " + new_.url() + "/ nocanon\n");
    rig_->old_host().write_conf();
    rig_->start();
    rig_->serve(Side::kNew);
  }
  std::string log(const std::string& name) const {
    return "CustomLog " + logs_.path().string() + "/" + name + " numbered\n";
  }
  std::vector<Seen> ask_all(std::uint16_t port, const std::string& name) {
    std::vector<Seen> all;
    for (const std::string& target : targets_)
      all.push_back(
          seen_in(exchange(port, target, "X-Number: " + std::to_string(all.size()) + "\r\n")));
    std::vector<std::string> logged;
    EXPECT_TRUE(harness::eventually([&] {
      std::istringstream file(harness::read_file(logs_ / name));
      logged.clear();
      for (std::string line; std::getline(file, line);) logged.push_back(line);
      return logged.size() >= targets_.size();
    })) << logged.size();
    for (const std::string& line : logged) {
      const std::string number = line.substr(0, line.find(' '));
      if (number.find_first_not_of("0123456789") == std::string::npos && !number.empty())
        all.at(std::stoul(number)).logged = line.substr(number.size());
    }
    return all;
  }

  const std::vector<std::string> targets_ = tricky_targets();
  LineServer new_;
  harness::TempDir logs_{"logs"};
  const std::uint16_t local_ = harness::free_port(), proxied_ = harness::free_port();
  std::string lines_;
  std::unique_ptr<Rig> rig_;
};

TEST_P(AsProxyPass, GuardsStatusAndUriAreThoseOfALocalRequest) {
  const std::vector<Seen> local = ask_all(local_, "local"),
                          routed = ask_all(rig_->port(), "routed"),
                          proxied = ask_all(proxied_, "proxied");
  std::size_t forbidden = 0;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Seen here = local[i];
    here.line = here.status == "HTTP/1.1 200" ? path_and_query(targets_[i]) : "";
    EXPECT_EQ(routed[i], here) << "routed and local: " << targets_[i];
    Seen there = proxied[i];
    if (is_written_anew(targets_[i])) there.line = routed[i].line;
    EXPECT_EQ(routed[i], there) << "routed and proxied: " << targets_[i];
    forbidden += here.status == "HTTP/1.1 403" ? 1 : 0;
  }
  EXPECT_GT(targets_.size(), 500U);
  EXPECT_GT(forbidden, 80U);
}

INSTANTIATE_TEST_SUITE_P(
    All, AsProxyPass,
    testing::Values(Configured{"Off", "On", "Strict"}, Configured{"On", "On", "Strict"},
                    Configured{"NoDecode", "On", "Strict"}, Configured{"Off", "Off", "Strict"},
                    Configured{"On", "Off", "Strict"}, Configured{"NoDecode", "Off", "Strict"},
                    Configured{"On", "On", "Unsafe"}),
    [](const auto& tested) {
      return std::string(tested.param.encoded_slashes) + "Merge" + tested.param.merge_slashes +
             tested.param.protocol;
    });

}  // namespace
}  // namespace cutover::test
