"""Sixteen bytes at a time, and the same byte many times over is one addition."""

KERNEL = """
#define COPIES 4
#define COUNT(byte)                                     \\
  if ((byte) == last) { run++; }                        \\
  else { atomic_add(&mine[last], run); last = (byte); run = 1; }

__kernel void histogram(__global const uchar *data, uint n, __global uint *counts) {
  __local uint own[COPIES * 256];
  const uint me = get_local_id(0), group = get_local_size(0), all = get_global_size(0);
  for (uint b = me; b < COPIES * 256; b += group) own[b] = 0;
  barrier(CLK_LOCAL_MEM_FENCE);
  __local uint *mine = own + 256 * (me % COPIES);
  uint last = 0, run = 0;
  for (uint i = get_global_id(0); i < n / 16; i += all) {
    const uchar16 v = vload16(i, data);
    COUNT(v.s0) COUNT(v.s1) COUNT(v.s2) COUNT(v.s3) COUNT(v.s4) COUNT(v.s5) COUNT(v.s6) COUNT(v.s7)
    COUNT(v.s8) COUNT(v.s9) COUNT(v.sa) COUNT(v.sb) COUNT(v.sc) COUNT(v.sd) COUNT(v.se) COUNT(v.sf)
  }
  for (uint i = n / 16 * 16 + get_global_id(0); i < n; i += all) { COUNT(data[i]) }
  atomic_add(&mine[last], run);
  barrier(CLK_LOCAL_MEM_FENCE);
  for (uint b = me; b < 256; b += group) {
    uint sum = 0;
    for (uint copy = 0; copy < COPIES; copy++) sum += own[256 * copy + b];
    atomic_add(&counts[b], sum);
  }
}
"""


def sizes(n, group_max):
    """(work items in all, work items a group); the first is a multiple of the second."""
    group = min(256, group_max)
    groups = max(1, min(1024, n // (16 * group)))
    return groups * group, group
