"""Runs an answer's kernel on the first GPU, through OpenCL, as the conductor asks (conducted.py).

    b            build the kernel; the result is how many work items a group may have
    d SEED N SKEW   make N bytes; of SKEW in 100 all are the same
    h SECRET N   the histogram of the first N of them, renamed by a secret; it is told, 256 numbers
    T SECRET N ROUNDS   timed: as many histograms, each by other names; told: a digest of them

solution.py says what the kernel is, and how it is to be started. It is asked in a process of its
own, parted before it is imported, that has neither the channel nor the data: what runs where times
and counts are taken is the kernel alone.
"""

import ctypes
import hashlib
import json
import os
import random
import sys

from conducted import Reply, run

DEVICES = 1 << 2  # GPUs
READ_WRITE, READ_ONLY, COPY = 1 << 0, 1 << 2, 1 << 5
BUILD_LOG = 0x1183
UNITS, GROUP_MAX, LOCAL_BYTES = 0x1002, 0x1004, 0x1023
VALUES = 256
COUNTS_BYTES = 4 * VALUES
LINE_BYTES_MAX = 1 << 20
NOT_DUMPABLE = 4, 0  # for prctl: nobody else of this user looks into this process
# Each histogram is of other bytes, so that nothing that a kernel kept of the last is of use. And a
# group's own memory is not clear when a kernel starts, only mostly: on a GPU that was idle a kernel
# that relies on it is right. So all of it is written to beforehand, by some groups a unit.
OURS = """
__kernel void rename(__global const uchar *from, uint n, __constant uchar *name,
                     __global uchar *to) {
  for (uint i = get_global_id(0); i < n; i += get_global_size(0)) to[i] = name[from[i]];
}
__kernel void soil(__local volatile uint *own, uint n, __global uint *counts) {
  for (uint i = get_local_id(0); i < n; i += get_local_size(0)) own[i] = 0x9e3779b9u ^ i;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (own[n - 1] == 0) counts[0] = 0; /* never: so that no compiler finds the writes useless */
}
"""
GROUPS_A_UNIT = 32
pointer, size_t, uint, ulong, int_ = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_uint,
    ctypes.c_uint64,
    ctypes.c_int,
)


def stop(words):
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
    os._exit(3)


class Answer:
    """solution.py in a process of its own; asked a line, it answers a line."""

    def __init__(self):
        theirs, self._to = os.pipe()
        self._from, ours = os.pipe()
        if os.fork() == 0:
            try:
                os.dup2(theirs, 0)
                os.dup2(ours, 1)
                os.closerange(3, 1 << 16)
                self._serve()
            except BaseException:
                sys.excepthook(*sys.exc_info())
                sys.stderr.flush()
            os._exit(1)
        os.close(theirs)
        os.close(ours)
        ctypes.CDLL(None).prctl(*NOT_DUMPABLE, 0, 0, 0)
        self._rest = b""

    @staticmethod
    def _serve():
        lines = os.fdopen(0, "rb", closefd=False)
        asked = lines.readline()
        told = os.dup(1)
        os.dup2(2, 1)  # what the answer prints is none of its answers
        import solution

        while asked:
            n, group_max = json.loads(asked)
            reply = solution.KERNEL if n is None else list(solution.sizes(n, group_max))
            os.write(told, json.dumps(reply).encode() + b"\n")
            asked = lines.readline()

    def _ask(self, *numbers):
        os.write(self._to, json.dumps(numbers).encode() + b"\n")
        while b"\n" not in self._rest:
            piece = os.read(self._from, 1 << 16)
            if not piece or len(self._rest) > LINE_BYTES_MAX:
                stop("solution.py ended, or did not say what it was asked for")
            self._rest += piece
        line, self._rest = self._rest.split(b"\n", 1)
        return json.loads(line)

    def kernel(self):
        return self._ask(None, 0)

    def sizes(self, n, group_max):
        total, group = self._ask(n, group_max)
        return total, group


class OpenCL:
    """As much of OpenCL 1.2 as one kernel needs."""

    def __init__(self):
        try:
            self._library = ctypes.CDLL("libOpenCL.so.1")
        except OSError as error:
            stop(f"no OpenCL here: {error}")
        self.device = self._device(DEVICES)
        self._context = self._made("clCreateContext", None, uint(1), self._ref(self.device), None, None)
        self._queue = self._made("clCreateCommandQueue", self._context, self.device, ulong(0))

    @staticmethod
    def _ref(value):
        return ctypes.byref(value)

    def _call(self, name, *words):
        function = getattr(self._library, name)
        function.restype = int_
        status = function(*words)
        if status != 0:
            stop(f"{name} failed: OpenCL error {status}")

    def _made(self, name, *words):
        function = getattr(self._library, name)
        function.restype = pointer
        status = int_()
        made = pointer(function(*words, self._ref(status)))
        if status.value != 0:
            stop(f"{name} failed: OpenCL error {status.value}")
        return made

    def _device(self, kind):
        count = uint()
        if self._library.clGetPlatformIDs(0, None, self._ref(count)) != 0 or count.value == 0:
            stop("no OpenCL platform: the GPU was not handed into this container")
        platforms = (pointer * count.value)()
        self._call("clGetPlatformIDs", count, platforms, None)
        for platform in platforms:
            device = pointer()
            found = self._library.clGetDeviceIDs(
                pointer(platform), ulong(kind), uint(1), self._ref(device), None
            )
            if found == 0:
                return device
        return stop("no GPU among the OpenCL devices")

    def _known(self, what):
        value = ulong()  # some are of 32 bits
        self._call("clGetDeviceInfo", self.device, uint(what), size_t(8), self._ref(value), None)
        return value.value

    def group_max(self):
        return self._known(GROUP_MAX)

    def spread(self):
        """(work items in all, a group) for our own kernels."""
        group = min(256, self.group_max())
        return GROUPS_A_UNIT * self._known(UNITS) * group, group

    def local_words(self):
        """Half of a group's own memory: of the whole, some may be the driver's."""
        return self._known(LOCAL_BYTES) // 8

    def kernels(self, source, *names):
        text = ctypes.c_char_p(source.encode())
        length = size_t(len(source.encode()))
        program = self._made(
            "clCreateProgramWithSource", self._context, uint(1), self._ref(text), self._ref(length)
        )
        options = b"-cl-std=CL1.2"
        if self._library.clBuildProgram(program, uint(1), self._ref(self.device), options, None, None):
            log = ctypes.create_string_buffer(16_000)
            self._library.clGetProgramBuildInfo(
                program, self.device, uint(BUILD_LOG), size_t(len(log)), log, None
            )
            stop("the kernel does not compile:\n" + log.value.decode(errors="replace"))
        return [self._made("clCreateKernel", program, name) for name in names]

    def buffer(self, content, flags):
        held = (ctypes.c_char * len(content)).from_buffer(content)
        return self._made(
            "clCreateBuffer", self._context, ulong(flags | COPY), size_t(len(content)), held
        )

    def empty(self, length):
        return self._made("clCreateBuffer", self._context, ulong(READ_WRITE), size_t(length), None)

    def arguments(self, kernel, *values, first=0):
        for index, value in enumerate(values, start=first):
            size = size_t(ctypes.sizeof(value))
            self._call("clSetKernelArg", kernel, uint(index), size, self._ref(value))

    def local_argument(self, kernel, length):
        """The kernel's first: so many bytes of a group's own memory."""
        self._call("clSetKernelArg", kernel, uint(0), size_t(length), None)

    def write(self, buffer, content):
        self._call(
            "clEnqueueWriteBuffer",
            *(self._queue, buffer, uint(1), size_t(0), size_t(len(content)), content),
            *(uint(0), None, None),
        )

    def run(self, kernel, total, group):
        self._call(
            "clEnqueueNDRangeKernel",
            *(self._queue, kernel, uint(1), None),
            *(self._ref(size_t(total)), self._ref(size_t(group)), uint(0), None, None),
        )

    def read(self, buffer, content):
        held = (ctypes.c_char * len(content)).from_buffer(content)
        self._call(
            "clEnqueueReadBuffer",
            *(self._queue, buffer, uint(1), size_t(0), size_t(len(content)), held),
            *(uint(0), None, None),
        )


def data_of(seed, count, skew):
    """The same bytes as output_validator/gpu_histogram.py makes."""
    rng = random.Random(seed)
    table = bytes(7 if rng.randrange(100) < skew else byte for byte in range(VALUES))
    return bytearray(rng.randbytes(count).translate(table))


def names_of(secret):
    """What each byte is called in a block's first histogram: the same as the validator's."""
    return bytes(random.Random(secret).sample(range(VALUES), VALUES))


class Harness:
    """The GPU, the answer's kernel, and the bytes."""

    def __init__(self, answer):
        self.answer = answer

    def perform(self, call):
        return getattr(self, f"do_{call.kind}")(call)

    def do_b(self, _call):
        # Not before the channel has its place: the driver opens files, too.
        self.opencl = OpenCL()
        self.rename, self.soil = self.opencl.kernels(OURS, b"rename", b"soil")
        self.counts = self.opencl.empty(COUNTS_BYTES)
        self.names = self.opencl.empty(VALUES)
        self.spread = self.opencl.spread()
        self.group_max = self.opencl.group_max()
        (self.kernel,) = self.opencl.kernels(self.answer.kernel(), b"histogram")
        words = self.opencl.local_words()
        self.opencl.local_argument(self.soil, 4 * words)
        self.opencl.arguments(self.soil, uint(words), self.counts, first=1)
        return Reply(self.group_max)

    def do_d(self, call):
        self.data = self.opencl.buffer(data_of(call.a, call.b, call.c), READ_ONLY)
        self.renamed = self.opencl.empty(call.b)

    def do_h(self, call):
        sizes = self.answer.sizes(call.b, self.group_max)
        return Reply(told=self.histogram(names_of(call.a), call.b, sizes))

    def do_T(self, call):
        sizes = self.answer.sizes(call.b, self.group_max)
        digest, names = hashlib.blake2b(), names_of(call.a)
        for _ in range(call.c):
            digest.update(self.histogram(names, call.b, sizes))
            names = names[1:] + names[:1]
        return Reply(told=digest.digest())

    def histogram(self, names, n, sizes):
        opencl = self.opencl
        counts = bytearray(COUNTS_BYTES)
        opencl.write(self.names, names)
        opencl.write(self.counts, bytes(counts))
        opencl.arguments(self.rename, self.data, uint(n), self.names, self.renamed)
        opencl.run(self.rename, *self.spread)
        opencl.run(self.soil, *self.spread)
        opencl.arguments(self.kernel, self.renamed, uint(n), self.counts)
        opencl.run(self.kernel, *sizes)
        opencl.read(self.counts, counts)
        return bytes(counts)


def main():
    answer = Answer()  # before anything else: it is to have nothing of this process
    run(Harness(answer).perform)


main()
