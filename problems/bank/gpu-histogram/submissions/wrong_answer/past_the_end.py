"""The last group reads bytes behind the end."""

KERNEL = """
__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  atomic_inc(&counts[data[get_global_id(0)]]);
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(64, group_max)
    return (n + group - 1) // group * group, group
