"""What systems.yaml asks of performance, checked; and the package's own answers to compare with."""

from judge.errors import PackageFault
from judge.languages import LANGUAGES, language_of_file
from judge.performance import Benchmark, GrowthTest, Metric, ScalingTest, TradeoffTest, Workload
from judge.values import SourceFile
from problems.schema import BenchmarkYaml, SystemsYaml, WorkloadYaml
from problems.tree import Tree

PLACE = "systems.yaml"
CPU_LIMIT = CLOCK_LIMIT = 4.0
"""Where one of both is compared and systems.yaml doesn't bound the other itself."""
TAIL_FACTOR = 2.0
"""So many times the limit may the worst tenth of rounds be, if systems.yaml says nothing else."""


def benchmark(extra: SystemsYaml, *, interactive: bool) -> Benchmark | None:
    """The performance limit. Raises PackageFault for what could not be measured."""
    given = extra.benchmark
    if given is None:
        return None
    if given.full >= given.limit:
        raise PackageFault(
            PLACE, f"benchmark.full is {given.full}; it must be below limit, {given.limit}"
        )
    if given.metric.percentile is not None and not interactive:
        raise PackageFault(
            PLACE,
            f"benchmark.metric is {given.metric}; latencies are taken from outside the program, "
            "by the harness of an interactive problem (OpenLoop of oracles.open_loop)",
        )
    by_the_clock, by_cpu = given.metric.is_by_the_clock, given.metric is Metric.CPU_TIME
    if given.clock_limit is not None and not by_cpu:
        raise PackageFault(
            PLACE,
            f"benchmark.clock_limit is {given.clock_limit}, beside the metric {given.metric}: it "
            "bounds what is measured by cpu-time; leave it out, or let that be the metric",
        )
    if given.tail_limit is not None and given.tail_limit < given.limit:
        raise PackageFault(
            PLACE,
            f"benchmark.tail_limit is {given.tail_limit}; it can't be below limit, {given.limit}",
        )
    return Benchmark(
        workloads=tuple(_workload(name, one, given) for name, one in given.workloads.items()),
        metric=given.metric,
        limit=given.limit,
        full=given.full,
        rounds_max=given.rounds,
        cpu_limit=given.cpu_limit or (CPU_LIMIT if by_the_clock else None),
        clock_limit=given.clock_limit or (CLOCK_LIMIT if by_cpu else None),
        tail_limit=given.tail_limit or TAIL_FACTOR * given.limit,
    )


def _workload(name: str, given: str | WorkloadYaml, whole: BenchmarkYaml) -> Workload:
    workload = WorkloadYaml(input=given) if isinstance(given, str) else given
    if whole.metric is Metric.THROUGHPUT and workload.operations == 0:
        raise PackageFault(
            PLACE,
            f"benchmark.workloads.{name} has no operations; throughput is that number by the time",
        )
    if workload.threads > 1 and "{threads}" not in workload.input:
        raise PackageFault(
            PLACE,
            f"benchmark.workloads.{name}.input is {workload.input!r}; {{threads}} must be in it",
        )
    return Workload(
        name=name, input=workload.input, threads=workload.threads, operations=workload.operations
    )


def growth(extra: SystemsYaml) -> GrowthTest | None:
    """Inputs of growing size."""
    given = extra.growth
    if given is None:
        return None
    _require_benchmark(extra, "growth")
    if "{n}" not in given.input:
        raise PackageFault(PLACE, f"growth.input is {given.input!r}; {{n}} must be in it")
    if sorted(set(given.sizes)) != given.sizes or given.sizes[0] < 1:
        raise PackageFault(PLACE, f"growth.sizes are {given.sizes}; they must grow")
    return GrowthTest(input=given.input, sizes=tuple(given.sizes), expected=given.expected)


def scaling(extra: SystemsYaml) -> ScalingTest | None:
    """The same work for more and more threads."""
    given = extra.scaling
    if given is None:
        return None
    _require_benchmark(extra, "scaling")
    if "{threads}" not in given.input:
        raise PackageFault(PLACE, f"scaling.input is {given.input!r}; {{threads}} must be in it")
    if sorted(set(given.threads)) != given.threads or given.threads[0] != 1:
        raise PackageFault(PLACE, f"scaling.threads are {given.threads}; they must grow from 1")
    return ScalingTest(input=given.input, operations=given.operations, threads=tuple(given.threads))


def tradeoff(extra: SystemsYaml) -> TradeoffTest | None:
    """Two costs to be drawn against each other."""
    given = extra.tradeoff
    if given is None:
        return None
    _require_benchmark(extra, "tradeoff")
    known = [*(str(metric) for metric in Metric), *extra.counters]
    for axis, name in (("x", given.x), ("y", given.y)):
        if name not in known:
            raise PackageFault(
                PLACE, f"tradeoff.{axis} is {name}; known here are {', '.join(known)}"
            )
    return TradeoffTest(x=given.x, y=given.y)


def _require_benchmark(extra: SystemsYaml, what: str) -> None:
    if extra.benchmark is None:
        raise PackageFault(PLACE, f"{what} needs a benchmark: it is measured beside that")


def answers(files: Tree, stem: str, solution: str) -> dict[str, tuple[SourceFile, ...]]:
    """submissions/accepted/<stem>.<extension>, by language, under the name that answers have."""
    found: dict[str, tuple[SourceFile, ...]] = {}
    for path, content in files.items():
        name = path.removeprefix("submissions/accepted/")
        language = language_of_file(name)
        if name.startswith(f"{stem}.") and path.startswith("submissions/accepted/") and language:
            found[language.id] = (SourceFile(language.answer_file(solution), content),)
    return found


def references(
    files: Tree, extra: SystemsYaml, languages: tuple[str, ...]
) -> dict[str, tuple[SourceFile, ...]]:
    """What the benchmark compares with, by language. Raises PackageFault where one is missing."""
    if extra.benchmark is None:
        return {}
    stem = extra.benchmark.reference
    found = answers(files, stem, extra.solution)
    for language_id in languages:
        if language_id not in found:
            raise PackageFault(
                f"submissions/accepted/{LANGUAGES[language_id].answer_file(stem)}",
                "is missing; a benchmark needs a reference in every offered language",
            )
    return found
