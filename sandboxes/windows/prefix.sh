#!/bin/sh
# Make /opt/wine/prefix, what each run's Windows installation is copied from: registry and folders of
# 2 MB. All that Wine puts into one besides is the same for all, read-only, and only linked.
set -eu
export HOME=/tmp/made WINEPREFIX=/tmp/made/prefix XDG_RUNTIME_DIR=/tmp/made WINEDEBUG=-all
export WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe="
libraries=/usr/lib/$(uname -m)-linux-gnu/wine/x86_64-windows
mkdir -m 0700 "$HOME"
wineboot --init || true
# A crash is told by the exit code; a debugger that comes up would only take its time.
wine reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d false /f
wineserver --wait
[ -f "$WINEPREFIX/system.reg" ] # the first step may complain without a screen, but must have worked

cd "$WINEPREFIX"
find drive_c/windows -type f | while read -r file; do
  original=$libraries/$(basename "$file")
  if cmp -s "$file" "$original"; then ln -sf "$original" "$file"; fi
done
mkdir -p /opt/wine/shared
for folder in windows "Program Files" "Program Files (x86)"; do
  [ -d "drive_c/$folder" ] || continue
  mv "drive_c/$folder" /opt/wine/shared/
  ln -s "/opt/wine/shared/$folder" "drive_c/$folder"
done
rm -f dosdevices/*
ln -s ../drive_c dosdevices/c:
for folder in prog ref box tmp; do ln -s "/$folder" "drive_c/$folder"; done
ln -s /opt/wine/python drive_c/Python
ln -s /opt/wine/judge drive_c/judge
mkdir drive_c/work
echo disable >.update-timestamp # nobody is to bring this up to date at a start
cp -a "$WINEPREFIX" /opt/wine/prefix
# From here on a start does not wait for the services of Windows: boot.c. Wine's own is kept for
# benchmarks/windows.py, which compares.
mv "$libraries/wineboot.exe" /opt/wine/wineboot.exe
install -m 0644 /opt/wine/boot.exe "$libraries/wineboot.exe"
chown -R root:root /opt/wine
chmod -R a+rX,go-w /opt/wine
rm -rf "$HOME"
