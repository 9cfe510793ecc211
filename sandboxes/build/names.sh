#!/bin/sh
# names.sh [--no-allocator] OWN... [-- GIVEN...]: whether an answer's objects (or, without GIVEN, a
# whole program of a language that links the C library dynamically) define what isn't theirs to.
#
# An answer that is linked with a harness could bring its own clock_gettime, printf or
# pthread_create, and the harness would call them: a clock that stands still, a log that is made
# up. So an answer may not define a name of the C library that the harness calls, one that the C
# standard reserves (those begin with _), or one of a sanitizer's. What fails is told in the form
# of a compiler's errors.
#
# With --no-allocator, for problems that forbid to bring one, an answer may neither define the
# allocator's names nor, in C and C++, ask the kernel for memory itself.
set -eu
names=/usr/local/lib/judge/library.names
own='' given='' in_given='' no_allocator=''
for word; do
  if [ "$word" = --no-allocator ]; then no_allocator=yes
  elif [ "$word" = -- ]; then in_given=yes
  elif [ -n "$in_given" ]; then given="$given $word"
  else own="$own $word"; fi
done

defined_in() { nm -g --defined-only -P "$1" | cut -d' ' -f1 | sort -u; }
reserved() {
  # A whole program has the names of its compiler's own support code; an answer's hook has none of
  # those, but a plain name that its standard library asks the C library for.
  if [ -z "$in_given" ]; then grep -v '^_' "$names"; return; fi
  if [ -z "$given" ]; then return; fi # no harness: nobody to be fooled
  # shellcheck disable=SC2086 # file names of ours, without spaces
  nm -u -P $given | cut -d' ' -f1 | grep -xFf "$names" || true
  grep '^_[^Z]' "$names"
}

# Those that are the allocator's, of C and of C++ (operator new and delete). In Rust one is declared
# by an attribute; no macro of the language can spell that word out of parts.
allocator='^(malloc|calloc|realloc|reallocarray|free|cfree|memalign|aligned_alloc|posix_memalign'
allocator="$allocator|valloc|pvalloc|_Z(nw|na)m(RKSt9nothrow_t|St11align_val_t.*)?"
allocator="$allocator|_Z(dl|da)Pvm?(RKSt9nothrow_t|St11align_val_t.*)?)\$"
pages='^(mmap|mmap64|mremap|brk|sbrk|syscall|shmat)$'

# tell NAME OBJECT WORDS: what is wrong, where the compiler of that language would say it.
tell() {
  words="'$1' $3"
  if [ -z "$in_given" ]; then
    place=$(find . -maxdepth 1 -name '*.rs' ! -name conducted.rs -exec grep -nHwm1 -e "$1" {} + | head -n 1 | sed 's|^\./||' | cut -d: -f1-2)
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
    tell "$name" "$object" "belongs to the system's libraries, which this problem's harness uses; \
rename it or make it local to your file"
    status=1
  done
  # The harness takes its channel before any constructor runs; nobody may come before it.
  if [ -n "$given" ]; then
    source=${object%.o}.c
    [ -e "$source" ] || source=$object
    early=$(nm -P "$object" | awk '$2 == "i" { print $1 }')
    sections=' \.(preinit_array|(init|fini)_array\.|ctors|dtors)'
    case $source in *.c) sections=' \.(preinit_array|(init|fini)_array|ctors|dtors)' ;; esac
    # A sanitizer's own constructor is in every object that it has instrumented. readelf has nothing
    # to say of a program for Windows, where the harness takes its channel in main.
    if ! nm -u -P "$object" | grep -q '^__[at]san_init' &&
      readelf -SW "$object" 2>/dev/null | grep -Eq "$sections"; then early="$early constructor"; fi
    for name in $early; do
      tell "$name" "$object" "would run before this problem's harness; nothing of an answer may"
      status=1
    done
  fi
  # Assembly can put a function where constructors are looked for; the kit has some of its own.
  if [ -z "$in_given" ]; then
    for name in $(find . -maxdepth 1 -name '*.rs' ! -name conducted.rs \
      -exec grep -ohwE 'link_section|(global_|naked_)?asm' {} + | sort -u); do
      tell "$name" "$object" "could run before this problem's harness; nothing of an answer may"
      status=1
    done
  fi
  [ -n "$no_allocator" ] || continue
  if [ -n "$in_given" ]; then asked=$(nm -u -P "$object" | cut -d' ' -f1 | grep -E "$pages" || true)
  elif grep -qw global_allocator ./*.rs; then asked=global_allocator
  else asked=; fi
  for name in $(grep -E "$allocator" /tmp/defined || true) $asked; do
    case $name in _Z*) name=$(c++filt -i "$name" | cut -d'(' -f1) ;; esac
    tell "$name" "$object" "is an allocator's business, and this problem forbids to bring one's own"
    status=1
  done
done
exit $status
