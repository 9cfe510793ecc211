"""Right, but each byte is an atomic addition of everybody's, and most to the same place."""

KERNEL = """
__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  for (uint i = get_global_id(0); i < n; i += get_global_size(0)) atomic_inc(&counts[data[i]]);
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(256, group_max)
    groups = min(1024, (n + group - 1) // group)
    return groups * group, group
