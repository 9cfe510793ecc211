"""fresh.py SEED KIND: a heading and a line of operations for each thread (see harness_body.h)."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
kind = sys.argv[2]
items = iter(range(1, 10**9))


def line(ops):
    print(" ".join(ops))


def pushes(count, share=0.0, longest=300):
    return [f"p{next(items)}" + (f"@{rng.randrange(longest)}" if rng.random() < share else "") for _ in range(count)]


def pops(count, share=0.0, longest=300):
    return ["g" + (f"@{rng.randrange(longest)}" if rng.random() < share else "") for _ in range(count)]


def pauses(ops, share):
    return [word for op in ops for word in ([f"s{rng.randrange(60)}", op] if rng.random() < share else [op])]


if kind == "few":
    # As many pops as pushes: everybody must get through.
    producers, consumers, each = rng.choice([(1, 1, 60), (2, 2, 60), (3, 2, 40), (1, 3, 60), (4, 4, 30)])
    print("run", rng.choice([1, 1, 2, 3]), 700)
    total = producers * each
    for _ in range(producers):
        line(pauses(pushes(each), 0.1))
    for number in range(consumers):
        share = total // consumers + (number < total % consumers)
        line(pauses(pops(share), 0.1))
elif kind == "late":
    # One side always comes late, and together: the other waits for it, and both are at the queue
    # when the first is woken. There a wake-up that goes to the wrong one is lost.
    each_side, each, capacity = rng.choice([(2, 25, 1), (3, 20, 1), (4, 15, 1), (4, 15, 2)])
    late_ones, pause = rng.choice("pg"), rng.randrange(200, 400)
    print("run", capacity, 700)
    for ops in [make(each) for make in (pushes, pops) for _ in range(each_side)]:
        late = ops[0][0] == late_ones
        line([word for op in ops for word in ([f"s{pause}", op] if late else [op])])
elif kind == "deadlines":
    print("run", rng.choice([1, 2, 4]), 1500)
    for _ in range(3):
        line(pauses(pushes(60, 0.7, 2000), 0.3))
    for _ in range(2):
        line(pauses(pops(70, 0.9, 2000), 0.3))
    line(["s400000", "c"])
elif kind == "passed":
    # One thread, deadlines that have passed: what is there is taken at once, and what is not is not.
    # And some that must pass, since nobody else is there: how late such a wait ends is seen by them.
    capacity = rng.randint(1, 9)
    print("run", capacity, 700)
    ops = []
    for _ in range(4):
        ops += [f"{push}@0" for push in pushes(rng.randint(1, capacity + 2))]
        ops += ["g@0"] * rng.randint(1, capacity + 2)
    soon = [f"@{rng.randrange(1000, 25000)}" for _ in range(8)]
    ops += [f"{push}@0" for push in pushes(capacity)] + [pushes(1)[0] + wait for wait in soon[:4]]
    ops += ["g@0"] * capacity + ["g" + wait for wait in soon[4:]]
    line([*ops, *(f"{push}@0" for push in pushes(capacity)), "c", f"{pushes(1)[0]}@0", *["g@0"] * (capacity + 2)])
elif kind == "closing":
    # Many wait when it is closed: producers for room, or consumers for items.
    print("run", rng.choice([1, 2]), 700)
    if rng.random() < 0.5:
        for _ in range(4):
            line(pauses(pushes(8), 0.2))
        line(pauses(pops(6), 0.3) + ["s3000", "c", "c", *pops(4)])
    else:
        for _ in range(4):
            line(pauses(pops(8), 0.2))
        line(pauses(pushes(10), 0.3) + ["s3000", "c", *pushes(2)])
elif kind == "crowd":
    print("run", rng.choice([4, 16, 64]), 1500)
    for _ in range(4):
        line(pushes(1500))
    for _ in range(4):
        line(pops(1500))
elif kind in ("wake", "room"):
    # One waits long enough to have gone to sleep, time and again: how late it hears of a push, or of
    # room. Half of the time it has a deadline, which is far. Nobody can guess for how long it waits.
    print("run", 1, 2000)
    waits = [rng.choice(["", "@900000"]) for _ in range(14)] + ["", "@900000"]
    rng.shuffle(waits)
    waiting = [f"g{wait}" if kind == "wake" else f"p{next(items)}{wait}" for wait in waits]
    line(waiting if kind == "wake" else [f"p{next(items)}", *waiting])
    waking = pushes(len(waits)) if kind == "wake" else pops(len(waits))
    line(word for op in waking for word in (f"s{round(4000 * 20 ** rng.random())}", op))
else:
    # Four threads wait for what never comes, with a deadline or until it is closed: who spins is
    # seen by the CPU time.
    print("run", 4, 2000)
    for wait in ("@600000", "@600000", "", ""):
        line([f"g{wait}"])
    line(["s600000", "c"])
