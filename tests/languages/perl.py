"""A language in fewer than 25 lines: what judge/languages would need of Perl, which Debian has."""

from judge.languages.base import Language, plan_from_source
from judge.values import SourceFile

PERL = Language(
    id="perl",
    name="Perl 5",
    extensions=("pl",),
    plan=plan_from_source(("/usr/bin/perl", "-c"), ("pl",)),
    run=("/usr/bin/perl", "{directory}/{entry}"),
    smoke=SourceFile("main.pl", b'print "smoke ok\\n";\n'),
    lexer="perl",
)
