"""What we speak of: frozen values, built once and complete.

They flow one way: `Submission` → `Artifact` → `Execution` → `TestResult` → `Judgement`.
Lengths are bytes, durations carry their unit in the name, sizes of files are what was read.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from judge.performance import (
    NO_EXTRAS,
    Benchmark,
    Extras,
    Growth,
    GrowthTest,
    Ratio,
    ScalingTest,
    TradeoffTest,
)
from judge.points import GroupPoints, PointsRule
from judge.verdicts import Verdict

MEBIBYTE = 1024 * 1024


class BuildKind(StrEnum):
    """How a program is built: as it is, or with a sanitizer that sees what a run can't."""

    PLAIN = "plain"
    ADDRESS = "address"
    THREAD = "thread"


class Ending(StrEnum):
    """Why a run ended, as the sandbox saw it."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    WALL_LIMIT = "wall-limit"
    CPU_LIMIT = "cpu-limit"
    MEMORY_LIMIT = "memory-limit"
    OUTPUT_LIMIT = "output-limit"
    NOT_STARTED = "not-started"


class MemorySource(StrEnum):
    """What a memory figure counts."""

    CGROUP = "cgroup"
    LARGEST_PROCESS = "largest process"
    JOB_OBJECT = "job object"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one run may use. CPU time counts all descendants; memory is the container's."""

    cpu_ms: int = 2_000
    wall_ms: int = 6_000
    memory_bytes: int = 256 * MEBIBYTE
    output_bytes: int = 8 * MEBIBYTE
    file_bytes: int = 32 * MEBIBYTE
    stack_bytes: int = 64 * MEBIBYTE
    open_files: int = 128


VALIDATION_LIMITS = Limits(
    cpu_ms=60_000,
    wall_ms=90_000,
    memory_bytes=2048 * MEBIBYTE,
    stack_bytes=2048 * MEBIBYTE,
    output_bytes=8 * MEBIBYTE,
)
"""For a package's own programs: the package format's typical values, the stack as large as all."""
COMPILATION_LIMITS = Limits(
    cpu_ms=60_000,
    wall_ms=90_000,
    memory_bytes=2048 * MEBIBYTE,
    stack_bytes=256 * MEBIBYTE,
    output_bytes=4096 * MEBIBYTE,
    file_bytes=256 * MEBIBYTE,
    open_files=512,
)
"""The format's typical values. What a compiler says is cut, never counted against an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one run did use."""

    wall_ns: int
    cpu_ns: int
    memory_bytes_peak: int
    memory_source: MemorySource
    threads: int = 0
    """Alive when a limit stopped the run; 0 when it ended by itself."""
    threads_asleep: int = 0
    preemptions: int = 0
    """Involuntary context switches of all of its processes."""
    preparing_cpu_ns: int = 0
    """Used by what is ours before the program ran, and not counted as its own."""

    @property
    def cpu_ms(self) -> float:
        return self.cpu_ns / 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One command, run to its end."""

    ending: Ending
    exit_code: int
    signal: int
    stdout: bytes
    stderr: bytes
    measurement: Measurement
    starts: int = 1
    """How many programs were started: a harness may start several, or none."""

    @property
    def clean(self) -> bool:
        return self.ending is Ending.EXITED and self.exit_code == 0


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file by its name below the folder of its kind, and its bytes.

    A candidate's has no folders in its name; a package's may have.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Files sent once, never changed, for one problem in one language."""

    problem: str
    language: str
    files: tuple[SourceFile, ...]
    entry: str = ""
    """The file that starts the program, where a package says so; else the language tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What a build leaves: files for /prog, and how to run them from there."""

    files: tuple[SourceFile, ...]
    command: tuple[str, ...]
    """{directory} in it stands for where the files are put, {mebibytes} for the memory limit."""

    def command_in(self, directory: str, limits: Limits) -> tuple[str, ...]:
        """The command line of the program in `directory`, to be run under `limits`."""
        words = {"{directory}": directory, "{mebibytes}": str(limits.memory_bytes // MEBIBYTE)}
        command = self.command
        for word, value in words.items():
            command = tuple(part.replace(word, value) for part in command)
        return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One remark of a compiler on the candidate's own file."""

    file: str
    line: int
    column: int
    severity: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What became of one build kind."""

    kind: BuildKind
    ok: bool
    wall_ms: float
    output: str
    diagnostics: tuple[Diagnostic, ...] = ()


class Shape(StrEnum):
    """How a candidate's program meets its judge."""

    BATCH = "batch"
    """Input on standard input, output judged after (library problems too: the harness is linked
    in and its log is the output)."""
    INTERACTIVE = "interactive"
    """A program of the package talks to it, in a container of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeProgram:
    """A program of the package that judges: validator, interactor, harness or generator."""

    name: str
    language: str
    """SCRIPTS for one that the package builds, or runs, by shell scripts of its own."""
    files: tuple[SourceFile, ...]


SCRIPTS = "build and run"
"""The language of programs with the format's two scripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultValidator:
    """The format's own comparison of tokens, with its flags."""

    case_sensitive: bool = False
    space_change_sensitive: bool = False
    float_absolute_tolerance: float | None = None
    float_relative_tolerance: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Testcase:
    """One question put to a submission."""

    name: str
    group: str
    input: bytes
    answer: bytes = b""
    sample: bool = False
    fresh: bool = False
    """Made for this submission alone, so that its data may be shown as a witness."""
    open: bool = False
    """A fixed test whose data candidates may see where it fails (the format's full feedback)."""
    hidden_input: bool = False
    """A sample of an interactive problem: what the interactor knows is not shown."""
    builds: tuple[BuildKind, ...] = (BuildKind.PLAIN,)
    arguments: tuple[str, ...] = ()
    """Given to the program on its command line."""
    files: tuple[SourceFile, ...] = ()
    """Laid into the program's working directory."""
    validator_arguments: tuple[str, ...] = ()
    max_points: float | None = None
    """What it is worth by itself, in a scoring problem; None where only its group is."""
    comparison: DefaultValidator = DefaultValidator()
    """What the arguments say where the default validator judges."""

    def is_in(self, group: str) -> bool:
        """Whether it lies in a group, or in a folder of it."""
        return self.group == group or self.group.startswith(f"{group}/")

    @property
    def secret(self) -> bool:
        """Whether its input is the same each time and must stay unknown."""
        return not self.sample and not self.fresh and not self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshTests:
    """Testcases made anew for each submission by the package's generator.

    The generator gets `arguments` with {seed} replaced, and writes one input to standard output.
    """

    group: str
    count: int
    arguments: tuple[str, ...]
    builds: tuple[BuildKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A count that a validator reports (flushes, page touches) and its bar."""

    name: str
    limit: float
    full: float
    labels: dict[str, str] = field(default_factory=dict)
    """What people call it, by language; without one, its name with spaces."""
    bars_on: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Limit and full on targets where they are others, by the target's name."""

    def label(self, language: str) -> str:
        wanted = "zh" if language.startswith("zh") else "en"
        return self.labels.get(wanted) or self.name.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a problem forbids an answer to be linked with."""

    own_allocator: bool = True
    """Whether it may bring one."""


FREE = Rules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A question with its testcases and limits, ready to judge by."""

    slug: str
    version: str
    shape: Shape
    languages: tuple[str, ...]
    limits: Limits
    testcases: tuple[Testcase, ...]
    validator: JudgeProgram | None
    """None for the format's default validator, by each testcase's `comparison`."""
    solution_name: str
    """Stem of the candidate's file when one is typed or uploaded (main, solution)."""
    includes: dict[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    builds: tuple[BuildKind, ...] = (BuildKind.PLAIN,)
    generator: JudgeProgram | None = None
    fresh: tuple[FreshTests, ...] = ()
    shrink_lines: bool = False
    """Inputs are lines, the first a heading; any part of the rest is an input too."""
    passes_max: int = 1
    """More than one in a multi-pass problem: so many times may a validator ask for another pass."""
    points: PointsRule | None = None
    """How tests give points in a scoring problem; None where the verdict does."""
    validation_limits: Limits = VALIDATION_LIMITS
    compilation_limits: Limits = COMPILATION_LIMITS
    harness_starts: bool = False
    """The package's program starts the candidate's itself, as often as it likes."""
    benchmark: Benchmark | None = None
    measured_on: tuple[str, ...] = ()
    """Targets on which the benchmark says something; all where none is named."""
    growth: GrowthTest | None = None
    scaling: ScalingTest | None = None
    tradeoff: TradeoffTest | None = None
    references: dict[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    good: dict[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    """The best answers that the package has, for the drawings; not in every language."""
    rules: Rules = FREE
    counters: tuple[Counter, ...] = ()
    language_time_factor: dict[str, float] = field(default_factory=dict)
    exact_line_ends: bool = False
    """Whether CR LF where LF is expected is a difference; else it is what Windows writes."""
    deadlock_when_idle: bool = False
    """A run that reaches its wall limit with every thread asleep is a deadlock."""

    @property
    def replayable(self) -> bool:
        """Whether any input can be judged: a program of the package knows what is right."""
        return self.validator is not None

    @property
    def multi_pass(self) -> bool:
        """Whether a validator may ask for the program to be run again on an input of its own."""
        return self.passes_max > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of a history: who did it, and from when to when, in µs."""

    lane: str
    start_us: float
    end_us: float | None
    """None for one that never came back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """The smallest evidence that shows a fault, to be drawn by kind.

    `sentence` says it in each language; `steps` is the same as an ordered list (operations of a
    history, writes before a crash, frames of a report); `failing` marks the steps that show it.
    A history also has its `operations`, one a step. `input` is what replays it, whole.
    """

    kind: str
    sentence_en: str
    sentence_zh: str
    steps: tuple[str, ...] = ()
    failing: tuple[int, ...] = ()
    operations: tuple[Operation, ...] = ()
    expected: str = ""
    got: str = ""
    input: str = ""
    report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What one testcase showed of one build."""

    name: str
    group: str
    build: BuildKind
    sample: bool
    verdict: Verdict
    cpu_ms: float
    wall_ms: float
    memory_bytes_peak: int
    memory_source: MemorySource
    note: str = ""
    note_zh: str = ""
    """The same in Chinese; "" where it is the program's or the compiler's own word."""
    witness: Witness | None = None
    counters: dict[str, float] = field(default_factory=dict)
    secret: bool = False
    """A fixed test that candidates don't have: judge/visibility.py says what they see of it."""
    points: float | None = None
    """What it earned, where it is worth something by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterReading:
    """The worst value of a counter over all tests but fixed secret ones, against its bar."""

    name: str
    value: float
    limit: float
    full: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Verdict and evidence; `also` are the other verdicts that tests earned."""

    verdict: Verdict
    score: float
    too_close: bool
    also: tuple[Verdict, ...]
    builds: tuple[Build, ...]
    tests: tuple[TestResult, ...]
    ratio: Ratio | None = None
    counters: tuple[CounterReading, ...] = ()
    witness: Witness | None = None
    machine: dict[str, str] = field(default_factory=dict)
    growth: Growth | None = None
    guards: tuple[Ratio, ...] = ()
    """The same pairs against the bars beside the bar: CPU time, time by the clock, the tail."""
    extras: Extras = NO_EXTRAS
    unfit: bool = False
    """Whether it is inconclusive since this machine could not measure: not the program's doing."""
    points: tuple[GroupPoints, ...] = ()
    """In a scoring problem: those of all secret tests (`secret`), then each group's."""
