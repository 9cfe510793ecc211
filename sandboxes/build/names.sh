#!/bin/sh
# names.sh OWN... [-- GIVEN...]: whether an answer's objects (or, without GIVEN, a whole program of
# a language that links the C library dynamically) define what isn't theirs to define.
#
# An answer that is linked with a harness could bring its own clock_gettime, printf or
# pthread_create, and the harness would call them: a clock that stands still, a log that is made
# up. So an answer may not define a name of the C library that the harness calls, one that the C
# standard reserves (those begin with _), or one of a sanitizer's. What fails is told in the form
# of a compiler's errors.
set -eu
names=/usr/local/lib/judge/library.names
own= given= in_given=
for word; do
  if [ "$word" = -- ]; then in_given=yes
  elif [ -n "$in_given" ]; then given="$given $word"
  else own="$own $word"; fi
done

defined_in() { nm -g --defined-only -P "$1" | cut -d' ' -f1 | sort -u; }
reserved() {
  # A whole program has the names of its compiler's own support code; an answer's hook has none of
  # those, but a plain name that its standard library asks the C library for.
  if [ -z "$in_given" ]; then grep -v '^_' "$names"; return; fi
  # shellcheck disable=SC2086 # file names of ours, without spaces
  nm -u -P $given | cut -d' ' -f1 | grep -xFf "$names" || true
  grep '^_[^Z]' "$names"
}

# tell NAME OBJECT: what is wrong, where the compiler of that language would say it.
tell() {
  words="'$1' belongs to the system's libraries, which this problem's harness uses; rename it or \
make it local to your file"
  if [ -z "$in_given" ]; then
    place=$(grep -nwm1 -e "$1" ./*.rs | head -n 1 | sed 's|^\./||' | cut -d: -f1-2)
    printf "error: %s\n --> %s:1\n\n" "$words" "${place:-solution.rs:1}" >&2
    return
  fi
  source=${2%.o}
  for found in "$source".*; do
    case $found in *.o | *.h | *.hpp) ;; *) source=$found ;; esac
  done
  line=$(grep -nwm1 -e "$1" "$source" 2>/dev/null | cut -d: -f1)
  echo "$source:${line:-1}:1: error: $words" >&2
}

reserved >/tmp/reserved
status=0
for object in $own; do
  defined_in "$object" >/tmp/defined
  for name in $(grep -xFf /tmp/reserved /tmp/defined || true) \
    $(grep -E '^__(asan|lsan|tsan|ubsan|msan|hwasan|sanitizer|interceptor)_' /tmp/defined || true); do
    tell "$name" "$object"
    status=1
  done
done
exit $status
