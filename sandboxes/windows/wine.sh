#!/bin/sh
# wine.sh WORD...: the supervisor for Windows, in an installation of its own ($WINEPREFIX).
# The first of several that are served side by side makes it; moving it into place is one step.
set -e
if [ ! -d "$WINEPREFIX" ]; then
  new=$WINEPREFIX.$$
  cp -a --no-preserve=ownership /opt/wine/prefix "$new"
  mv -T -n "$new" "$WINEPREFIX"
fi
cd "$WINEPREFIX/drive_c/work"
exec /usr/lib/wine/wine64 'C:\judge\supervisor.exe' "$@"
