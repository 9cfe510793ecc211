/* One program in a job object: started suspended, so that nothing of it runs outside of the job. */
#include "supervisor.h"

static const DWORD LOOK_MS = 10;

struct run {
  HANDLE job, port;
  HANDLE streams[3];
  PROCESS_INFORMATION program;
  LARGE_INTEGER started;
};

static uint64_t since_ns(LARGE_INTEGER start) {
  LARGE_INTEGER now, frequency;
  QueryPerformanceCounter(&now);
  QueryPerformanceFrequency(&frequency);
  uint64_t ticks = (uint64_t)(now.QuadPart - start.QuadPart), each = (uint64_t)frequency.QuadPart;
  return ticks / each * 1000000000u + ticks % each * 1000000000u / each;
}

static HANDLE open_stream(const wchar_t *path, DWORD which, bool for_input) {
  SECURITY_ATTRIBUTES inherited = {.nLength = sizeof inherited, .bInheritHandle = TRUE};
  if (path[0] == L'\0') {
    HANDLE ours = GetStdHandle(which);
    SetHandleInformation(ours, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
    return ours;
  }
  return for_input
             ? CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, &inherited, OPEN_EXISTING, 0, NULL)
             : CreateFileW(path, GENERIC_WRITE, FILE_SHARE_READ, &inherited, CREATE_ALWAYS, 0,
                           NULL);
}

/* Everything that a job can be told to do about its limits; Wine takes it and does nothing. */
static bool make_job(struct run *run, const struct request *request) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT port = {0};
  JOBOBJECT_BASIC_UI_RESTRICTIONS desktop = {0};
  DWORD *flags = &limits.BasicLimitInformation.LimitFlags;
  run->job = CreateJobObjectW(NULL, NULL);
  run->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  if (run->job == NULL || run->port == NULL) return false;
  *flags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  if (request->memory_bytes != 0) {
    *flags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
    limits.JobMemoryLimit = (SIZE_T)request->memory_bytes;
  }
  if (request->processes != 0) {
    *flags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    limits.BasicLimitInformation.ActiveProcessLimit = request->processes;
  }
  if (!SetInformationJobObject(run->job, JobObjectExtendedLimitInformation, &limits, sizeof limits))
    return false;
  port.CompletionKey = run->job;
  port.CompletionPort = run->port;
  if (!SetInformationJobObject(run->job, JobObjectAssociateCompletionPortInformation, &port,
                               sizeof port))
    return false;
  desktop.UIRestrictionsClass = JOB_OBJECT_UILIMIT_HANDLES | JOB_OBJECT_UILIMIT_READCLIPBOARD |
                                JOB_OBJECT_UILIMIT_WRITECLIPBOARD | JOB_OBJECT_UILIMIT_DESKTOP |
                                JOB_OBJECT_UILIMIT_EXITWINDOWS | JOB_OBJECT_UILIMIT_GLOBALATOMS;
  SetInformationJobObject(run->job, JobObjectBasicUIRestrictions, &desktop, sizeof desktop);
  return true;
}

static bool start(struct run *run, const struct request *request) {
  static wchar_t command_line[COMMAND_CHARACTERS_MAX]; /* CreateProcess may write into it */
  const DWORD flags = CREATE_SUSPENDED | CREATE_UNICODE_ENVIRONMENT |
                      (under_wine() ? 0 : CREATE_NO_WINDOW); /* there is none there */
  STARTUPINFOW startup = {.cb = sizeof startup,
                          .dwFlags = STARTF_USESTDHANDLES,
                          .hStdInput = run->streams[0],
                          .hStdOutput = run->streams[1],
                          .hStdError = run->streams[2]};
  wcscpy(command_line, request->command_line);
  if (!CreateProcessW(NULL, command_line, NULL, NULL, TRUE, flags,
                      request->environment[0] != L'\0' ? (void *)request->environment : NULL,
                      request->directory[0] != L'\0' ? request->directory : NULL, &startup,
                      &run->program))
    return false;
  if (AssignProcessToJobObject(run->job, run->program.hProcess)) return true;
  DWORD error_number = GetLastError();
  TerminateProcess(run->program.hProcess, 1);
  SetLastError(error_number);
  return false;
}

static uint64_t job_cpu_ns(const struct run *run) {
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION used = {0};
  if (!QueryInformationJobObject(run->job, JobObjectBasicAccountingInformation, &used, sizeof used,
                                 NULL))
    return 0;
  return (uint64_t)(used.TotalUserTime.QuadPart + used.TotalKernelTime.QuadPart) * 100u;
}

static uint64_t written(const struct run *run) {
  uint64_t total = 0;
  for (int i = 1; i < 3; i++) {
    LARGE_INTEGER size;
    if (GetFileSizeEx(run->streams[i], &size)) total += (uint64_t)size.QuadPart;
  }
  return total;
}

/* Whether it took more memory or wrote more than it may; EXITED for neither. The job itself tells
 * of memory: an allocation beyond the limit only fails, and a program may go on without. */
static enum ending overflowed(const struct run *run, const struct request *request) {
  DWORD message;
  ULONG_PTR key;
  OVERLAPPED *about;
  while (GetQueuedCompletionStatus(run->port, &message, &key, &about, 0))
    if (message == JOB_OBJECT_MSG_JOB_MEMORY_LIMIT) return MEMORY_LIMIT;
  if (request->output_bytes != 0 && written(run) > request->output_bytes) return OUTPUT_LIMIT;
  return EXITED;
}

static enum ending reached(const struct run *run, const struct request *request) {
  if (request->wall_ms != 0 && since_ns(run->started) >= request->wall_ms * 1000000u)
    return WALL_LIMIT;
  if (request->cpu_ms != 0 && job_cpu_ns(run) >= request->cpu_ms * 1000000u) return CPU_LIMIT;
  return overflowed(run, request);
}

static void wait_for_end(struct run *run, const struct request *request, struct result *result) {
  bool limited = request->wall_ms != 0 || request->cpu_ms != 0 || request->output_bytes != 0 ||
                 request->memory_bytes != 0;
  while (WaitForSingleObject(run->program.hProcess, limited ? LOOK_MS : INFINITE) == WAIT_TIMEOUT) {
    result->ending = reached(run, request);
    if (result->ending != EXITED) break;
  }
  result->wall_ns = since_ns(run->started);
  if (result->ending == EXITED) result->ending = overflowed(run, request); /* since the last look */
  GetExitCodeProcess(run->program.hProcess, &result->exit_code);
  TerminateJobObject(run->job, 1);
}

static void account(const struct run *run, struct result *result) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION peak = {0};
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION used = {0};
  result->cpu_ns = job_cpu_ns(run);
  if (QueryInformationJobObject(run->job, JobObjectExtendedLimitInformation, &peak, sizeof peak,
                                NULL))
    result->memory_bytes_peak = peak.PeakJobMemoryUsed;
  if (QueryInformationJobObject(run->job, JobObjectBasicAccountingInformation, &used, sizeof used,
                                NULL))
    result->processes = used.TotalProcesses;
}

void run_program(const struct request *request, struct result *result) {
  struct run run = {0};
  *result = (struct result){.ending = NOT_STARTED};
  run.streams[0] = open_stream(request->input, STD_INPUT_HANDLE, true);
  run.streams[1] = open_stream(request->output, STD_OUTPUT_HANDLE, false);
  run.streams[2] = open_stream(request->error, STD_ERROR_HANDLE, false);
  bool opened = run.streams[0] != INVALID_HANDLE_VALUE && run.streams[1] != INVALID_HANDLE_VALUE &&
                run.streams[2] != INVALID_HANDLE_VALUE;
  if (opened && make_job(&run, request) && start(&run, request)) {
    if (under_wine() && request->output[0] == L'\0') await_start();
    result->ending = EXITED;
    QueryPerformanceCounter(&run.started);
    ResumeThread(run.program.hThread);
    wait_for_end(&run, request, result);
    account(&run, result);
    CloseHandle(run.program.hThread);
    CloseHandle(run.program.hProcess);
  } else {
    result->error_number = GetLastError();
  }
  if (run.job != NULL) CloseHandle(run.job);
  if (run.port != NULL) CloseHandle(run.port);
  const wchar_t *paths[] = {request->input, request->output, request->error};
  for (int i = 0; i < 3; i++)
    if (paths[i][0] != L'\0' && run.streams[i] != INVALID_HANDLE_VALUE) CloseHandle(run.streams[i]);
}
