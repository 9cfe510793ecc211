"""One work item a byte, for at most 65536 bytes."""

KERNEL = """
__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  const uint i = get_global_id(0);
  if (i < n) atomic_inc(&counts[data[i]]);
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(64, group_max)
    return min(65536, (n + group - 1) // group * group), group
