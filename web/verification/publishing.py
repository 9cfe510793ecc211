"""Publishing: what must hold before candidates are asked a problem, and the certificate of it.

An owner may publish all the same by writing why; the certificate then says so. What can't be
overruled: a problem that can't be shown or judged at all.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from judge.benchmark import wilson_interval
from judge.values import Judgement
from judge.verdicts import Verdict
from judge.version import VERSION
from problems import authors_warnings, signatures, tree
from problems.authors_warnings import AuthorsWarning
from problems.package import Package
from problems.publishing import unfit
from web.accounts import Visitor
from web.problems import catalogue, lifecycle
from web.refusals import Conflict, Invalid
from web.storage import (
    Certificate,
    JudgementRow,
    ProblemRow,
    SigningKey,
    Verification,
    VerificationKind,
    VerificationRun,
    audit,
    stored_judgement,
)
from web.verification import mutations
from web.verification.verifications import CHECK

PLANTED_RUNS = 20
MUTANTS_MIN = 100
SCORE_MIN = 0.95
REASON_MIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What is lacking before a version may be published; `final` where no reason overrules it."""

    en: str
    zh: str
    final: bool = False

    def text(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtShare:
    """How often a submission came out as it must, over all runs of a version."""

    name: str
    planted: bool
    right: int
    runs: int
    got: dict[str, int]
    tests: tuple[str, ...]
    """Groups of tests that caught it in its last run."""

    @property
    def interval(self) -> tuple[float, float]:
        return wilson_interval(self.right, self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All that is known of a version: what stands in its certificate, and what is lacking."""

    problem: str
    version: str
    verified: bool
    shares: tuple[CaughtShare, ...]
    mutants: mutations.MutationView | None
    warnings: tuple[AuthorsWarning, ...]
    unmet: tuple[Unmet, ...]
    machine: dict[str, str]
    noise_floor: float | None


def proof_of(session: Session, package: Package) -> Proof:
    """What is known of a package's version now."""
    slug, version = package.problem.slug, package.problem.version
    runs = _runs(session, slug, version)
    judged = _judgements(session, runs)
    shares = _shares(package, runs, judged)
    verified = session.exec(
        select(Verification.passed)
        .where(
            Verification.problem == slug,
            Verification.version == version,
            Verification.kind == VerificationKind.ALL.value,
            col(Verification.over_at_ms).is_not(None),
            col(Verification.called_off).is_(False),
        )
        .order_by(col(Verification.id).desc())
        .limit(1)
    ).first()
    view = mutations.of_package(session, package)
    everything = [j for of_one in judged.values() for j in of_one]
    noise = [j.ratio.noise_floor for j in everything if j.ratio is not None]
    warnings = (
        *authors_warnings.of_package(package),
        *authors_warnings.of_judgements(package, judged),
    )
    return Proof(
        problem=slug,
        version=version,
        verified=verified is True,
        shares=shares,
        mutants=view,
        warnings=warnings,
        unmet=tuple(_unmet(package, verified is True, shares, view)),
        machine=everything[-1].machine if everything else {},
        noise_floor=max((one for one in noise if one), default=None),
    )


def _runs(session: Session, slug: str, version: str) -> Sequence[VerificationRun]:
    return session.exec(
        select(VerificationRun)
        .join(Verification, col(Verification.id) == col(VerificationRun.verification_id))
        .where(
            Verification.problem == slug,
            Verification.version == version,
            col(Verification.called_off).is_(False),
            col(VerificationRun.assessed).is_(True),
            VerificationRun.name != CHECK,
        )
        .order_by(col(VerificationRun.id))
    ).all()


def _judgements(session: Session, runs: Sequence[VerificationRun]) -> dict[str, list[Judgement]]:
    """The newest judgement of each submission: bodies are large, and one shows what it shows."""
    newest = {run.name: run.submission_id for run in runs}
    found: dict[str, list[Judgement]] = {}
    for name, submission_id in newest.items():
        rows = session.exec(
            select(JudgementRow).where(JudgementRow.submission_id == submission_id)
        ).all()
        found[name] = [stored_judgement.decode(row.body) for row in rows]
    return found


def _shares(
    package: Package,
    runs: Sequence[VerificationRun],
    judged: dict[str, list[Judgement]],
) -> tuple[CaughtShare, ...]:
    found = []
    for sample in package.submissions:
        by_target: dict[str, list[dict[str, str]]] = {}
        for run in runs:
            for target, outcome in run.outcome.items() if run.name == sample.name else ():
                # What could not be judged says nothing of the problem.
                if outcome["verdict"] != Verdict.JUDGE_ERROR:
                    by_target.setdefault(target, []).append(outcome)
        got: dict[str, int] = {}
        for outcome in (one for outcomes in by_target.values() for one in outcomes):
            got[outcome["verdict"]] = got.get(outcome["verdict"], 0) + 1
        failing = {
            test.group: None
            for judgement in judged.get(sample.name, ())
            for test in judgement.tests
            if test.verdict is not Verdict.ACCEPTED
        }
        # On several targets it is as often right as where it is so least.
        right, count = min(
            (
                (sum(not one["unmet"] for one in outcomes), len(outcomes))
                for outcomes in by_target.values()
            ),
            default=(0, 0),
        )
        found.append(
            CaughtShare(
                name=sample.name,
                planted=Verdict.ACCEPTED not in sample.expected,
                right=right,
                runs=count,
                got=got,
                tests=tuple(failing),
            )
        )
    return tuple(found)


def _unmet(
    package: Package,
    verified: bool,  # noqa: FBT001
    shares: Sequence[CaughtShare],
    view: mutations.MutationView | None,
) -> list[Unmet]:
    found = [
        Unmet(en=str(fault), zh=f"{fault.place}：{fault.message}", final=True)
        for fault in unfit(package)
    ]
    missing = [name for name in ("en", "zh") if name not in package.statements]
    if missing:
        found.append(
            Unmet(
                en=f"There is no statement in {' and '.join(missing)}.",
                zh=f"缺少题面：{'、'.join(missing)}。",
            )
        )
    if not verified:
        found.append(
            Unmet(
                en="No verification of this version came out with all as expected.",
                zh="此版本尚无全部符合预期的验证。",
            )
        )
    few = [one for one in shares if one.planted and one.right < PLANTED_RUNS]
    if few:
        first = few[0]
        found.append(
            Unmet(
                en=f"{len(few)} planted bugs were not caught in {PLANTED_RUNS} runs yet; "
                f"{first.name} in {first.right} of {first.runs}.",
                zh=f"{len(few)} 个预埋错误尚未在 {PLANTED_RUNS} 次运行中被抓到；"
                f"{first.name} 为 {first.right} / {first.runs}。",
            )
        )
    escaped = [one for one in shares if one.right < one.runs]
    if escaped:
        first = escaped[0]
        found.append(
            Unmet(
                en=f"{first.name} was not as expected in {first.runs - first.right} of "
                f"{first.runs} runs.",
                zh=f"{first.name} 在 {first.runs} 次运行中有 "
                f"{first.runs - first.right} 次不符合预期。",
            )
        )
    return found + _unmet_by_mutants(view)


def _unmet_by_mutants(view: mutations.MutationView | None) -> list[Unmet]:
    if view is not None and not view.over:
        return [
            Unmet(
                en=f"Mutants are being judged: {view.judged} of {len(view.mutants)} so far.",
                zh=f"变异体正在评测：已完成 {view.judged} / {len(view.mutants)}。",
            )
        ]
    counted = 0 if view is None else view.score.killed + view.score.survived
    share = None if view is None else view.score.share
    if counted < MUTANTS_MIN or share is None:
        return [
            Unmet(
                en=f"The mutation score stands on {counted} mutants; {MUTANTS_MIN} are wanted.",
                zh=f"变异得分仅基于 {counted} 个变异体；需要 {MUTANTS_MIN} 个。",
            )
        ]
    if share < SCORE_MIN:
        return [
            Unmet(
                en=f"The mutation score is {share:.1%}; {SCORE_MIN:.0%} is wanted.",
                zh=f"变异得分为 {share:.1%}；需要 {SCORE_MIN:.0%}。",
            )
        ]
    return []


def publish(
    session: Session,
    visitor: Visitor,
    slug: str,
    *,
    version: str,
    despite: str,
    now_ms: int,
) -> None:
    """Let campaigns take the newest version, and certify what is known of it.

    Raises Conflict with what is lacking, where the owner has not written why all the same; Invalid
    for what no reason overrules.
    """
    line = lifecycle.line_of(session, visitor, slug)
    if version != line.head_version:
        raise Conflict(
            f"Version {line.head_version} was committed meanwhile. Look at what is known of it.",
            f"期间已提交版本 {line.head_version}。请先查看其验证情况。",
            field="despite",
        )
    package = catalogue.get(session, slug, line.head_version)
    proof = proof_of(session, package)
    reason = " ".join(despite.split())
    final = [one for one in proof.unmet if one.final]
    if final:
        raise Invalid(final[0].en, final[0].zh, field="despite")
    if proof.unmet and len(reason) < REASON_MIN:
        first = proof.unmet[0]
        raise Conflict(
            f"{first.en} Mend it, or write in a sentence why it is published all the same.",
            f"{first.zh}请补足，或用一句话说明为什么仍要发布。",
            field="despite",
        )
    issued = _certify(session, package, proof, visitor, reason if proof.unmet else "", now_ms)
    row = session.get_one(ProblemRow, slug)
    row.published_version = line.head_version
    row.retired_at_ms = None
    session.add(row)
    session.add(issued)
    what = "published" if not proof.unmet else f"published all the same: {reason}"
    audit.note(session, visitor.code, what, f"problem {slug} {line.head_version}", now_ms)


def _certify(
    session: Session,
    package: Package,
    proof: Proof,
    visitor: Visitor,
    despite: str,
    now_ms: int,
) -> Certificate:
    body = _body(package, proof, visitor, despite, now_ms)
    payload = json.dumps(body, ensure_ascii=False, sort_keys=True)
    signed = signatures.sign(payload, _key(session, now_ms).private_key)
    return Certificate(
        problem=proof.problem,
        version=proof.version,
        issued_at_ms=now_ms,
        issued_by=visitor.code,
        payload=signed.payload,
        signature=signed.signature,
        public_key=signed.public_key,
    )


def _body(
    package: Package, proof: Proof, visitor: Visitor, despite: str, now_ms: int
) -> dict[str, Any]:
    view = proof.mutants
    score = view.score if view is not None else None
    return {
        "kind": signatures.CERTIFICATE,
        "problem": proof.problem,
        "version": proof.version,
        "package_sha256": hashlib.sha256(tree.pack(package.tree)).hexdigest(),
        "names": package.names,
        "issued_at": datetime.fromtimestamp(now_ms / 1000, tz=UTC).isoformat(),
        "issued_by": visitor.code,
        "judge": VERSION,
        "machine": proof.machine,
        "noise_floor": proof.noise_floor,
        "verified": proof.verified,
        "submissions": [
            {**asdict(share), "interval": [round(bound, 4) for bound in share.interval]}
            for share in proof.shares
            if share.runs
        ],
        "mutation": None
        if score is None or score.share is None or score.interval is None or view is None
        else {
            "killed": score.killed,
            "survived": score.survived,
            "marked_equivalent": view.count("equivalent"),
            "score": round(score.share, 4),
            "interval": [round(bound, 4) for bound in score.interval],
        },
        "warnings": [asdict(warning) for warning in proof.warnings],
        "unmet": [one.en for one in proof.unmet],
        "published_despite": despite,
    }


def _key(session: Session, now_ms: int) -> SigningKey:
    """The installation's key, made when it is first needed."""
    row = session.exec(select(SigningKey).order_by(col(SigningKey.id))).first()
    if row is None:
        private, public = signatures.new_key()
        row = SigningKey(private_key=private, public_key=public, created_at_ms=now_ms)
        session.add(row)
        session.flush()
    return row


def key_fingerprint(session: Session) -> str:
    """That of the key which certificates are signed by; "" before the first."""
    row = session.exec(select(SigningKey).order_by(col(SigningKey.id))).first()
    return signatures.fingerprint(row.public_key) if row is not None else ""
