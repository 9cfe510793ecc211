# shellcheck shell=bash
# Sourced by the scripts: makes what is missing on this machine, saying what and how long.
# Everything it installs comes from the machine's own apt and PyPI mirrors.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
ROOT=$PWD
STARTED=$(date +%s)
LOG=$ROOT/.setup.log # of the installer that ran last; here, where no other user can meddle
export DEBIAN_FRONTEND=noninteractive

say() { printf '%5d s  %s\n' "$(($(date +%s) - STARTED))" "$*" >&2; }

stop() {
  printf '\n%s\n' "$*" >&2
  exit 3
}

can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# install_packages WHAT-FOR PACKAGE...: by apt where we may, else say exactly what to install.
install_packages() {
  local purpose=$1
  shift
  can_install || stop "Missing: $purpose. Install it, then start again:
    Debian, Ubuntu:  sudo apt-get install $*
    elsewhere:       your system's packages of the same names"
  say "installing $* (for $purpose)"
  apt-get update -qq >/dev/null 2>&1 || true
  apt-get install -y -qq --no-install-recommends "$@" >"$LOG" 2>&1 ||
    stop "apt-get install $* failed:
$(tail -n 15 "$LOG")"
}

# JUDGE_PYTHON, or the newest that will do.
find_python() {
  local name
  for name in ${JUDGE_PYTHON:+"$JUDGE_PYTHON"} python3.13 python3.12 python3.11 python3; do
    command -v "$name" >/dev/null || continue
    "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && {
      echo "$name"
      return
    }
  done
  return 1
}

# The virtual environment, from the lock file $1; made again when the lock has changed.
ensure_environment() {
  local lock=$1 python stamp
  stamp="$ROOT/.venv/.made-from-$(basename "$lock")"
  # An upgrade of the system takes away the Python that the environment stands on.
  .venv/bin/python -c '' 2>/dev/null || rm -rf .venv
  if [ -x .venv/bin/judge ] && cmp -s "$lock" "$stamp"; then return; fi
  python=$(find_python) || {
    install_packages "Python 3.11 or newer" python3 python3-venv
    python=$(find_python) || stop "Python 3.11 or newer is needed; this system's is older. Install it, then start again."
  }
  say "Python packages from $(basename "$lock") (about half a minute)"
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" 2>"$LOG" ||
    stop "pip could not install $lock:
$(grep -v '^WARNING' "$LOG" | tail -n 15)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . 2>"$LOG" ||
    stop "the judge itself could not be installed:
$(tail -n 15 "$LOG")"
  cp "$lock" "$stamp"
}

engine_answers() {
  .venv/bin/python -c 'from sandboxes.containers import connect; connect()' 2>/dev/null
}

# A Docker engine that answers: the one that runs, or Debian's, started here.
ensure_engine() {
  if engine_answers; then return; fi
  if ! command -v dockerd >/dev/null; then
    [ "$(uname -s)" = Linux ] || stop "No Docker engine answers. Start Docker Desktop, then start again."
    install_packages "a Docker engine" docker.io iptables ca-certificates
  fi
  [ "$(id -u)" = 0 ] || stop "No Docker engine answers, and only root can start one:
    sudo systemctl start docker   (and: sudo usermod -aG docker $(id -un), then sign in again)"
  if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
    say "starting the Docker engine (systemctl)"
    systemctl start docker || true
  else
    say "starting the Docker engine (dockerd, log in /var/log/judge-dockerd.log)"
    # A killed engine leaves its pid files; it refuses to start beside them.
    pgrep -x dockerd >/dev/null || rm -f /var/run/docker.pid /var/run/docker/containerd/containerd.pid
    setsid dockerd >/var/log/judge-dockerd.log 2>&1 </dev/null &
  fi
  for _ in $(seq 120); do
    engine_answers && return
    sleep 0.5
  done
  stop "The Docker engine does not answer after 60 s. Its last words:
$(tail -n 15 /var/log/judge-dockerd.log 2>/dev/null || journalctl -u docker -n 15 --no-pager)"
}

# What makes the base image where Docker Hub can't be reached.
ensure_base_tools() {
  if .venv/bin/python -c 'from sandboxes.containers import connect; connect().images.get("debian:trixie-slim")' 2>/dev/null; then return; fi
  if can_install && ! command -v mmdebstrap >/dev/null; then
    install_packages "the base image, in case Docker Hub can't be reached" mmdebstrap debian-archive-keyring
  fi
}
