"""The harness of the write-ahead log: a virtual disk, clients, crashes, and a check of recovery.

The candidate's program runs in another container and sees only its own protocol. We run a short
workload, note what it wrote, flushed and confirmed, and kill it. Then, for each moment at which
the machine could have crashed and each state in which the disk could have been left, a new process
must recover: a prefix of what was appended, with everything that was confirmed. Some go on from
there, append more, and crash again.

Crash model: after a flush everything written before is on the disk; of the writes since, each
sector holds any one of its versions, the old one included.
"""

import itertools
import random
import sys
import time

sys.path.insert(0, "/usr/local/lib/judge")
from judge_harness import Candidate, CandidateEnded, OpenLoop, accept, reject  # noqa: E402

SECTOR = 64
SECTORS = 4096
OPENS_PER_PROCESS = 12
RATE_PER_S, STEADY_RECORDS, FLUSH_S = 4000, 800, 0.001


class Rejected(Exception):
    """The program broke its contract; holds the witness."""

    def __init__(self, verdict, en, zh, steps=(), failing=()):
        super().__init__(en)
        self.witness = {
            "kind": "crash",
            "verdict": verdict,
            "sentence_en": en,
            "sentence_zh": zh,
            "steps": list(steps),
            "failing": list(failing),
        }


class Disk:
    """Durable sectors, and the versions written since the last flush."""

    def __init__(self, durable=None):
        self.durable = dict(durable or {})
        self.pending = {}

    def write(self, sector, data):
        for index in range(0, len(data), SECTOR):
            self.pending.setdefault(sector + index // SECTOR, []).append(data[index : index + SECTOR])

    def flush(self):
        for sector, versions in self.pending.items():
            self.durable[sector] = versions[-1]
        self.pending = {}

    def read(self, sector, count):
        def one(number):
            if number in self.pending:
                return self.pending[number][-1]
            return self.durable.get(number, bytes(SECTOR))

        return b"".join(one(sector + index) for index in range(count))


class Session:
    """One life of the program on one disk; notes every event of the conversation."""

    def __init__(self, program, disk, log):
        self.program, self.disk, self.log = program, disk, log
        self.flushes = self.bytes_written = 0

    def ask(self, line):
        self.program.write(line.encode() + b"\n")

    def next_line(self, doing):
        try:
            return self.program.readline().decode("ascii", "replace").split()
        except CandidateEnded as ended:
            raise Rejected(
                "runtime-error",
                f"While {doing}, your program stopped talking: {ended}.",
                f"在{ZH[doing]}期间，你的程序不再响应（{ended}）。",
                describe(self.log),
            ) from None

    def disk_request(self, words, doing):
        """Serve a disk request; False if `words` is something else."""
        try:
            if words[0] == "read":
                sector, count = int(words[1]), int(words[2])
                if not (0 <= sector and 0 < count <= 256 and sector + count <= SECTORS):
                    raise ValueError
                self.ask(self.disk.read(sector, count).hex())
            elif words[0] == "write":
                sector, data = int(words[1]), bytes.fromhex(words[2])
                if not data or len(data) % SECTOR or not 0 <= sector <= SECTORS - len(data) // SECTOR:
                    raise ValueError
                self.disk.write(sector, data)
                self.bytes_written += len(data)
                self.log.append(("write", sector, data))
            elif words[0] == "flush":
                self.disk.flush()
                self.flushes += 1
                self.log.append(("flush",))
            else:
                return False
        except (ValueError, IndexError):
            raise Rejected(
                "wrong-answer",
                f"While {doing}: not a request that the disk can serve: {' '.join(words)[:100]}",
                f"在{ZH[doing]}期间：磁盘无法执行该请求：{' '.join(words)[:100]}",
                describe(self.log),
            ) from None
        return True

    def open(self):
        """Let the program recover; the records that it found."""
        self.ask(f"open {SECTORS}")
        records = []
        while True:
            words = self.next_line("opening") or [""]
            if words[0] == "ready":
                return records
            if words[0] == "record":
                try:
                    records.append(bytes.fromhex(words[1] if len(words) > 1 else ""))
                except ValueError:
                    records.append(None)
            elif not self.disk_request(words, "opening"):
                self.unexpected(words, "opening")

    def batch(self, records, on_durable=lambda number: None):
        """Append `records` [(id, bytes)] as so many clients at once, and wait for all."""
        for number, data in records:
            self.ask(f"append {number} {data.hex()}")
            self.log.append(("append", number, data))
        self.ask("idle")
        waiting = {number for number, _ in records}
        while waiting:
            words = self.next_line("committing") or [""]
            if words[0] == "durable" and len(words) == 2 and words[1].isdigit():
                if int(words[1]) not in waiting:
                    self.unexpected(words, "committing")
                waiting.discard(int(words[1]))
                on_durable(int(words[1]))
                self.log.append(("durable", int(words[1])))
            elif not self.disk_request(words, "committing"):
                self.unexpected(words, "committing")

    def unexpected(self, words, doing):
        raise Rejected(
            "wrong-answer",
            f"While {doing}, this is not in the protocol: {' '.join(words)[:100]}",
            f"在{ZH[doing]}期间，协议中没有这一行：{' '.join(words)[:100]}",
            describe(self.log),
        )


ZH = {"opening": "打开日志", "committing": "提交"}


def describe(log, names=None):
    """The events as lines for a person."""
    steps = []
    for event in log:
        if event[0] == "append":
            steps.append(f"append {event[1]} ({len(event[2])} bytes)")
        elif event[0] == "write":
            last = event[1] + len(event[2]) // SECTOR - 1
            steps.append(f"write sector {event[1]}" + (f"–{last}" if last > event[1] else ""))
        elif event[0] == "flush":
            steps.append("┆ flush ┆")
        elif event[0] == "durable":
            steps.append(f"durable {event[1]}")
        elif event[0] == "recovered":
            steps.append(f"recovered {event[1]}; goes on from there")
        else:
            steps.append(event[1])
    return steps


def crash_states(start, log, rng, most):
    """(log index, choice text, durable sectors) for the crashes to try, earliest first."""
    states, seen = [], set()
    disk = Disk(start)
    for index in range(len(log) + 1):
        if index > 0:
            event = log[index - 1]
            if event[0] == "write":
                disk.write(event[1], event[2])
            elif event[0] == "flush":
                disk.flush()
        sectors = sorted(disk.pending)
        ways = [range(-1, len(disk.pending[s])) for s in sectors]
        total = 1
        for way in ways:
            total *= len(way)
        if total <= 32:
            choices = list(itertools.product(*ways))
        else:
            choices = [tuple(-1 for _ in ways), tuple(len(way) - 2 for way in ways)]
            # One sector lost, or one alone kept: most faults of ordering show there.
            for lone in range(min(len(ways), 6)):
                full = [len(way) - 2 for way in ways]
                full[lone] = -1
                choices.append(tuple(full))
            choices += [tuple(rng.choice(way) for way in ways) for _ in range(8)]
        confirmed = sum(event[0] == "durable" for event in log[:index])
        for choice in choices:
            image = dict(disk.durable)
            lost = []
            for sector, pick in zip(sectors, choice):
                if pick >= 0:
                    image[sector] = disk.pending[sector][pick]
                if pick < len(disk.pending[sector]) - 1:
                    lost.append(sector)
            appended = sum(event[0] == "append" for event in log[:index])
            key = (hash(frozenset(image.items())), confirmed, appended)
            if key not in seen:
                seen.add(key)
                states.append((index, lost, image))
    if len(states) > most:
        keep = set(rng.sample(range(len(states)), most))
        states = [state for number, state in enumerate(states) if number in keep]
    return states


def judge_recovery(records, log, index, lost, base, given_up=()):
    """Compare what was recovered with what may and must be there.

    `base` are the records that an earlier recovery gave back, `given_up` those that it did not.
    """
    appended = list(base) + [event[2] for event in log[:index] if event[0] == "append"]
    order = [event[1] for event in log if event[0] == "append"]
    confirmed = {event[1] for event in log[:index] if event[0] == "durable"}
    must = len(base) + max((order.index(number) + 1 for number in confirmed), default=0)
    steps = describe(log[:index])
    where = f"sectors {', '.join(map(str, lost[:8]))} not (all) written" if lost else "all written"
    steps.append(f"⚡ crash: {where}")
    for position, record in enumerate(records):
        if position >= len(appended) or record != appended[position]:
            if record in appended:
                short, en, zh = "out of its order", "not the next that was appended", "不是按追加顺序的下一条"
            elif record in given_up:
                short = "back from before the first crash"
                en, zh = "one that the first recovery had not given back", "在第一次恢复时并未交回"
            else:
                short, en, zh = "never appended", "one that was never appended", "从未被追加过"
            steps.append(f"recovered record {position + 1}: {short}")
            raise Rejected(
                "wrong-answer",
                f"After the crash, recovered record {position + 1} is {en}.",
                f"崩溃之后，恢复出的第 {position + 1} 条记录{zh}。",
                steps,
                [len(steps) - 1],
            )
    if len(records) < must:
        steps.append(f"recovered: {len(records)} of {must} confirmed")
        failing = [n for n, event in enumerate(log[:index]) if event[0] == "durable"]
        raise Rejected(
            "not-durable",
            f"{must} {'record was' if must == 1 else 'records were'} confirmed as durable; after the crash {len(records) or 'none'} came back.",
            f"已确认 {must} 条记录持久化；崩溃后只恢复出 {len(records)} 条。",
            steps,
            [*failing[len(records) - len(base) if len(records) >= len(base) else 0 :], len(steps) - 1],
        )


class Programs:
    """Processes for recovering: each is asked a few times, in an order that tells it nothing."""

    def __init__(self):
        self.program, self.opens = None, 0

    def get(self):
        if self.program is None or self.opens >= OPENS_PER_PROCESS:
            self.close()
            self.program = Candidate()
        self.opens += 1
        return self.program

    def close(self):
        if self.program is not None:
            self.program.kill()
        self.program, self.opens = None, 0


def workload(rng, records, biggest, batch):
    """Batches of (id, bytes); contents are never the same twice."""
    numbers = iter(range(1, records + 1))
    made = []
    for number in numbers:
        size = rng.choice((1, 7, 24, 48, 49, 63, 64, 65, rng.randint(1, biggest)))
        made.append((number, rng.randbytes(min(size, biggest)) + bytes([number & 255])))
    batches = []
    while made:
        size = min(len(made), rng.randint(1, batch))
        batches.append(made[:size])
        made = made[size:]
    return batches


def run(batches, start, base_log):
    """One life of the program: recover from `start`, take the batches. (records, log, session)."""
    log = list(base_log)
    with Candidate() as program:
        session = Session(program, Disk(start), log)
        records = session.open()
        for batch in batches:
            session.batch(batch)
    return records, log, session


def explore(rng, batches, most, again):
    records, log, _ = run(batches, {}, [])
    if records:
        raise Rejected(
            "wrong-answer",
            f"An empty disk gave {len(records)} records.",
            f"空磁盘上恢复出 {len(records)} 条记录。",
        )
    states = crash_states({}, log, rng, most)
    programs = Programs()
    order = list(range(len(states)))
    rng.shuffle(order)
    failures = []
    chosen = set(rng.sample(order, min(again, len(order)))) if again else set()
    for number in order:
        index, lost, image = states[number]
        session = Session(programs.get(), Disk(image), list(log[:index]))
        try:
            found = session.open()
            judge_recovery(found, log, index, lost, ())
            if number in chosen:
                go_on(rng, log[:index], lost, image, found)
        except Rejected as rejected:
            failures.append((len(rejected.witness["steps"]), number, rejected))
            programs.close()
            if len(failures) >= 6:
                break
    programs.close()
    if failures:
        raise min(failures, key=lambda failure: failure[:2])[2]


def go_on(rng, before, lost, image, found):
    """Recover from a crash, append more, and crash again."""
    sizes = [len(event[2]) for event in before if event[0] == "append"] or [20]
    # Records of the sizes that were lost: their places are taken exactly.
    tail = sizes[len(found) :] or [rng.choice(sizes)]
    more = [
        (900 + n, rng.randbytes(max(size - 1, 0)) + bytes([200 + n]))
        for n, size in enumerate(tail[:2])
    ]
    batches = [[record] for record in more]
    records, log, _ = run(batches, image, [])
    if records != found:
        raise Rejected(
            "wrong-answer",
            "Recovering twice from the same disk gave different records.",
            "从同一磁盘恢复两次，结果不同。",
            describe(before),
        )
    heading = [("note", f"⚡ crash: sectors {', '.join(map(str, lost[:8])) or 'none'} lost")]
    for index, lost2, image2 in crash_states(image, log, rng, 10):
        with Candidate() as program:
            session = Session(program, Disk(image2), [])
            again = session.open()
        try:
            first_life = [event[2] for event in before if event[0] == "append"]
            judge_recovery(again, log, index, lost2, found, first_life[len(found) :])
        except Rejected as rejected:
            witness = rejected.witness
            first = describe([*before, *heading, ("recovered", len(found))])
            witness["steps"] = [*first, *witness["steps"]]
            witness["failing"] = [n + len(first) for n in witness["failing"]]
            raise


def group_commit(rng):
    """Thirty-two clients, always busy: how many flushes and bytes a commit costs."""
    made = workload(rng, 960, 60, 1)
    flat = [record for batch in made for record in batch]
    batches = [flat[n : n + 32] for n in range(0, len(flat), 32)]
    _, log, session = run(batches, {}, [])
    return check_and_count(log, session, flat)


class SlowDisk(Disk):
    """A flush takes its time."""

    def flush(self):
        super().flush()
        time.sleep(FLUSH_S)


def steady(rng):
    """Clients who come at a fixed rate, however long a commit takes: (counters, the loop)."""
    flat = [record for batch in workload(rng, STEADY_RECORDS, 60, 1) for record in batch]
    log = []
    with Candidate() as program:
        session = Session(program, SlowDisk(), log)
        session.open()
        loop = OpenLoop(RATE_PER_S, len(flat))
        while numbers := loop.due():
            session.batch([flat[n] for n in numbers], lambda number: loop.done(number - 1))
    return check_and_count(log, session, flat), loop


def check_and_count(log, session, flat):
    """That all came back from the disk as it is; flushes and bytes for a commit."""
    payload = sum(len(data) for _, data in flat)
    with Candidate() as program:
        disk = Disk()
        for event in log:
            if event[0] == "write":
                disk.write(event[1], event[2])
            elif event[0] == "flush":
                disk.flush()
        recovered = Session(program, Disk(disk.durable), []).open()
    judge_recovery(recovered, log, len(log), [], ())
    return {
        "flushes_per_1000_commits": round(session.flushes * 1000 / len(flat), 1),
        "bytes_written_per_byte": round(session.bytes_written / payload, 2),
    }


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        kind, seed = file.read().split()
    feedback = sys.argv[3]
    rng = random.Random(int(seed))
    counters, loop = {}, None
    try:
        if kind == "group":
            counters = group_commit(rng)
        elif kind == "steady":
            counters, loop = steady(rng)
        elif kind == "sample":
            explore(rng, [[(1, b"hello")], [(2, b"write-ahead"), (3, b"log")]], 40, 0)
        elif kind == "short":
            # The smallest first, so that what fails first is small.
            for records in (1, 2, 3):
                explore(rng, workload(rng, records, 140, 2), 40, 0)
        elif kind == "long":
            explore(rng, workload(rng, 12, 150, 5), 90, 0)
        else:
            explore(rng, workload(rng, 2, 100, 2), 40, 6)
            explore(rng, workload(rng, 4, 130, 4), 60, 8)
    except CandidateEnded as ended:
        reject(feedback, {"kind": "note", "verdict": "runtime-error", "sentence_en": f"Your program stopped talking: {ended}.", "sentence_zh": f"你的程序不再响应（{ended}）。"})
    except Rejected as rejected:
        reject(feedback, rejected.witness)
    accept(feedback, counters, loop)


main()
