"""Count how often each byte occurs."""

KERNEL = """
__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  /* counts[b] is 0 at first, and is to become how often b occurs in data[0..n) */
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(256, group_max)
    return (n + group - 1) // group * group, group
