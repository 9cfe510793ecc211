"""The YAML files of a package, checked: unknown keys are errors that name the nearest known one."""

import difflib
import re
import reprlib
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from judge.benchmark import ROUNDS_MAX, ROUNDS_MIN
from judge.errors import PackageFault
from judge.performance import Metric
from judge.targets import TargetId
from judge.values import BuildKind
from judge.verdicts import Verdict


class Strict(BaseModel):
    """A border value: nothing unknown, nothing converted by guess."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Strict)

MEMORY_MIB_MIN = 16
"""With less no program of ours starts in its container."""
Code = Literal["AC", "WA", "TLE", "RTE"]


def _no_boolean(value: Any) -> Any:  # noqa: ANN401  (YAML)
    if isinstance(value, bool):
        raise ValueError("a constant is a number or a text")  # noqa: TRY004  (pydantic's way)
    return value


Constant = Annotated[int | float | str, BeforeValidator(_no_boolean)]
ConstantName = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")]


def _number_as_text(value: Any) -> Any:  # noqa: ANN401  (YAML)
    """An argument like 1e-6 is a number to YAML, and a word to who gets it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


Positive = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]
Multiplier = Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)]
Seconds = Annotated[int, Field(gt=0, le=3600)]
Mebibytes = Annotated[int, Field(gt=0, le=65536)]
Text = Annotated[str, BeforeValidator(_number_as_text)]
Texts = list[Text]


class TimeMultipliersYaml(Strict):
    """How far a time limit lies from what was measured."""

    ac_to_time_limit: Multiplier = 2.0
    time_limit_to_tle: Multiplier = 1.5


class LimitsYaml(Strict):
    """`limits` of problem.yaml, both versions of the format; sizes in MiB, times in seconds."""

    time_limit: Positive | None = None
    time_multipliers: TimeMultipliersYaml = TimeMultipliersYaml()
    time_multiplier: Multiplier | None = None
    time_safety_margin: Multiplier | None = None
    time_resolution: Positive = 1.0
    memory: Annotated[int, Field(ge=MEMORY_MIB_MIN, le=65536)] = 2048
    output: Annotated[int, Field(gt=0, le=1024)] = 8
    code: Annotated[int, Field(gt=0, le=65536)] = 128
    compilation_time: Seconds = 60
    compilation_memory: Annotated[int, Field(ge=64, le=65536)] = 2048
    validation_time: Seconds = 60
    validation_memory: Annotated[int, Field(ge=32, le=65536)] = 2048
    validation_output: Annotated[int, Field(gt=0, le=1024)] = 8
    validation_passes: Annotated[int, Field(ge=2, le=1000)] = 2


class ProblemYaml(Strict):
    """problem.yaml of format 2025-09 and of its legacy form; format_keys.py says which has what."""

    problem_format_version: str = "legacy"
    name: str | dict[str, str] = ""
    uuid: Any = None
    type: str | Annotated[list[str], Field(min_length=1)] = "pass-fail"
    version: Any = None
    credits: Any = None
    author: Any = None
    source: Any = None
    source_url: Any = None
    license: Any = None
    rights_owner: Any = None
    embargo_until: Any = None
    limits: LimitsYaml = LimitsYaml()
    keywords: Any = None
    languages: str | Annotated[list[str], Field(min_length=1)] = "all"
    allow_file_writing: bool = False
    constants: dict[ConstantName, Constant] = {}
    validation: str = "default"
    validator_flags: str = ""
    grading: Any = None


class InputArgsYaml(Strict):
    """Arguments of one input validator by its name, as legacy's testdata.yaml writes them."""

    name: str
    flags: str = ""


class TestGroupYaml(Strict):
    """test_group.yaml (2025-09), testdata.yaml (legacy), and a test case's own .yaml.

    None where a key is not given, and its parent's holds.
    """

    args: Texts | None = None
    input_validator_args: Texts | dict[str, Texts] | None = None
    output_validator_args: Texts | None = None
    input_visualizer_args: Any = None
    output_visualizer_args: Any = None
    full_feedback: bool | None = None
    static_validation_score: Any = None
    static_validator_args: Any = None
    max_score: Annotated[int, Field(ge=0)] | Literal["unbounded"] | None = None
    score_aggregation: Literal["pass-fail", "sum", "min"] | None = None
    require_pass: str | Texts | None = None
    hint: str | None = None
    description: str | None = None
    input_validator_flags: str | InputArgsYaml | None = None
    output_validator_flags: str | InputArgsYaml | None = None
    on_reject: Any = None
    grading: str | None = None
    grader_flags: str | None = None
    accept_score: Any = None
    reject_score: Any = None
    range: Any = None


class FreshYaml(Strict):
    """A family of testcases made anew for each submission."""

    group: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$")]
    count: int = Field(ge=1, le=100)
    arguments: list[str]
    builds: list[BuildKind] = [BuildKind.PLAIN]


class WorkloadYaml(Strict):
    """A timed input that says more than its text."""

    input: str
    threads: int = Field(default=1, ge=1, le=256)
    operations: int = Field(default=0, ge=0)


class BenchmarkYaml(Strict):
    """A performance limit as a ratio to the reference."""

    metric: Metric = Metric.CPU_TIME
    limit: float = Field(gt=1)
    full: float = Field(gt=0)
    rounds: int = Field(default=ROUNDS_MAX, ge=ROUNDS_MIN, le=101)
    workloads: dict[str, str | WorkloadYaml] = Field(min_length=1)
    cpu_limit: float | None = Field(default=None, gt=1)
    clock_limit: float | None = Field(default=None, gt=1)
    tail_limit: float | None = Field(default=None, gt=1)
    reference: str = "ok"
    targets: list[TargetId] = []


class GrowthYaml(Strict):
    """How cost should grow with the size {n} of an input."""

    input: str
    sizes: list[int] = Field(min_length=3, max_length=8)
    expected: Literal["1", "log n", "n", "n log n", "n²", "n³"]


class ScalingYaml(Strict):
    """The same work by more and more {threads}."""

    input: str
    operations: int = Field(ge=1)
    threads: list[int] = Field(default=[1, 2, 4, 8, 16], min_length=2, max_length=8)


class TradeoffYaml(Strict):
    """Two costs, by metric or counter, to be drawn against each other."""

    x: str
    y: str


class CounterBarsYaml(Strict):
    """What a count may be, and what earns full marks."""

    limit: float = Field(gt=0)
    full: float = Field(gt=0)


class CounterYaml(CounterBarsYaml):
    """A count that the validator reports, and its bars; others per target."""

    label: dict[Literal["en", "zh"], str] = {}
    per_target: dict[TargetId, CounterBarsYaml] = {}


class SystemsYaml(Strict):
    """systems.yaml: what systems problems need beyond the package format."""

    shape: Literal["library", "program"]
    skills: list[str] = []
    minutes: int = Field(default=60, ge=1, le=600)
    targets: list[TargetId] = Field(default=[TargetId.LINUX], min_length=1)
    line_ends: Literal["forgiven", "exact"] = "forgiven"
    needs: Literal["", "gpu"] = ""
    solution: str = "main"
    builds: dict[BuildKind, list[str]] = {}
    fresh: list[FreshYaml] = []
    shrink: Literal["lines", "none"] = "none"
    harness: Literal["joined", "starts"] = "joined"
    deadlock_when_idle: bool = False
    benchmark: BenchmarkYaml | None = None
    growth: GrowthYaml | None = None
    scaling: ScalingYaml | None = None
    tradeoff: TradeoffYaml | None = None
    forbids: list[Literal["own-allocator"]] = []
    counters: dict[str, CounterYaml] = {}
    time_factors: dict[str, float] = {}
    expected: dict[str, list[Verdict]] = {}
    expected_on: dict[TargetId, dict[str, list[Verdict]]] = {}


class RequirementYaml(Strict):
    """What some of a submission's tests must come to."""

    permitted: Annotated[list[Code], Field(min_length=1)] | None = None
    required: Annotated[list[Code], Field(min_length=1)] | None = None
    score: float | Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    message: str | None = None
    use_for_time_limit: bool | Literal["lower", "upper"] | None = None


class SubmissionYaml(RequirementYaml):
    """One entry of submissions.yaml; `tests` are its requirements by group or pattern of tests."""

    language: str | None = None
    entrypoint: str | None = None
    authors: Any = None
    model_solution: bool = False
    tests: dict[str, RequirementYaml] = {}


def read_yaml(content: bytes, place: str) -> Any:  # noqa: ANN401  (YAML)
    """Plain values of YAML in UTF-8, by libyaml: ten times as fast as the parser in Python.

    Raises PackageFault for what is none. A number that is none (a date of month 13) is a
    ValueError there, and nesting without an end a RecursionError.
    """
    try:
        text = content.decode("utf-8-sig")
        _require_plain(text, place)
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError) as error:
        raise PackageFault(place, f"is not YAML in UTF-8: {_brief(error)}") from error


_DEPTH_MAX = 32


def _require_plain(text: str, place: str) -> None:
    """Refuse what loading would not survive (nesting without an end), or would not tell.

    A key that is there twice: the last would hold, without a word.
    """
    keys: list[set[str] | None] = []  # of each level: its keys so far, None in a sequence
    is_key: list[bool] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            keys.pop()
            is_key.pop()
        if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            continue
        if isinstance(event, yaml.CollectionStartEvent):
            if len(keys) >= _DEPTH_MAX:
                raise PackageFault(place, f"nests more than {_DEPTH_MAX} levels deep")
            keys.append(set() if isinstance(event, yaml.MappingStartEvent) else None)
            is_key.append(False)
            continue
        if not is_key:
            continue
        known = keys[-1]
        is_key[-1] = not is_key[-1]
        if known is not None and is_key[-1] and isinstance(event, yaml.ScalarEvent):
            if event.value in known:
                raise PackageFault(place, f"has the key '{event.value[:80]}' twice")
            known.add(event.value)


def parse(model: type[Model], content: bytes, place: str) -> Model:
    """Read YAML into `model`. Raises PackageFault that names the key, and the nearest known one."""
    return parse_loaded(model, read_yaml(content, place), place)


def parse_loaded(model: type[Model], loaded: Any, place: str) -> Model:  # noqa: ANN401  (YAML)
    """The same of what was read already."""
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        raise PackageFault(place, f"holds a {type(loaded).__name__} where keys are wanted")
    try:
        return model.model_validate(loaded)
    except (ValidationError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise PackageFault(place, "holds something that contains itself") from error
        # An unknown key often is why another seems to be missing: it leads.
        errors = error.errors(include_url=False)
        first = min(errors, key=lambda one: one["type"] != "extra_forbidden")
        raise PackageFault(place, _explain(first, model)) from error


_IS_A_TYPE = re.compile(
    r"(str|int|float|bool|constrained-\w+|literal|function|list|dict|[A-Z]\w+Yaml)\b"
)


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _explain(error: Any, model: type[BaseModel]) -> str:  # noqa: ANN401  (pydantic's own dict)
    # Of a value that may be several things, the parts of a place that name those say nothing.
    parts = [str(part)[:80] for part in error["loc"] if not _IS_A_TYPE.match(str(part))]
    key = ".".join(parts)
    if error["type"] != "extra_forbidden":
        return f"{key}: {error['msg']} (it is {_shown.repr(error['input'])})"
    wrong = str(error["loc"][-1])[:80]
    known = _keys_at(model, error["loc"][:-1])
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0)
    hint = f"; the nearest known key is '{near[0]}'" if near else ""
    return f"unknown key '{key}'{hint}"


_shown = reprlib.Repr()
_shown.maxlevel, _shown.maxstring, _shown.maxother = 3, 80, 80


def _keys_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """The keys that are known where the unknown one stood."""
    for part in path:
        field = model.model_fields.get(str(part))
        nested = [] if field is None else _models_in(field.annotation)
        if nested:
            model = nested[0]
    return list(model.model_fields)


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401  (a type expression)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in getattr(annotation, "__args__", ()) for m in _models_in(part)]
