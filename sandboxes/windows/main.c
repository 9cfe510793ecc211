#include "supervisor.h"

#include <string.h>

enum { EXIT_BROKEN = 120, EXIT_CODE_MAX = 255 };

/* What comes after the first `words` words of our own command line, as it was written there: the
 * program must get its arguments quoted as they were. */
static const wchar_t *rest_after(const wchar_t *line, int words) {
  while (words > 0) {
    bool quoted = false;
    while (*line != L'\0' && (quoted || (*line != L' ' && *line != L'\t')))
      if (*line++ == L'"') quoted = !quoted;
    while (*line == L' ' || *line == L'\t') line++;
    words--;
  }
  return line;
}

/* Linux keeps eight bits of an exit code: what is not 0 must not become 0 there. */
static int for_linux(const struct result *result) {
  if (result->ending != EXITED) return EXIT_BROKEN;
  return result->exit_code > EXIT_CODE_MAX ? EXIT_CODE_MAX : (int)result->exit_code;
}

static bool ask_for(struct request *request, const wchar_t *command_line) {
  if (wcslen(command_line) >= COMMAND_CHARACTERS_MAX) return false;
  wcscpy(request->command_line, command_line);
  return true;
}

static int run_one(const wchar_t *report, const wchar_t *command_line) {
  static struct request request;
  struct result result;
  if (!ask_for(&request, command_line)) return EXIT_BROKEN;
  run_program(&request, &result);
  return write_result(report, &result) ? for_linux(&result) : EXIT_BROKEN;
}

/* Of several that are served on one error stream, whose files go with each: its code as a line. */
static int run_served(const wchar_t *command_line) {
  static struct request request;
  struct result result;
  if (!ask_for(&request, command_line)) return EXIT_BROKEN;
  run_program(&request, &result);
  if (result.ending == EXITED && result.exit_code > EXIT_CODE_MAX)
    fprintf(stderr, "\njudge: exit_code %lu\n", (unsigned long)result.exit_code);
  return for_linux(&result);
}

int wmain(int count, wchar_t **words) {
  /* No box that waits for a click, here or in what is started from here. */
  SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
  if (count >= 4 && wcscmp(words[1], L"--run") == 0)
    return run_one(words[2], rest_after(GetCommandLineW(), 3));
  if (count >= 3 && wcscmp(words[1], L"--served") == 0)
    return run_served(rest_after(GetCommandLineW(), 2));
  if (count == 3 && wcscmp(words[1], L"--requests") == 0)
    return serve_requests(words[2]) ? 0 : EXIT_BROKEN;
  fputs("usage: supervisor.exe --run REPORT PROGRAM [ARGUMENT...]\n"
        "       supervisor.exe --served PROGRAM [ARGUMENT...]\n"
        "       supervisor.exe --requests DIRECTORY\n",
        stderr);
  return EXIT_BROKEN;
}
