"""Exit codes, in words."""

from judge.grading.windows_exit_codes import exit_words


def test_an_exit_code_is_read_as_its_system_means_it() -> None:
    assert exit_words(0xC0000005, windows=True)[0] == "STATUS_ACCESS_VIOLATION (0xC0000005)"
    assert exit_words(0xC0000005, windows=False)[0] == "exit code 3221225477"
    assert exit_words(3, windows=True)[0] == "exit code 3, which abort() ends with"
    assert exit_words(3, windows=False)[0] == "exit code 3"
