// SPDX-License-Identifier: Apache-2.0
// Who has coordinated a site from this state directory: a random token a life, on the disk before
// the life begins. A session on a database server that is known to be of an earlier token is a
// predecessor's; a session of any other token is somebody else's, and is left alone.
#pragma once

#include <string>
#include <vector>

namespace cutover {

class OwnerFile {
 public:
  struct Earlier {
    std::string token;
    // Of this boot of this machine, and thus dead: whoever reads it holds the directory's lock. Of
    // another boot it may be a clone's, which has the same file and lives.
    bool same_boot = false;
  };

  // Reads what stands there and adds a line (root's, 0600, symlinks refused), durably.
  explicit OwnerFile(const std::string& path);

  // Empty where it could not be made durable: error() says why.
  const std::string& token() const { return token_; }
  const std::vector<Earlier>& earlier() const { return earlier_; }  // newest last
  const std::string& error() const { return error_; }

 private:
  std::string token_;
  std::vector<Earlier> earlier_;
  std::string error_;
};

}  // namespace cutover
