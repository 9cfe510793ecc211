# The Linux sandbox: compilers, runtimes and the supervisor. The base is debian:trixie-slim, pulled
# from Docker Hub or made by `judge images build` with mmdebstrap where the hub can't be reached.
FROM debian:trixie-slim
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      gcc g++ libc6-dev make mold python3 rustc \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
 && find / -xdev -perm /6000 -type f -exec chmod a-s {} +
COPY supervisor /usr/local/src/supervisor
COPY python /usr/local/lib/judge
# runc lays the modes of these folders over those of the file systems mounted there.
RUN mkdir -m 0700 /box /ref && mkdir -m 0755 /prog \
 && make -C /usr/local/src/supervisor CC=gcc \
 && install -m 0755 /usr/local/src/supervisor/supervisor /usr/local/sbin/supervisor \
 && python3 -m compileall -q /usr/local/lib/judge
