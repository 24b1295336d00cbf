# Steps that tools/up, tools/test and the benches share. Sourced; defines functions only.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages="g++ cmake ninja-build ccache pkg-config ca-certificates libboost-dev libgdal-dev libgeos-dev libproj-dev proj-data
  libsqlite3-dev libspatialite-dev libprotozero-dev libdeflate-dev libssl-dev libsodium-dev libfmt-dev libspdlog-dev libcli11-dev
  libtomlplusplus-dev nlohmann-json3-dev libbenchmark-dev"
web_packages="nodejs npm"
test_packages="catch2 librapidcheck-dev gdal-bin spatialite-bin sqlite3 libsqlite3-mod-spatialite python3 curl zstd git chromium fonts-noto-cjk"

say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

# Installs what of its arguments is not there; quick when all of it is.
need_packages() {
  local missing=()
  for package in "$@"; do
    # Machines with their own Node.js have no package of that name.
    case $package in
      nodejs) command -v node >/dev/null && continue ;;
      npm) command -v npm >/dev/null && continue ;;
    esac
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  say "installing ${missing[*]}"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# npm ci in a folder, once for each state of its lock file.
npm_ci() {
  local folder=$1 stamp=$1/node_modules/.installed
  if [ "$(cat "$stamp" 2>/dev/null)" != "$(sha256sum <"$folder/package-lock.json")" ]; then
    say "npm ci in ${folder#"$top"/}"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
    sha256sum <"$folder/package-lock.json" >"$stamp"
  fi
}

# Builds targets of a preset: build_program PRESET TARGET… A folder not configured yet gets no tests: they need more packages.
build_program() {
  local preset=$1; shift
  (cd "$top" && [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" -DCAITU_TESTS=OFF >/dev/null)
  say "building ($preset)"
  (cd "$top" && cmake --build --preset "$preset" --target "$@")
}

# Builds the web pages when a source of them is newer than what stands.
build_web() {
  local built=$top/src/web/dist/index.html
  npm_ci "$top/src/web"
  if [ ! -f "$built" ] || [ -n "$(find "$top/src/web" -path '*/node_modules' -prune -o -path '*/dist' -prune -o -type f -newer "$built" -print -quit)" ]; then
    say "building the web pages"
    (cd "$top/src/web" && npm run --silent build)
  fi
}
