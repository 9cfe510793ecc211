"""All builds of one submission, the kinds side by side."""

from concurrent.futures import ThreadPoolExecutor

from judge.building.compiling import BuildTerms, Built, build
from judge.building.package_programs import PackagePrograms
from judge.sandbox import Sandbox
from judge.values import BuildKind, Problem, Submission


def build_submission(
    submission: Submission, problem: Problem, sandbox: Sandbox, programs: PackagePrograms
) -> tuple[Built, ...]:
    """Compile `submission` for every build its problem asks for.

    What the package gives is made ready first, once for all submissions. A failed build is
    evidence, not an error: the compiler's own words go to the candidate. Raises SandboxFault when
    the sandbox breaks, and JudgeProgramFault for what the package gives; no verdict follows then.
    """
    language = sandbox.target.languages[submission.language]
    includes = problem.includes.get(submission.language, ())
    reserved = {file.name for file in includes}
    own = tuple(file for file in submission.files if file.name not in reserved)
    kinds = [kind for kind in problem.builds if kind in language.build_kinds]

    terms = BuildTerms(problem.rules, problem.compilation_limits, submission.entry)
    with ThreadPoolExecutor(max_workers=len(kinds)) as threads:
        given = list(
            threads.map(lambda kind: programs.linkable(language.id, includes, kind), kinds)
        )

        def build_kind(kind: BuildKind) -> Built:
            files = given[kinds.index(kind)]
            return build(own, language, kind, sandbox, given=files, terms=terms)

        return tuple(threads.map(build_kind, kinds))
