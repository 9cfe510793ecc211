"""The YAML files of a package, checked: unknown keys are errors that name the nearest known one."""

import difflib
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


class LimitsYaml(Strict):
    """`limits` of problem.yaml, both versions of the format; sizes in MiB, times in seconds."""

    time_limit: float | None = None
    time_multipliers: dict[str, float] = {}
    time_multiplier: float | None = None
    time_safety_margin: float | None = None
    time_resolution: float | None = None
    memory: int | None = None
    output: int | None = None
    code: int | None = None
    compilation_time: float | None = None
    compilation_memory: int | None = None
    validation_time: float | None = None
    validation_memory: int | None = None
    validation_output: int | None = None
    validation_passes: int | None = None


class ProblemYaml(Strict):
    """problem.yaml of format 2025-09 and of its legacy form."""

    problem_format_version: str = "legacy"
    name: str | dict[str, str] = ""
    uuid: str | None = None
    type: str | list[str] = "pass-fail"
    version: str | None = None
    credits: Any = None
    author: Any = None
    source: Any = None
    source_url: str | None = None
    license: str | None = None
    rights_owner: Any = None
    embargo_until: Any = None
    limits: LimitsYaml = LimitsYaml()
    keywords: Any = None
    languages: str | list[str] = "all"
    allow_file_writing: bool = False
    constants: dict[str, Any] = {}
    validation: str = "default"
    validator_flags: str = ""
    grading: Any = None
    scoring: Any = None


class TestGroupYaml(Strict):
    """test_group.yaml (2025-09), testdata.yaml (legacy), and a test case's own .yaml."""

    output_validator_args: str | list[str] = ""
    output_validator_flags: str = ""
    input_validator_args: Any = None
    input_validator_flags: Any = None
    args: list[str] = []
    full_feedback: bool | None = None
    scoring: Any = None
    grading: Any = None
    grader_flags: Any = None
    accept_score: Any = None
    reject_score: Any = None
    range: Any = None
    on_reject: Any = None
    description: Any = None
    hint: Any = None
    static_validation: Any = None
    require_pass: Any = None


class FreshYaml(Strict):
    """A family of testcases made anew for each submission."""

    group: str
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


class CounterYaml(Strict):
    """A count that the validator reports, and its bars."""

    limit: float = Field(gt=0)
    full: float = Field(gt=0)
    label: dict[Literal["en", "zh"], str] = {}


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


class SubmissionYaml(Strict):
    """One entry of submissions.yaml."""

    language: str | None = None
    entrypoint: str | None = None
    authors: Any = None
    model_solution: bool = False
    permitted: list[str] = []
    required: list[str] = []
    score: Any = None
    use_for_timelimit: Any = None
    message: Any = None
    test_case: Any = None


def read_yaml(content: bytes) -> Any:  # noqa: ANN401  (YAML)
    """Plain values of YAML in UTF-8, by libyaml: ten times as fast as the parser in Python."""
    return yaml.load(content.decode(), Loader=yaml.CSafeLoader)


def parse(model: type[Model], content: bytes, place: str) -> Model:
    """Read YAML into `model`. Raises PackageFault that names the key, and the nearest known one."""
    try:
        loaded = read_yaml(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PackageFault(place, f"is not YAML in UTF-8: {error}") from error
    if loaded is None:
        loaded = {}
    if not isinstance(loaded, dict):
        raise PackageFault(place, f"holds a {type(loaded).__name__} where keys are wanted")
    try:
        return model.model_validate(loaded)
    except ValidationError as error:
        # An unknown key often is why another seems to be missing: it leads.
        errors = error.errors(include_url=False)
        first = min(errors, key=lambda one: one["type"] != "extra_forbidden")
        raise PackageFault(place, _explain(first, model)) from error


def _explain(error: Any, model: type[BaseModel]) -> str:  # noqa: ANN401  (pydantic's own dict)
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] != "extra_forbidden":
        return f"{key}: {error['msg']} (it is {error['input']!r})"
    wrong = str(error["loc"][-1])
    known = _keys_at(model, error["loc"][:-1])
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0)
    hint = f"; the nearest known key is '{near[0]}'" if near else ""
    return f"unknown key '{key}'{hint}"


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
