# Sourced by src/run and tests/run: which Debian packages are needed, and how the missing ones are installed.
build_packages=(g++ cmake ninja-build libasio-dev libfmt-dev libcli11-dev libexpected-dev libutf8proc-dev libsqlite3-dev
                libsqlitecpp-dev nlohmann-json3-dev libprotobuf-dev protobuf-compiler libicu-dev libssl-dev
                libsodium-dev libqrencode-dev)
test_packages=(catch2 libvterm-dev clang clang-tidy clang-format libclang-rt-14-dev tmux python3 procps ncurses-base
               binutils groff-base man-db zsh fish)

say() { printf 'tincan: %s\n' "$*" >&2; }

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local get=(apt-get)
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then get=(sudo apt-get)
    elif command -v sudo >/dev/null && [ -t 0 ]; then get=(sudo apt-get)
    else
      say "these packages are missing; install them, then run this again:"
      printf '  apt-get install %s\n' "${missing[*]}" >&2
      exit 1
    fi
  fi
  say "installing ${missing[*]}"
  "${get[@]}" update -qq >&2
  DEBIAN_FRONTEND=noninteractive "${get[@]}" install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
