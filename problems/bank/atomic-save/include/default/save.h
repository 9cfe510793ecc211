/* Replace a file's content so that no crash loses it: yours to write, for Linux and for Windows. */
#ifndef SAVE_H
#define SAVE_H
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

/* Put `size` bytes into the file `path` (which exists, in a directory that you may write to) in place
 * of all that it holds. 0 once nothing can bring the old content back. Not 0 when it can't be done:
 * then the file holds what it held. Either way nothing else stays in its directory. */
int save(const char *path, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
