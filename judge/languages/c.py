"""C17 by gcc."""

from judge.languages.base import GCC_QUIET, Language, Skeleton, gcc_diagnostics, gcc_planners
from judge.languages.suspicions import OF_C
from judge.values import BuildKind, SourceFile

_EXTENSIONS = ("c",)
_plan, _plan_object = gcc_planners("/usr/bin/gcc", ("-std=gnu17", "-fuse-ld=mold"), _EXTENSIONS)
SKELETON = Skeleton(
    program="""#include <stdio.h>

int main(void) {
  long long a, b;
  if (scanf("%lld %lld", &a, &b) != 2) return 1;
  printf("%lld\\n", {sum});
}
""",
    header="long long add(long long a, long long b);\n",
    answer="""#include "add.h"

long long add(long long a, long long b) { return {sum}; }
""",
    harness="""#include "add.h"
#include "conducted.h"

typedef struct { long long a, b, sum; } exchange;

static void call_add(void *given) {
  exchange *e = (exchange *)given;
  e->sum = add(e->a, e->b);
}

static void perform(cd_call *call) {
  exchange e = {(long long)call->a, (long long)call->b, 0};
  cd_answer(call_add, &e, sizeof e);
  call->value = (uint64_t)e.sum;
}

int main(void) { return cd_run(perform); }
""",
    kit="conducted.h",
)

C = Language(
    id="c",
    name="C17",
    extensions=_EXTENSIONS,
    build_kinds=tuple(BuildKind),
    plan=_plan,
    plan_object=_plan_object,
    run=("{directory}/program",),
    entry_names=("main.c",),
    quiet=GCC_QUIET,
    diagnose=gcc_diagnostics,
    smoke=SourceFile("main.c", b'#include <stdio.h>\nint main(void) { puts("smoke ok"); }\n'),
    lexer="c",
    editor_mode="cpp",
    suspicions=OF_C,
    skeleton=SKELETON,
)
