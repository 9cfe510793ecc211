/* Requests and results as files: request-0001.txt, request-0002.txt, ... in one directory, each
 * answered by a result of the same number before the next is read. A request is lines of UTF-8,
 * "name value"; `environment` may come more than once. sandboxes/native.py has the other side. */
#include "supervisor.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { LINE_BYTES_MAX = 64 * 1024, REQUESTS_MAX = 9999 };

static bool to_wide(const char *text, wchar_t *into, int characters) {
  return MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, into, characters) > 0;
}

static bool add_environment(struct request *request, const char *text) {
  wchar_t *at = request->environment, *end = at + COMMAND_CHARACTERS_MAX - 1;
  while (*at != L'\0') at += wcslen(at) + 1;
  if (!to_wide(text, at, (int)(end - at))) return false;
  at[wcslen(at) + 1] = L'\0';
  return true;
}

static bool set_field(struct request *request, const char *name, const char *value) {
  const struct {
    const char *name;
    wchar_t *into;
    int characters;
  } texts[] = {
      {"command_line", request->command_line, COMMAND_CHARACTERS_MAX},
      {"directory", request->directory, PATH_CHARACTERS_MAX},
      {"input", request->input, PATH_CHARACTERS_MAX},
      {"output", request->output, PATH_CHARACTERS_MAX},
      {"error", request->error, PATH_CHARACTERS_MAX},
  };
  const struct {
    const char *name;
    uint64_t *into;
  } numbers[] = {
      {"wall_ms", &request->wall_ms},
      {"cpu_ms", &request->cpu_ms},
      {"memory_bytes", &request->memory_bytes},
      {"output_bytes", &request->output_bytes},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(name, texts[i].name) == 0) return to_wide(value, texts[i].into, texts[i].characters);
  char *end;
  uint64_t number = strtoull(value, &end, 10);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(name, numbers[i].name) == 0) {
      *numbers[i].into = number;
      return *value != '\0' && *end == '\0';
    }
  if (strcmp(name, "processes") == 0) {
    request->processes = (uint32_t)number;
    return *value != '\0' && *end == '\0';
  }
  return strcmp(name, "environment") == 0 && add_environment(request, value);
}

static bool read_request(FILE *file, struct request *request) {
  static char line[LINE_BYTES_MAX];
  memset(request, 0, sizeof *request);
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\r\n")] = '\0';
    char *value = strchr(line, ' ');
    if (value == NULL) return false;
    *value++ = '\0';
    if (!set_field(request, line, value)) return false;
  }
  return request->command_line[0] != L'\0' && request->output[0] != L'\0';
}

bool write_result(const wchar_t *path, const struct result *result) {
  static const char *const names[] = {"exited",       "wall_limit",  "cpu_limit",
                                      "output_limit", "not_started", "memory_limit"};
  FILE *file = _wfopen(path, L"wb");
  if (file == NULL) return false;
  fprintf(file,
          "ending %s\nexit_code %lu\nerror_number %lu\nwall_ns %llu\ncpu_ns %llu\n"
          "memory_bytes_peak %llu\nprocesses %u\n",
          names[result->ending], (unsigned long)result->exit_code,
          (unsigned long)result->error_number, (unsigned long long)result->wall_ns,
          (unsigned long long)result->cpu_ns, (unsigned long long)result->memory_bytes_peak,
          result->processes);
  return fclose(file) == 0;
}

bool serve_requests(const wchar_t *directory) {
  static struct request request;
  for (unsigned number = 1; number <= REQUESTS_MAX; number++) {
    wchar_t path[PATH_CHARACTERS_MAX];
    struct result result;
    swprintf(path, PATH_CHARACTERS_MAX, L"%ls\\request-%04u.txt", directory, number);
    FILE *file = _wfopen(path, L"rb");
    if (file == NULL) return number > 1; /* none at all is a mistake of ours */
    bool good = read_request(file, &request);
    fclose(file);
    if (!good) return false;
    run_program(&request, &result);
    swprintf(path, PATH_CHARACTERS_MAX, L"%ls\\result-%04u.txt", directory, number);
    if (!write_result(path, &result)) return false;
  }
  return true;
}
