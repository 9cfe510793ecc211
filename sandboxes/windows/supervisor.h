/* The supervisor for Windows programs. Theory of operation.
 *
 *   supervisor.exe --run REPORT PROGRAM [ARGUMENT...]   under Wine, beneath the Linux supervisor
 *   supervisor.exe --served PROGRAM [ARGUMENT...]       the same, of a program that is talked to
 *   supervisor.exe --requests DIRECTORY                 on Windows, in a container of its own
 *
 * Under Wine it only sees what Linux can't: a program's exit code of 32 bits, which tells an access
 * violation from `exit(5)`, and that all of a program's children go with it. Limits and accounting
 * are the Linux supervisor's: Wine accepts a job object's limits and does not enforce them.
 *
 * On Windows nobody can talk to it while its container runs (an engine can't copy files into or
 * out of a running Hyper-V container, and attached streams break), so it speaks by files: the host
 * lays out requests, starts the container, and reads the results when it has ended. There the job
 * object enforces memory, processes and time, and accounts for them.
 *
 * As on Linux it reports and never decides a verdict. In the program's own container a report is
 * the program's own claim as much as its exit code is; what it could not be trusted with is not
 * taken from it.
 */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <windows.h>

enum { PATH_CHARACTERS_MAX = 1024, COMMAND_CHARACTERS_MAX = 16 * 1024 };

/* One program to run; a limit of 0 is none. */
struct request {
  wchar_t command_line[COMMAND_CHARACTERS_MAX];
  wchar_t directory[PATH_CHARACTERS_MAX]; /* "" for ours */
  wchar_t input[PATH_CHARACTERS_MAX], output[PATH_CHARACTERS_MAX], error[PATH_CHARACTERS_MAX];
  wchar_t environment[COMMAND_CHARACTERS_MAX]; /* NAME=VALUE, each ended by NUL; "" for ours */
  uint64_t wall_ms, cpu_ms, memory_bytes, output_bytes;
  uint32_t processes;
};

/* The names are the file's; sandboxes/native.py reads them. */
enum ending { EXITED, WALL_LIMIT, CPU_LIMIT, OUTPUT_LIMIT, NOT_STARTED, MEMORY_LIMIT };

struct result {
  enum ending ending;
  DWORD exit_code, error_number; /* error_number: GetLastError, where it was not started */
  uint64_t wall_ns, cpu_ns, memory_bytes_peak;
  uint32_t processes;
};

/* run.c: run it to its end, and leave nothing of it */
void run_program(const struct request *request, struct result *result);

/* requests.c: false when the directory holds something that is no request */
bool serve_requests(const wchar_t *directory);
bool write_result(const wchar_t *path, const struct result *result);

/* wine.c: whether this is Wine, and there: tell the Linux supervisor that the program is ready */
bool under_wine(void);
void await_start(void);

#endif
