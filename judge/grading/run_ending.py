"""What the ending of a run says by itself: limits, signals, exit codes."""

import signal

from judge.grading.finding import SHOWN_CHARACTERS, Finding
from judge.grading.windows_exit_codes import exit_words
from judge.targets import Target
from judge.values import Ending, Execution, Problem, Witness
from judge.verdicts import Verdict


def judge_ending(execution: Execution, problem: Problem, target: Target) -> Finding | None:
    """What is to be said of a run that did not end well; None for a clean one."""
    measured = execution.measurement
    match execution.ending:
        case Ending.MEMORY_LIMIT:
            return _over(Verdict.MEMORY_LIMIT, f"{problem.limits.memory_bytes >> 20} MiB")
        case Ending.OUTPUT_LIMIT:
            return _over(Verdict.OUTPUT_LIMIT, f"{problem.limits.output_bytes >> 20} MiB")
        case Ending.CPU_LIMIT:
            return _over(Verdict.TIME_LIMIT, f"{measured.cpu_ms:.0f} ms CPU")
        case Ending.WALL_LIMIT:
            return _idle(execution, problem)
        case Ending.SIGNALLED:
            return _signalled(execution)
        case Ending.NOT_STARTED:
            return Finding(
                Verdict.RUNTIME_ERROR, "the program could not be started", "程序无法启动"
            )
        case Ending.EXITED:
            if execution.exit_code == 0:
                return None
            words, words_zh = exit_words(execution.exit_code, windows=target.windows)
            witness = _last_words(execution, words)
            return Finding(Verdict.RUNTIME_ERROR, words, words_zh, witness)


def _over(verdict: Verdict, limit: str) -> Finding:
    return Finding(verdict, f"over {limit}", f"超过 {limit}")


def _idle(execution: Execution, problem: Problem) -> Finding:
    measured = execution.measurement
    wall_s = measured.wall_ns / 1e9
    asleep = measured.threads > 0 and measured.threads_asleep == measured.threads
    if asleep and problem.deadlock_when_idle and measured.threads > 1:
        return Finding(
            Verdict.DEADLOCK,
            f"all {measured.threads} threads asleep after {wall_s:.1f} s",
            f"{wall_s:.1f} s 后全部 {measured.threads} 个线程都在休眠",
        )
    how, how_zh = ("asleep", "休眠") if asleep else ("running", "运行")
    return Finding(
        Verdict.TIME_LIMIT, f"still {how} after {wall_s:.1f} s", f"{wall_s:.1f} s 后仍在{how_zh}"
    )


def _signalled(execution: Execution) -> Finding:
    if execution.signal == signal.SIGXFSZ:
        return Finding(Verdict.OUTPUT_LIMIT, "a file grew over the limit", "文件大小超过上限")
    try:
        name = signal.Signals(execution.signal).name
    except ValueError:
        name = f"signal {execution.signal}"
    return Finding(Verdict.RUNTIME_ERROR, name, witness=_last_words(execution, name))


def _last_words(execution: Execution, what: str) -> Witness | None:
    text = execution.stderr[-SHOWN_CHARACTERS:].decode(errors="replace").strip()
    if not text:
        return None
    return Witness(
        kind="stderr",
        sentence_en=f"The program ended with {what}.",
        sentence_zh=f"程序以 {what} 结束。",
        report=text,
    )
