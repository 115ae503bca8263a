// SPDX-License-Identifier: Apache-2.0
// Option files: the syntax as the servers' own reader takes it, keys, TLS, and who may read a file.
#include "mod_cutover/cutoverd/databases/options/option_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace cutover {
namespace {

namespace fs = std::filesystem;

ConnectOptions options(const std::string& text, const std::string& group = "cutover") {
  const auto lines = parse_option_text(text, "f.cnf");
  if (const auto* error = std::get_if<OptionError>(&lines)) {
    ADD_FAILURE() << error->text;
    return {};
  }
  const auto result = connect_options(std::get<std::vector<OptionLine>>(lines), "f.cnf", group);
  if (const auto* error = std::get_if<OptionError>(&result)) {
    ADD_FAILURE() << error->text;
    return {};
  }
  return std::get<ConnectOptions>(result);
}

std::string refusal(const std::string& text, const std::string& group = "cutover") {
  const auto lines = parse_option_text(text, "f.cnf");
  if (const auto* error = std::get_if<OptionError>(&lines)) return error->text;
  const auto result = connect_options(std::get<std::vector<OptionLine>>(lines), "f.cnf", group);
  const auto* error = std::get_if<OptionError>(&result);
  return error != nullptr ? error->text : "accepted";
}

std::string password(const std::string& line) {
  return options("[cutover]\nuser=u\n" + line + "\n").password;
}

bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(OptionText, TakesTheClientsGroupAndThenTheNamedOne) {
  const ConnectOptions o = options(
      "[cutover]\nhost = 10.0.0.2\nuser=mover\n[other]\nunheard-of=1\n[client]\nuser=any\n"
      "port=3307\n");
  EXPECT_EQ(o.host, "10.0.0.2");
  EXPECT_EQ(o.user, "mover");
  EXPECT_EQ(o.port, 3307U);
  EXPECT_EQ(o.origin, "f.cnf [cutover]");
}

TEST(OptionText, TakesUnderscoresForDashes) {
  EXPECT_EQ(options("[cutover]\nuser=u\nreplication_user=r\n").replication_user, "r");
}

TEST(OptionText, TrimsQuotesAndUnescapesAsTheServersDo) {
  EXPECT_EQ(password("password = plain  "), "plain");
  EXPECT_EQ(password("password=\" with spaces \""), " with spaces ");
  EXPECT_EQ(password("password='a#b'"), "a#b");
  EXPECT_EQ(password("password=a#b"), "a");
  EXPECT_EQ(password("password=\"a\\\"#b\" # said so"), "a\"#b");
  EXPECT_EQ(password("password=a;b"), "a;b");
  EXPECT_EQ(password("password=a\\sb\\\\c\\td"), "a b\\c\td");
  EXPECT_EQ(password("password=a\\qb"), "a\\qb");
  EXPECT_EQ(password("password='unbalanced"), "'unbalanced");
  EXPECT_EQ(password("password="), "");
  EXPECT_EQ(password("password=a=b\r"), "a=b");
}

TEST(OptionText, PassesOverCommentsAndEmptyLines) {
  EXPECT_EQ(options("\n# one\n ; two\n[cutover] # three\n\nuser=u\n").user, "u");
}

TEST(OptionText, RefusesWhatItDoesNotUnderstandWithItsPlace) {
  EXPECT_TRUE(mentions(refusal("[cutover]\nuser=u\n\nhots=x\n"), "f.cnf:4: hots is not known"));
  EXPECT_TRUE(mentions(refusal("[cutover]\nhots=x\n"), "replication-password"));
  EXPECT_TRUE(mentions(refusal("user=u\n"), "f.cnf:1: an option before the first [group]"));
  EXPECT_TRUE(mentions(refusal("[cutover\nuser=u\n"), "f.cnf:1: a group is written as [name]"));
  EXPECT_TRUE(mentions(refusal("[cutover]\n!include /etc/my.cnf\n"), "f.cnf:2: !include"));
  EXPECT_TRUE(mentions(refusal("[cutover]\nuser\n"), "f.cnf:2: user needs a value"));
  EXPECT_TRUE(mentions(refusal("[cutover]\nuser=u\nport=zero\n"), "f.cnf:3: port takes a number"));
  EXPECT_TRUE(mentions(refusal("[cutover]\nuser=u\nport=65536\n"), "from 1 to 65535"));
  EXPECT_TRUE(mentions(refusal("[client]\nhots=x\n[cutover]\nuser=u\n"), "f.cnf:2: hots"));
  EXPECT_TRUE(mentions(refusal("[cutover]\nhost=h\n"), "has no user="));
  EXPECT_TRUE(
      mentions(refusal("[client]\nuser=u\n[nwe]\n", "new"), "[new]; it has [client], [nwe]"));
  EXPECT_TRUE(mentions(refusal(""), "it has none"));
}

TEST(OptionText, NeverShowsAValueInAnError) {
  EXPECT_FALSE(mentions(refusal("[cutover]\npasswrd=hunter2\n"), "hunter2"));
  EXPECT_FALSE(mentions(refusal("[cutover]\nport=hunter2\n"), "hunter2"));
}

TEST(OptionTls, IsOffUnlessAskedFor) {
  EXPECT_EQ(options("[cutover]\nuser=u\n").tls, TlsMode::kOff);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl\n").tls, TlsMode::kRequired);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl=off\n").tls, TlsMode::kOff);
  EXPECT_EQ(options("[cutover]\nuser=u\nskip-ssl\n").tls, TlsMode::kOff);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-mode=Required\n").tls, TlsMode::kRequired);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-mode=VERIFY_CA\n").tls, TlsMode::kVerified);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-verify-server-cert\n").tls, TlsMode::kVerified);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-cert=/c\n").tls, TlsMode::kRequired);
}

TEST(OptionTls, BelievesOnlyTheAuthorityThatIsNamed) {
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-ca=/ca\n").tls, TlsMode::kVerified);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-ca=/ca\nssl-verify-server-cert=0\n").tls,
            TlsMode::kRequired);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-mode=VERIFY_IDENTITY\nssl-verify-server-cert=0\n").tls,
            TlsMode::kVerified);
  EXPECT_EQ(options("[cutover]\nuser=u\nssl-ca=/ca\nssl-mode=DISABLED\n").tls, TlsMode::kOff);
}

TEST(OptionTls, RefusesToFallBackUnseen) {
  EXPECT_TRUE(mentions(refusal("[cutover]\nuser=u\nssl-mode=PREFERRED\n"), "REQUIRED"));
}

TEST(OptionKeys, ListTheApplicationsAccounts) {
  const ConnectOptions o = options("[cutover]\nuser=u\napp-user=shop@%, web\napp-user=cron\n");
  EXPECT_EQ(o.app_users, (std::vector<std::string>{"shop@%", "web", "cron"}));
}

class OptionLoad : public testing::Test {
 protected:
  OptionLoad() {
    std::string name = (fs::temp_directory_path() / "option_file_XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    file_ = folder_ / "old.cnf";
    std::ofstream(file_) << "[cutover]\nuser=u\npassword=p\n";
    ::chmod(file_.c_str(), 0600);
  }
  ~OptionLoad() override { fs::remove_all(folder_); }

  std::string refused(const fs::path& file) const {
    const auto result = load_option_file(file.string(), "cutover");
    const auto* error = std::get_if<OptionError>(&result);
    return error != nullptr ? error->text : "accepted";
  }

  fs::path folder_;
  fs::path file_;
};

TEST_F(OptionLoad, TakesAFileOfItsOwner) {
  const auto result = load_option_file(file_.string(), "cutover");
  ASSERT_TRUE(std::holds_alternative<ConnectOptions>(result)) << refused(file_);
  EXPECT_EQ(std::get<ConnectOptions>(result).password, "p");
}

TEST_F(OptionLoad, TheAccountThatReadsRowsIsTheCoordinatorsUnlessItHasAGroupOfItsOwn) {
  ConnectOptions own;
  own.user = "u";
  own.host = "10.0.0.2";
  own.origin = "old.cnf [cutover]";
  const auto account = [&](const std::string& more) {
    std::ofstream(file_, std::ios::app) << more;
    return load_reading_account(file_.string(), own);
  };
  EXPECT_EQ(std::get<ConnectOptions>(account("")).user, "u");
  const auto other = std::get<ConnectOptions>(account("[cutover-verify]\nuser=v\npassword=w\n"));
  EXPECT_EQ(other.user + other.password + other.host, "vw10.0.0.2");
  EXPECT_TRUE(mentions(std::get<OptionError>(account("host=elsewhere\n")).text, ":7: "));
}

TEST_F(OptionLoad, RefusesOneThatOthersCanReadOrWrite) {
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0644}) {
    ::chmod(file_.c_str(), mode);
    EXPECT_TRUE(mentions(refused(file_), "chmod 0600 " + file_.string())) << mode;
  }
}

TEST_F(OptionLoad, RefusesWhatIsNotThereOrNoPlainFile) {
  EXPECT_TRUE(mentions(refused(folder_ / "none.cnf"), "is not there"));
  EXPECT_TRUE(mentions(refused(folder_), "is not a regular file"));
  fs::create_symlink(file_, folder_ / "link.cnf");
  EXPECT_TRUE(mentions(refused(folder_ / "link.cnf"), "is a symbolic link"));
  ASSERT_EQ(::mkfifo((folder_ / "pipe.cnf").c_str(), 0600), 0);
  EXPECT_TRUE(mentions(refused(folder_ / "pipe.cnf"), "is not a regular file"));
}

TEST_F(OptionLoad, RefusesSomebodyElsesFile) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(::chown(file_.c_str(), 12345, 12345), 0);
  EXPECT_TRUE(mentions(refused(file_), "belongs to user 12345; chown root"));
}

}  // namespace
}  // namespace cutover
