"""Conduct one call of save(): no crash on its way loses the file, and it did what it says.

What a crash can leave is oracles.file_crashes' to say; the statement tells it in words ("What a
crash does").
"""

import sys
from pathlib import Path

from oracles.conductor import BLOCK_PATIENCE_S, Conducted
from oracles.feedback import Rejected, accept, reject
from oracles.file_crashes import SaveLog


def main() -> None:
    """Read what is to be saved, let it be done, and judge."""
    input_path, _, feedback = sys.argv[1:4]
    _, old_size, size, seed, fault = Path(input_path).read_text(encoding="ascii").split()
    try:
        log = SaveLog(watched(int(old_size), int(size), int(seed), fault))
        if not follow(log, old_size, size):
            log.fail(
                "wrong-answer",
                "The harness's log is missing or damaged.",
                "测试日志缺失或已损坏。",
                crash=False,
            )
        check_end(log, fault)
    except Rejected as rejected:
        reject(feedback, rejected.rejection)
    accept(feedback)


def watched(old_size: int, size: int, seed: int, fault: str) -> list[list[str]]:
    """The log of one call, line by line."""
    told = b""
    with Conducted() as process:
        process.ask("S", old_size, size, seed, given=fault.encode(), patience_s=BLOCK_PATIENCE_S)
        while True:
            more = process.ask("l", len(told))
            told += more.told
            if len(told) >= more.extra or not more.told:
                break
        process.stop()
    lines = told.decode("utf-8", "replace").splitlines()
    return [line.split() for line in lines if line.strip()]


def follow(log: SaveLog, old_size: str, size: str) -> bool:
    """Play the log; whether it is one. Raises Rejected."""
    if not log.lines or log.lines[0][0] != "start" or list(log.lines[0][2:4]) != [old_size, size]:
        return False
    try:
        log.follow(int(size))
    except (ValueError, IndexError):
        return False
    return log.ending.returned in ("0", "1") and bool(log.ending.final)


def check_end(log: SaveLog, fault: str) -> None:
    """What was said and what is there now. Raises Rejected."""
    ending = log.ending
    done = ending.returned == "0"
    if done and ending.final != "new":
        log.fail(
            "wrong-answer",
            "It said 0, and the file does not hold the new content.",
            "它返回了 0，但文件内容不是新内容。",
            crash=False,
        )
    if not done and ending.final != "old":
        log.fail(
            "wrong-answer",
            "It said that it could not, and the old content is gone.",
            "它报告失败，但旧内容已丢失。",
            crash=False,
        )
    if not done and not ending.failed:
        en, zh = "It failed, and nothing was in its way.", "它失败了，而没有任何障碍。"
        if fault == "reader":
            en = "It gave up, though nothing was wrong but a reader who held the file for 150 ms."
            zh = "它放弃了，而唯一的障碍只是一个持有文件 150 毫秒的读者。"
        log.fail("wrong-answer", en, zh, crash=False)
    if ending.reader != "old":
        log.fail(
            "not-durable",
            "Who had the old file open read something else than the old content.",
            "已打开旧文件的读者读到了别的内容。",
            crash=False,
        )
    if ending.left:
        left = ending.left[0]
        log.fail(
            "wrong-answer",
            f"Left in the directory: {left}.",
            f"目录中留下了：{left}。",
            crash=False,
        )


main()
