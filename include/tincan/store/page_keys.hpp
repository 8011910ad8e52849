// Who may open the web page: whoever has the link, once, and then the session that came of it. Files of the profile's
// folder, 0600 each: `web-link` (the link, and nothing else), `web-link.html` (the same for a browser that is started
// on it) and `web-sessions`. Owned by app; I/O thread. Keys are compared by proofs (web/login.hpp), in constant time.
#pragma once

#include "tincan/base/error.hpp"
#include "tincan/base/keys.hpp"
#include "tincan/base/time.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tincan::store {

inline constexpr std::size_t max_page_sessions = 32;                       // the one that was used longest ago goes
inline constexpr base::Millis page_session_life = std::chrono::hours(720); // since it was used last

class PageKeys {
public:
  struct Session {
    std::string id; // 32 hex digits
    base::Secret key;
    base::WallTime used;
  };
  struct Admission {
    base::Secret key;               // whose proof it was
    std::optional<Session> session; // a new one: the link was used, and there is another now
  };

  // `origin`: "http://127.0.0.1:7780". Errors: storage, when the files cannot be used.
  static base::Result<PageKeys> open(const std::filesystem::path& folder, std::string origin, base::WallTime now);

  const std::string& link() const { return link_; }
  // Whoever proves a key over these nonces; none: nobody we know. Errors of the disk leave things as they were.
  std::optional<Admission> admit(std::string_view session, std::string_view proven, const base::Digest& proof,
                                 base::WallTime now);

  static void remove_link(const std::filesystem::path& folder); // nobody serves the page any more

  static base::Digest proof(const base::Secret& key, std::string_view text); // HMAC-SHA256
  static base::Digest new_nonce();
  static std::filesystem::path link_path(const std::filesystem::path& folder) { return folder / "web-link"; }
  static std::filesystem::path opener_path(const std::filesystem::path& folder) { return folder / "web-link.html"; }

private:
  PageKeys(std::filesystem::path folder, std::string origin) : folder_(std::move(folder)), origin_(std::move(origin)) {}
  base::Result<void> load(base::WallTime now);
  base::Result<void> renew_link();
  base::Result<void> save() const;

  std::filesystem::path folder_;
  std::string origin_, link_;
  base::Secret token_;
  std::vector<Session> sessions_;
};

} // namespace tincan::store
