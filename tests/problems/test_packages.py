"""Reading packages: both formats, and what must be refused with a message that helps."""

import io
import re
import zipfile
from pathlib import Path

import pytest

from judge.errors import PackageFault
from judge.languages import LANGUAGES
from judge.values import DefaultValidator, JudgeProgram, Shape
from judge.verdicts import Verdict
from problems import BANK, skeleton, statement_rendering, statements, tree
from problems.package import load, load_folder
from problems.skills import IN_CHINESE

PACKAGES = Path(__file__).parents[1] / "packages"


def minimal(**more: str) -> dict[str, bytes]:
    files = {
        "problem.yaml": "problem_format_version: 2025-09\nname: Sum\n",
        "data/secret/1.in": "1 2\n",
        "data/secret/1.ans": "3\n",
        "submissions/accepted/a.py": "print(3)\n",
    }
    files.update({path.replace("__", "/"): text for path, text in more.items()})
    return {path: text.encode() for path, text in files.items()}


def test_the_bank_is_readable_and_bilingual() -> None:
    folders = sorted(path.parent for path in BANK.glob("*/problem.yaml"))
    assert len(folders) == 5
    for folder in folders:
        package = load_folder(folder)
        assert set(package.names) == set(package.statements) == {"en", "zh"}
        assert set(package.starter) == set(package.problem.languages)
        planted = [s for s in package.submissions if Verdict.ACCEPTED not in s.expected]
        assert len(planted) >= 5
        for language in package.problem.languages:
            assert any(
                sample.name.startswith("accepted/ok.") and sample.submission.language == language
                for sample in package.submissions
            )


def test_the_banks_skills_have_chinese_names() -> None:
    for folder in sorted(path.parent for path in BANK.glob("*/problem.yaml")):
        assert set(load_folder(folder).skills) <= set(IN_CHINESE), folder.name


def test_both_statements_have_the_same_numbers_code_and_parts() -> None:
    for folder in BANK.glob("*/statement"):
        english, chinese = (
            [
                sorted(re.findall(pattern, (folder / f"problem.{la}.md").read_text(), re.MULTILINE))
                for pattern in (r"\d+", r"`[^`\n]+`", r"^#+ ")
            ]
            for la in ("en", "zh")
        )
        assert english == chinese, folder


def test_statements_show_the_sample_and_what_is_to_be_written() -> None:
    for folder in sorted(path.parent for path in BANK.glob("*/problem.yaml")):
        (sample,) = folder.glob("data/sample/*.in")
        statement = (folder / "statement/problem.en.md").read_text()
        shown = "\n".join(line.split(" ", 1)[-1] for line in statement.splitlines())
        for line in sample.read_text().splitlines():
            assert line in statement or line in shown, (folder.name, line)
        given = "".join(
            path.read_text()
            for path in folder.glob("include/default/*.h")
            if not path.name.startswith(("conducted", "harness", "watch"))
        )
        for function in re.findall(r"^[a-z].*?\b(\w+)\([^()]*\);", given, re.MULTILINE):
            assert f"{function}(" in statement, (folder.name, function)


def test_a_public_package_of_the_2025_format_is_read() -> None:
    package = load_folder(PACKAGES / "guess")
    assert package.problem.shape is Shape.INTERACTIVE
    assert isinstance(package.problem.validator, JudgeProgram)
    by_name = {sample.name: sample.expected for sample in package.submissions}
    assert by_name["accepted/bisect.py"] == {Verdict.ACCEPTED}
    assert Verdict.TIME_LIMIT in by_name["mixed/slow.cpp"]  # from submissions.yaml


def test_a_public_package_of_the_legacy_format_is_read() -> None:
    package = load_folder(PACKAGES / "different")
    assert package.problem.limits.cpu_ms == 2000
    assert package.problem.validator is None
    assert {case.comparison for case in package.problem.testcases} == {
        DefaultValidator(float_absolute_tolerance=1e-6, float_relative_tolerance=1e-6)
    }
    assert [case.name for case in package.problem.testcases][0] == "sample/1"
    by_name = {sample.name: sample.expected for sample in package.submissions}
    assert Verdict.RUNTIME_ERROR in by_name["rejected/tagged.c"]  # from @EXPECTED_RESULTS@


def test_an_unknown_key_is_named_with_the_nearest_known_one() -> None:
    files = minimal()
    files["systems.yaml"] = b"shape: program\nminuts: 5\n"
    with pytest.raises(PackageFault, match=r"systems.yaml: unknown key 'minuts'.*'minutes'"):
        load(files, slug="x")


def test_an_unknown_nested_key_is_named_too() -> None:
    files = minimal()
    files["systems.yaml"] = b"shape: program\nbenchmark: {limt: 2, full: 1, workloads: {a: b}}\n"
    with pytest.raises(PackageFault, match=r"benchmark.limt.*'limit'"):
        load(files, slug="x")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"data/secret/1.ans": b""}, "problem.yaml: is missing"),
        (
            {"problem.yaml": b"problem_format_version: '2099'\n", "data/a.in": b""},
            "problem_format_version is 2099",
        ),
        ({"problem.yaml": b"name: [1"}, "is not YAML"),
        ({"problem.yaml": b"name: x\n"}, "holds no testcase"),
        ({"problem.yaml": b"name: x\n", "data/secret/1.in": b""}, r"1.ans: is missing"),
        (
            {
                "problem.yaml": b"name: x\nvalidator_flags: fuzzy\n",
                "data/secret/1.in": b"",
                "data/secret/1.ans": b"",
            },
            "no flag 'fuzzy'",
        ),
        (
            {
                "problem.yaml": b"name: x\n",
                "data/secret/1.in": b"",
                "data/secret/1.ans": b"",
                "submissions/strange/a.py": b"",
            },
            "strange.*not a known folder",
        ),
        (
            {"problem.yaml": b"name: x\ntype: interactive\n", "data/secret/1.in": b""},
            "interactive problem needs one",
        ),
    ],
)
def test_what_is_wrong_with_a_package_is_said_at_its_place(
    files: dict[str, bytes], message: str
) -> None:
    with pytest.raises(PackageFault, match=message):
        load(files, slug="x")


def test_a_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    for path, content in minimal().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "data" / "secret" / "2.in").symlink_to("/etc/passwd")
    with pytest.raises(PackageFault, match=r"2.in: is a symbolic link to /etc/passwd"):
        load_folder(tmp_path)


def test_a_giant_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "FILE_BYTES_MAX", 10)
    (tmp_path / "problem.yaml").write_text("name: something\n")
    with pytest.raises(PackageFault, match=r"has 16 bytes; a file may have at most 10"):
        load_folder(tmp_path)


@pytest.mark.parametrize("name", ["../out", "/etc/passwd", "a/../../b", "a\\..\\b"])
def test_an_archive_that_leads_out_is_refused(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(PackageFault, match="leads out"):
        tree.unpack(buffer.getvalue())


def archive(links: dict[str, str], **files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        for path, content in files.items():
            opened.writestr(path, content)
        for path, target in links.items():
            info = zipfile.ZipInfo(path)
            info.external_attr = 0o120777 << 16
            opened.writestr(info, target)
    return buffer.getvalue()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../etc/passwd", "gone", "link", "folder"])
def test_an_archives_link_out_is_refused(target: str) -> None:
    with pytest.raises(PackageFault, match="symbolic link"):
        tree.unpack(archive({"link": target}, **{"folder/a": b""}))


def test_an_archives_link_to_a_file_of_its_own_is_that_file() -> None:
    files = {"problem.yaml": b"", "data/secret/1.in": b"x"}
    found = tree.unpack(archive({"data/secret/2.in": "1.in", "a": "data/secret/2.in"}, **files))
    assert found["data/secret/2.in"] == found["a"] == b"x"


def test_a_path_that_is_both_file_and_folder_is_told() -> None:
    with pytest.raises(PackageFault, match="both a file and a folder"):
        tree.unpack(archive({}, **{"data/1.in": b"", "data/1.in/x": b""}))


def test_a_name_twice_in_an_archive_is_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as opened:
        opened.writestr("problem.yaml", "name: x")
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("problem.yaml", "name: y")
    with pytest.raises(PackageFault, match="twice"):
        tree.unpack(buffer.getvalue())


def test_an_archives_folder_may_have_any_name() -> None:
    files = {"my problem/problem.yaml": b"name: x", "my problem/.timelimit": b"1"}
    mac = {"__MACOSX/my problem/._problem.yaml": b"", ".DS_Store": b""}
    assert set(tree.unpack(archive({}, **files, **mac))) == {"problem.yaml", ".timelimit"}


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "FILE_BYTES_MAX", 1000)
    bomb = tree.pack({"problem.yaml": b"", "zeros": bytes(10**6)})
    with pytest.raises(PackageFault, match="1000000 bytes"):
        tree.unpack(bomb)


def test_packing_and_unpacking_keeps_the_version() -> None:
    package = load_folder(BANK / "bplus-tree")
    again = load(tree.unpack(tree.pack(package.tree)), slug="bplus-tree")
    assert again.problem == package.problem
    assert tree.pack(package.tree) == tree.pack(dict(reversed(list(package.tree.items()))))


@pytest.mark.parametrize("shape", skeleton.SHAPES)
def test_a_new_package_is_readable(shape: str) -> None:
    files = skeleton.make("sum", shape=shape, languages=list(LANGUAGES))
    package = load(files, slug="sum")
    assert len(package.submissions) == 8


def test_statements_render_mathematics_and_drop_scripts() -> None:
    text = "At most $10^9$. <script>alert(1)</script> [x](javascript:alert(1))"
    html = statement_rendering.render(statements.Statement(text)).html
    assert "<math" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
