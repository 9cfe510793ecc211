# The Linux sandbox in two images: `run`, where programs of candidates and packages run, with an
# interpreter, the sanitizers' libraries, what finds a GPU's driver (ocl-icd, and the name of the one
# that the engine's toolkit hands in), and the supervisor; and `build`, the same with compilers.
# The base is debian:trixie-slim, pulled from Docker Hub or made by `judge images build` with
# mmdebstrap where the hub can't be reached. Package versions are those of locks/.
FROM debian:trixie-slim AS base
ARG UNLOCKED=
COPY build/install.sh locks/run.lock /tmp/
# runc lays the modes of these folders over those of the file systems mounted there.
RUN sh /tmp/install.sh /tmp/run.lock \
      python3 libstdc++6 libatomic1 libasan8 libubsan1 libtsan2 ocl-icd-libopencl1 \
 && rm /tmp/install.sh /tmp/run.lock \
 && mkdir -m 0700 /box /ref && mkdir -m 0755 /prog \
 && mkdir -p /etc/OpenCL/vendors && echo libnvidia-opencl.so.1 > /etc/OpenCL/vendors/nvidia.icd

FROM base AS compilers
ARG UNLOCKED=
COPY build/install.sh locks/build.lock /tmp/
RUN sh /tmp/install.sh /tmp/build.lock gcc g++ libc6-dev make mold rustc \
 && rm /tmp/install.sh /tmp/build.lock
# Names that an answer linked with a harness may not define: build/names.sh.
RUN gcc=$(dirname "$(gcc -print-file-name=libstdc++.a)") libc=/usr/lib/$(gcc -print-multiarch) \
 && mkdir -p /usr/local/lib/judge \
 && for archive in "$libc"/libc.a "$libc"/libm*.a "$gcc"/libgcc.a "$gcc"/libgcc_eh.a; do \
      nm -g --defined-only -P "$archive" 2>/dev/null || true; \
    done | cut -d' ' -f1 | grep -v ':$' | sort -u > /usr/local/lib/judge/library.names \
 && grep -qx clock_gettime /usr/local/lib/judge/library.names
# The header that many answers begin with, parsed beforehand. It is looked for by its own name, never
# forced in, so that what lacks its includes does not compile here either. The flags must be those
# of a plain build (judge/languages/base.py); for others gcc takes the header itself.
RUN mkdir -p /usr/local/lib/judge/parsed/bits \
 && header=$(echo '#include <bits/stdc++.h>' | g++ -std=gnu++20 -E -x c++ - \
      | sed -n 's|^# 1 "\(.*/bits/stdc++.h\)".*|\1|p' | head -n 1) \
 && g++ -std=gnu++20 -pthread -O2 -x c++-header "$header" \
      -o /usr/local/lib/judge/parsed/bits/stdc++.h.gch
COPY build/names.sh /usr/local/lib/judge/
COPY supervisor /usr/local/src/supervisor
RUN make -C /usr/local/src/supervisor CC=gcc \
 && install -m 0755 /usr/local/src/supervisor/supervisor /usr/local/sbin/supervisor

FROM base AS run
COPY --from=compilers /usr/local/sbin/supervisor /usr/local/sbin/supervisor
COPY compatibility /usr/local/lib/judge
COPY oracles /usr/local/lib/judge/oracles
RUN python3 -m compileall -q /usr/local/lib/judge

FROM compilers AS build
