"""Whether candidates may be asked a problem: it can be shown, and judged within its limits."""

from judge.errors import PackageFault
from problems.package import Package
from problems.statement_rendering import rendered

TIME_LIMIT = "problem.yaml"
"""The place of the one fault that `judge verify` mends itself."""


def unfit(package: Package) -> list[PackageFault]:
    """What keeps a package from being published, each at its place."""
    faults = [
        PackageFault(f"statement ({language})", fault)
        for language, statement in package.statements.items()
        for fault in rendered(statement).faults
    ]
    for language, statement in package.statements.items():
        placed = sum(mark == "next" for mark in rendered(statement).sample_marks)
        if placed > len(package.samples):
            said = (
                f"asks for {placed} samples ({{{{nextsample}}}}); there are {len(package.samples)}"
            )
            faults.append(PackageFault(f"statement ({language})", said))
    if not package.time_limit_known:
        faults.append(
            PackageFault(
                TIME_LIMIT,
                "has no limits.time_limit, and none was measured yet; judge verify measures it by "
                "the accepted submissions and writes .timelimit",
            )
        )
    return faults


def require_fit(package: Package) -> None:
    """Raise PackageFault for what must be mended before candidates see a problem."""
    faults = unfit(package)
    if faults:
        more = f" (and {len(faults) - 1} more; judge verify tells all)" if len(faults) > 1 else ""
        first = faults[0]
        raise PackageFault(f"{package.problem.slug}: {first.place}", f"{first.message}{more}")
