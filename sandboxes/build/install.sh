#!/bin/sh
# install.sh LOCK NAME...: Debian packages in exactly the versions that LOCK lists.
#
# Where the mirror has moved on, the versions come from Debian's archive of all versions, as of the
# lock's day. Where that can't be reached either, the mirror's own versions are taken, so that a
# judge can be set up in ten years, too: `judge images list` and `judge doctor` say what differs.
# With UNLOCKED set, the mirror's newest versions are taken: `judge images lock` writes a new lock
# from them.
set -eu
lock=$1
shift
day=$(sed -n 's/^# as of //p' "$lock")
locked=$(sed '/^#/d' "$lock")
export DEBIAN_FRONTEND=noninteractive

install() { apt-get install -y --no-install-recommends --allow-downgrades "$@"; }

newest() { apt-get upgrade -y && install "$@"; }

apt-get update
# shellcheck disable=SC2086 # a list of words
if [ -n "${UNLOCKED:-}" ]; then
  newest "$@"
elif ! install $locked; then
  echo "The mirror has other versions than the lock; asking snapshot.debian.org for those of $day."
  archive="http://snapshot.debian.org/archive"
  printf 'deb [check-valid-until=no] %s/%s/%s %s main\n' \
    "$archive" debian "$day" trixie "$archive" debian-security "$day" trixie-security \
    >/etc/apt/sources.list.d/snapshot.list
  # shellcheck disable=SC2086
  if ! { apt-get update -o Acquire::Retries=1 -o Acquire::http::Timeout=10 && install $locked; }; then
    echo "WARNING: not to be reached; taking the mirror's versions instead of the lock's."
    rm -f /etc/apt/sources.list.d/snapshot.list
    apt-get update
    newest "$@"
  fi
  rm -f /etc/apt/sources.list.d/snapshot.list
fi
rm -rf /var/lib/apt/lists/* /var/cache/apt/*
# No program of another's rights: nobody in here changes user but the supervisor, who is root.
find / -xdev -perm /6000 -type f -exec chmod a-s {} +
