# Windows programs on Linux, in two images: `wine-build` has the cross compilers (mingw-w64 with the
# universal C runtime, and Rust's standard library for Windows), `wine-run` has Wine, CPython for
# Windows, and our supervisor for Windows. They stand on the Linux sandbox's two, whose supervisor is
# PID 1 here too. docs/windows.md.

# Debian has no standard library of Rust for Windows in trixie. So it is built here from Debian's own
# sources of the same rustc: the library from `rust-src`, with Debian's patches, and the crates that
# it needs from the source archive. Where that can't be had the image is made without, and says so;
# a runner then does not offer Rust for Windows, as its smoke program fails.
FROM judge/build:1 AS rust-std
COPY windows/rust-std.sh /tmp/
RUN mkdir -p /out && sh /tmp/rust-std.sh || echo "WARNING: no Rust for Windows: its sources can't be had"

FROM judge/build:1 AS wine-build
ARG UNLOCKED=
COPY build/install.sh locks/wine-build.lock /tmp/
RUN sh /tmp/install.sh /tmp/wine-build.lock g++-mingw-w64-ucrt64 gcc-mingw-w64-ucrt64 \
 && rm /tmp/install.sh /tmp/wine-build.lock \
 && for tool in nm c++filt; do ln -s "/usr/bin/x86_64-w64-mingw32ucrt-$tool" "/usr/local/bin/$tool"; done
COPY --from=rust-std /out/ /
# Names that an answer linked with a harness may not define: build/names.sh.
RUN system=/usr/x86_64-w64-mingw32ucrt/lib \
 && support=$(dirname "$(x86_64-w64-mingw32ucrt-gcc -print-libgcc-file-name)") \
 && mkdir -p /usr/local/lib/judge \
 && for name in mingw32 mingwex ucrt moldname kernel32 synchronization bcrypt psapi ws2_32 m pthread; do \
      nm -g --defined-only -P "$system/lib$name.a" 2>/dev/null || true; \
    done >/tmp/names \
 && nm -g --defined-only -P "$support/libgcc.a" "$support/libgcc_eh.a" 2>/dev/null >>/tmp/names; \
    cut -d' ' -f1 /tmp/names | grep -v -x -e '.*:' -e main -e wmain -e WinMain -e wWinMain | sort -u >/usr/local/lib/judge/library.names \
 && rm /tmp/names \
 && grep -qx CreateFileW /usr/local/lib/judge/library.names \
 && grep -qx clock_gettime /usr/local/lib/judge/library.names
# The header that many answers begin with, parsed beforehand: linux.Dockerfile says how.
RUN mkdir -p /usr/local/lib/judge/parsed/bits \
 && header=$(echo '#include <bits/stdc++.h>' | x86_64-w64-mingw32ucrt-g++ -std=gnu++20 -E -x c++ - \
      | sed -n 's|^# 1 "\(.*/bits/stdc++.h\)".*|\1|p' | head -n 1) \
 && x86_64-w64-mingw32ucrt-g++ -std=gnu++20 -pthread -O2 -x c++-header "$header" \
      -o /usr/local/lib/judge/parsed/bits/stdc++.h.gch
COPY windows /usr/local/src/windows
RUN make -C /usr/local/src/windows CC=x86_64-w64-mingw32ucrt-gcc

FROM judge/run:1 AS wine-run
ARG UNLOCKED=
COPY build/install.sh locks/wine-run.lock /tmp/
# Debian's Wine brings its libraries with their symbols, 460 MB of them, which nothing here reads.
RUN sh /tmp/install.sh /tmp/wine-run.lock wine wine64 \
 && apt-get update && apt-get install -y --no-install-recommends binutils-mingw-w64-x86-64 \
 && find /usr/lib/*/wine/x86_64-windows -type f \
      -exec x86_64-w64-mingw32-strip --strip-debug {} + 2>/dev/null; \
    apt-get purge -y --autoremove binutils-mingw-w64-x86-64 >/dev/null \
 && rm -f /usr/lib/*/gstreamer1.0/gstreamer-1.0/gst-ptp-helper `# has rights of its own` \
 && rm -rf /tmp/install.sh /tmp/wine-run.lock /var/lib/apt/lists/* /var/cache/apt/*
COPY python-windows /opt/wine/python
COPY --from=wine-build /usr/local/src/windows/supervisor.exe /opt/wine/judge/supervisor.exe
COPY --from=wine-build /usr/local/src/windows/boot.exe /opt/wine/boot.exe
COPY windows/prefix.sh /tmp/
RUN sh /tmp/prefix.sh && rm -rf /tmp/*
COPY windows/wine.sh /usr/local/lib/judge/
