# Steps that tools/up, tools/test and the benches share. Sourced; defines functions only.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build_packages="g++ cmake ninja-build ccache pkg-config ca-certificates libboost-dev libgdal-dev libgeos-dev libproj-dev proj-data
  libsqlite3-dev libspatialite-dev libprotozero-dev libdeflate-dev libxxhash-dev libssl-dev libsodium-dev libarchive-dev libfmt-dev libspdlog-dev libcli11-dev
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

# Puts a Node.js that the web packages can use first on the PATH: the one that a folder's lock file names, when the machine's
# is older than 20.19. Under an older one npm leaves out what it needs only on some machines, without a word.
need_node() {
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' && return
  local version
  version=$(node -p "require('$1/package-lock.json').packages['node_modules/node'].version")
  if [ "$("$top/build/node/node_modules/.bin/node" --version 2>/dev/null)" != "v$version" ]; then
    say "installing Node.js $version into build/node"
    npm install --prefix "$top/build/node" --no-save --no-audit --no-fund --loglevel=error "node@$version"
  fi
  PATH=$top/build/node/node_modules/.bin:$PATH
}

# npm ci in a folder, once for each state of its lock file.
npm_ci() {
  local folder=$1 stamp=$1/node_modules/.installed
  need_node "$folder"
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
