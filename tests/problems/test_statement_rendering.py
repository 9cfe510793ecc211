"""Statements as pages: what can't be set is told; LaTeX, images, and places of samples."""

import re

import pytest

from problems.package import load
from problems.publishing import unfit
from problems.statement_rendering import NEXT_SAMPLE, REMAINING_SAMPLES, render
from problems.statements import Statement

BROKEN = (
    "x_1_2", "x^", r"\left( x", " ", "x^a^b", r"\frac{1}", r"\sqrt[", r"\begin{matrix} a", "{", "}",
    r"\right)", "_", r"\left", "^^",
)  # fmt: skip
FILES = {
    "problem.yaml": b"name: x\n",
    "data/secret/1.in": b"",
    "data/secret/1.ans": b"",
    ".timelimit": b"1\n",
}


@pytest.mark.parametrize("formula", BROKEN)
@pytest.mark.parametrize("tex", [False, True])
def test_no_formula_takes_the_page_down(formula: str, *, tex: bool) -> None:
    shown = render(Statement(f"Before ${formula}$ and after, then $a$.", tex=tex))
    assert "Before" in shown.html
    assert "after" in shown.html
    assert "<math" in shown.html or shown.faults


@pytest.mark.parametrize("formula", ["x_1_2", "x^", r"\left( x"])
def test_a_formula_that_cant_be_set_is_marked_and_keeps_from_publishing(formula: str) -> None:
    shown = render(Statement(f"Let ${formula}$ be."))
    assert '<mark class="unset"' in shown.html
    package = load({**FILES, "statement/problem.en.md": f"${formula}$".encode()}, slug="x")
    (fault,) = unfit(package)
    assert "can't be set" in fault.message


def test_samples_go_where_the_statement_wants_them() -> None:
    text = "One\n\n{{nextsample}}\n\nTwo\n\n{{ remainingsamples }}\n\nThree"
    shown = render(Statement(text))
    assert shown.sample_marks == (NEXT_SAMPLE, REMAINING_SAMPLES)
    first, second, third = shown.parts[::2]
    assert "One" in first
    assert "Two" in second
    assert "Three" in third
    tex = render(Statement(r"One \nextsample Two \remainingsamples Three", tex=True))
    assert tex.sample_marks == (NEXT_SAMPLE, REMAINING_SAMPLES)


def test_more_samples_wanted_than_there_are_is_told() -> None:
    package = load({**FILES, "statement/problem.en.md": b"{{nextsample}}"}, slug="x")
    assert "asks for 1 samples" in unfit(package)[0].message


def test_latex_is_shown_as_its_author_meant_it() -> None:
    text = r"""\problemname{Sum of $n$}
%% plainproblemname: Sum of n
Given \textbf{two} numbers with $1 \le a \le \constant{most}$ --- add ``them''.
\begin{Input}
\begin{itemize}
\item the first
\item the second
\end{itemize}
\end{Input}
\begin{tabular}{|l|r|}
\hline
a & b \\ \hline
\end{tabular}
\illustration{0.4}{pic}{A picture}
"""
    files = {
        **FILES,
        "problem.yaml": b"problem_format_version: 2025-09\nname: x\nconstants: {most: 1000}\n",
        "statement/problem.en.tex": text.encode(),
        "statement/pic.png": b"\x89PNG",
    }
    package = load(files, slug="x")
    statement = package.statements["en"]
    assert statement.title == "Sum of n"
    shown = render(statement)
    assert not shown.faults
    for wanted in ("<strong>two</strong>", "<math", "1000", "“them”", "<li>", "<table>", "Input"):
        assert wanted in shown.html
    assert 'src="data:image/png;base64,' in shown.html
    assert 'width="40' in shown.html
    assert "problemname" not in shown.html


def test_an_image_is_inline_and_one_from_elsewhere_is_not_loaded() -> None:
    shown = render(
        Statement("![a](a.svg) ![b](http://x/b.png) ![c](c.png)", images={"a.svg": b"<svg/>"})
    )
    assert "data:image/svg+xml;base64" in shown.html
    assert "http://x" not in shown.html.replace(">http://x/b.png<", "")
    assert len(shown.faults) == 2


@pytest.mark.parametrize("tex", [False, True])
def test_no_script_comes_through(*, tex: bool) -> None:
    text = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    html = render(Statement(text, tex=tex)).html
    assert "<script" not in html
    assert re.search(r"<[^>]*onerror", html) is None
    assert 'href="javascript' not in html


def test_latex_reads_no_file_of_ours() -> None:
    html = render(Statement(r"\input{/etc/passwd} \include{/etc/hostname} text", tex=True)).html
    assert "root:" not in html


def test_latex_that_is_none_is_shown_as_it_is() -> None:
    shown = render(Statement(r"\begin{itemize} \item a <b>", tex=True))
    assert "a" in shown.html
    assert "<b>" not in shown.html


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        (r"\begin{tabular}{ll} a & b \\ \cline{1-1} c & d \end{tabular}", "<td>c</td>", "1-1"),
        (r"\begin{tabular}{ll} \multirow{2}{*}{mm} & b \end{tabular}", "mm", "multirow"),
        (r"\begin{wrapfigure}{r}{0.3\textwidth} text \end{wrapfigure}", "text", "0.3"),
        (r"\includegraphics[width=3cm]{a}", 'width="113"', "3cm"),
        (r"\def\htmlPixelsInCm{45} text", "text", "45"),
        (r"\t{code}", "<code>code</code>", "\u0361"),
    ],
)
def test_the_formats_subset_of_latex_is_shown(text: str, wanted: str, unwanted: str) -> None:
    html = render(Statement(text, tex=True, images={"a.png": b"x"})).html
    assert wanted in html
    assert unwanted not in html


def test_dollars_that_are_money_are_money() -> None:
    html = render(Statement("It costs $5 and $6 each.")).html
    assert "$5 and $6" in html
    assert "<math" not in html


def test_display_mathematics_in_a_line_has_no_dollars_left() -> None:
    html = render(Statement("A $$x_1^2$$ b.")).html
    assert "<math" in html
    assert "$" not in html
