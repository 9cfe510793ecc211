"""Runs the kernel of solution.py on the first GPU, through OpenCL, and prints the 256 counts.

    hist SEED N SKEW     N bytes; of SKEW in 100 all are the same
"""

import array
import ctypes
import random
import sys

import solution

DEVICES = 1 << 2  # GPUs
READ_WRITE, READ_ONLY, COPY = 1 << 0, 1 << 2, 1 << 5
BUILD_LOG = 0x1183
UNITS, GROUP_MAX, LOCAL_BYTES = 0x1002, 0x1004, 0x1023
# A group's own memory is not clear when a kernel starts, only mostly: on a GPU that was idle a kernel
# that relies on it is right. So all of it is written to beforehand, by some groups a unit.
SOIL = """
__kernel void soil(__local volatile uint *own, uint n, __global uint *counts) {
  for (uint i = get_local_id(0); i < n; i += get_local_size(0)) own[i] = 0x9e3779b9u ^ i;
  barrier(CLK_LOCAL_MEM_FENCE);
  if (own[n - 1] == 0) counts[0] = 0; /* never: so that no compiler finds the writes useless */
}
"""
SOILED_GROUPS_A_UNIT = 32
pointer, size_t, uint, ulong, int_ = (
    ctypes.c_void_p,
    ctypes.c_size_t,
    ctypes.c_uint,
    ctypes.c_uint64,
    ctypes.c_int,
)


def stop(words):
    sys.stderr.write(words + "\n")
    sys.exit(3)


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

    def soil(self, counts):
        kernel = self.kernel(SOIL, b"soil")
        length, group = self._known(LOCAL_BYTES) // 8, min(256, self.group_max())  # some is the driver's
        self._call("clSetKernelArg", kernel, uint(0), size_t(4 * length), None)
        self.argument(kernel, 1, uint(length))
        self.argument(kernel, 2, counts)
        self.run(kernel, SOILED_GROUPS_A_UNIT * self._known(UNITS) * group, group)

    def kernel(self, source, name):
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
        return self._made("clCreateKernel", program, name)

    def buffer(self, content, flags):
        held = (ctypes.c_char * len(content)).from_buffer(content)
        return self._made(
            "clCreateBuffer", self._context, ulong(flags | COPY), size_t(len(content)), held
        )

    def argument(self, kernel, index, value):
        self._call(
            "clSetKernelArg", kernel, uint(index), size_t(ctypes.sizeof(value)), self._ref(value)
        )

    def run(self, kernel, total, group):
        self._call(
            "clEnqueueNDRangeKernel",
            *(self._queue, kernel, uint(1), None),
            *(self._ref(size_t(total)), self._ref(size_t(group)), uint(0), None, None),
        )
        self._call("clFinish", self._queue)

    def read(self, buffer, content):
        held = (ctypes.c_char * len(content)).from_buffer(content)
        self._call(
            "clEnqueueReadBuffer",
            *(self._queue, buffer, uint(1), size_t(0), size_t(len(content)), held),
            *(uint(0), None, None),
        )


def data_of(seed, count, skew):
    """The same bytes as output_validator/main.py makes."""
    rng = random.Random(seed)
    table = bytes(7 if rng.randrange(100) < skew else byte for byte in range(256))
    return bytearray(rng.randbytes(count).translate(table))


def main():
    _, seed, count, skew = sys.stdin.read().split()
    data = data_of(int(seed), int(count), int(skew))
    opencl = OpenCL()
    kernel = opencl.kernel(solution.KERNEL, b"histogram")
    total, group = solution.sizes(len(data), opencl.group_max())
    counts = bytearray(4 * 256)
    on_device = opencl.buffer(data, READ_ONLY), opencl.buffer(counts, READ_WRITE)
    opencl.argument(kernel, 0, on_device[0])
    opencl.argument(kernel, 1, uint(len(data)))
    opencl.argument(kernel, 2, on_device[1])
    opencl.soil(on_device[1])
    opencl.run(kernel, total, group)
    opencl.read(on_device[1], counts)
    print(*array.array("I", bytes(counts)))


main()
