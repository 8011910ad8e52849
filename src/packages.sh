# Sourced by src/run, tests/run and tests/bench: which Debian packages are needed, and how the missing ones are installed.
build_packages=(g++ cmake ninja-build libasio-dev libfmt-dev libcli11-dev libexpected-dev libutf8proc-dev libsqlite3-dev
                libsqlitecpp-dev nlohmann-json3-dev libprotobuf-dev protobuf-compiler libicu-dev libssl-dev
                libsodium-dev libqrencode-dev libboost-dev)
test_packages=(catch2 libvterm-dev clang clang-tidy clang-format libclang-rt-14-dev tmux python3 procps ncurses-base
               binutils groff-base man-db zsh fish chromium nodejs npm)

# A command that does instead of the package: node may be there from elsewhere, with an npm of its own that Debian's npm conflicts with.
declare -A command_of=([nodejs]=node [npm]=npm)

is_there() { # package
  local command=${command_of[$1]:-}
  [ -n "$command" ] && command -v "$command" >/dev/null && return
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

say() { printf 'tincan: %s\n' "$*" >&2; }

install_packages() {
  local missing=() package
  for package in "$@"; do
    is_there "$package" || missing+=("$package")
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

npm_packages() { # the driver of the browser and the accessibility checks: exactly what the lock file names, once
  local lock=tests/web/package-lock.json made=build/npm/made-with
  cmp -s "$lock" "$made" && return
  say "getting what $lock names"
  rm -rf build/npm
  mkdir -p build/npm
  cp tests/web/package.json "$lock" build/npm/
  if npm ci --prefix build/npm --ignore-scripts --no-audit --no-fund --silent >&2; then cp "$lock" "$made"
  else say "npm did not give it: the tests web_page_* will fail"; fi
}
