# escape=`
# The image of the native Windows runner. Never built by us: we have no Windows. `judge images context
# FOLDER` lays out what it is built from; docs/windows.md says what to put beside, and how `judge doctor
# --target windows-native` tries the result.
#
#   docker build -f windows-native.Dockerfile -t judge/windows:1 --build-arg BASE=... FOLDER
#
# BASE must be of the host's build for process isolation; under Hyper-V isolation an older one will do.
# servercore, since nanoserver lacks what CPython's DLLs import.
ARG BASE=mcr.microsoft.com/windows/servercore:ltsc2022
FROM ${BASE}
USER ContainerAdministrator
WORKDIR C:\
# w64devkit: gcc for UCRT with a POSIX shell, from its release page, unpacked.
COPY w64devkit C:/w64devkit/
# CPython for Windows, from PyPI by its digest.
COPY python-windows C:/Python/
COPY build/names.sh C:/usr/local/lib/judge/names.sh
COPY compatibility C:/usr/local/lib/judge/
COPY oracles C:/usr/local/lib/judge/oracles/
COPY windows C:/source/
RUN C:\w64devkit\bin\make.exe -C C:/source CC=C:/w64devkit/bin/gcc.exe supervisor.exe && mkdir C:\judge && copy C:\source\supervisor.exe C:\judge\
RUN C:\w64devkit\bin\sh.exe -c "cd /w64devkit && for a in $(find . -name 'lib*.a'); do nm -g --defined-only -P $a 2>/dev/null; done | cut -d' ' -f1 | grep -v -x -e '.*:' -e main -e wmain -e WinMain -e wWinMain | sort -u > /usr/local/lib/judge/library.names"
RUN mkdir C:\prog C:\ref C:\box C:\tmp && icacls C:\box /grant ContainerUser:(OI)(CI)F && icacls C:\tmp /grant ContainerUser:(OI)(CI)F
USER ContainerUser
