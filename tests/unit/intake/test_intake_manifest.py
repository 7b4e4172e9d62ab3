from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from pipeline.errors import OnRecordError
from pipeline.intake.dates import Moment
from pipeline.intake.manifest import COLUMNS, Manifest, read_manifest
from tests.unit.intake.builders import ARTICLE, write

HEADER = ",".join(COLUMNS) + "\n"


def manifest(folder: Path, text: str | bytes, *files: str) -> Manifest:
    return read_manifest(write(folder, {"manifest.csv": text, **dict.fromkeys(files, ARTICLE)}))


def complaint(folder: Path, text: str | bytes, *files: str) -> str:
    with pytest.raises(OnRecordError) as error:
        manifest(folder, text, *files)
    message = str(error.value)
    assert "\n" not in message
    assert message.startswith(str(folder / "manifest.csv"))
    assert ";" in message  # the way out
    return message


def test_a_line_says_all_that_is_known(tmp_path: Path) -> None:
    line = (
        'a.txt,"Post, The",https://post.example/1,2026-03-31T13:00:00+01:00, CC-BY-4.0 ,en-GB,text=body; url = link ;\n'
    )
    entry = manifest(tmp_path, HEADER + line, "a.txt").entry("a.txt")
    assert entry.fields == {"text": "body", "url": "link"}
    origin = entry.origin
    assert (origin.publisher, origin.url, origin.licence) == ("Post, The", "https://post.example/1", "CC-BY-4.0")
    assert (origin.published, origin.language) == (Moment(datetime(2026, 3, 31, 12), 60), "en")  # noqa: DTZ001


def test_a_file_without_a_line_is_unknown(tmp_path: Path) -> None:
    assert read_manifest(tmp_path).entry("a.txt").origin.licence is None
    assert manifest(tmp_path, HEADER).entry("a.txt").origin.licence is None


@pytest.mark.parametrize("start", ["\ufeff", ""])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_columns_may_be_few_and_lines_blank_or_short(tmp_path: Path, start: str, end: str) -> None:
    lines = [start + "licence,file,publisher", "", "CC0-1.0,./a.txt", ",,"]
    assert manifest(tmp_path, end.join(lines), "a.txt").entry("a.txt").origin.licence == "CC0-1.0"


@pytest.mark.parametrize(
    ("glob", "name", "matches"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "wire/a.txt", False),
        ("wire/*", "wire/a.txt", True),
        ("wire/*", "wire/old/a.txt", False),
        ("**/*.txt", "a.txt", True),
        ("**/*.txt", "wire/old/a.txt", True),
        ("wire/**", "wire/old/a.txt", True),
        ("wire/**", "wireless/a.txt", False),
        ("a?.txt", "a1.txt", True),
        ("a?.txt", "a10.txt", False),
        ("a+*.txt", "a+b.txt", True),
        ("a+*.txt", "aab.txt", False),
    ],
)
def test_patterns(tmp_path: Path, glob: str, name: str, matches: bool) -> None:  # noqa: FBT001
    found = manifest(tmp_path, f"file,publisher\n{glob},Post\n").entry(name).origin.publisher
    assert found == ("Post" if matches else None)


def test_an_exact_line_goes_before_patterns_and_the_first_pattern_before_others(tmp_path: Path) -> None:
    lines = "file,publisher\n*.txt,First\n**/*,Second\na.txt,Exact\n"
    found = manifest(tmp_path, lines, "a.txt")
    publishers = [found.entry(name).origin.publisher for name in ("a.txt", "b.txt", "b.html")]
    assert publishers == ["Exact", "First", "Second"]


def test_a_file_may_be_called_like_a_pattern(tmp_path: Path) -> None:
    found = manifest(tmp_path, "file,publisher\nwhy?.txt,Post\nwhy[1].txt,Post\n", "why?.txt", "why[1].txt")
    assert found.entry("why?.txt").origin.publisher == found.entry("why[1].txt").origin.publisher == "Post"
    assert found.entry("whys.txt").origin.publisher is None


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("file,author\na.txt,X\n", 1, "unknown column author"),
        ("file;publisher\na.txt;Post\n", 1, "unknown column file;publisher"),
        ("file,url,url\n", 1, "two columns url"),
        ("publisher\nPost\n", 1, "no column file"),
        ("file,publisher,\n", 1, "unknown column (no name)"),
        ("file\nmissing.txt\n", 2, "there is no file missing.txt"),
        ("file\n" + "x" * 5000 + "\n", 2, "there is no file xxx"),
        ("file\nfolder\n", 2, "write folder/*"),
        ("file\n../a.txt\n", 2, "outside the folder"),
        ("file\n/a.txt\n", 2, "outside the folder"),
        ("file\nREADME.md\n", 2, "README.md is no article"),
        ("file\n.hidden.txt\n", 2, ".hidden.txt is no article"),
        ("file,publisher\n,Post\n", 2, "no file is named"),
        ("file\na.txt\n\na.txt\n", 4, "a.txt stands here a second time"),
        ("file\na.txt\n./a.txt\n", 3, "a.txt stands here a second time"),
        ("file\n*.txt\n*.txt\n", 3, "*.txt stands here a second time"),
        ("file,published_at\na.txt,yesterday\n", 2, "bad published_at yesterday"),
        ("file,language\na.txt,English\n", 2, "bad language English"),
        ("file,fields\na.txt,text\n", 2, "bad fields text"),
        ("file,fields\na.txt,body=text\n", 2, "bad fields body=text"),
        ("file,fields\na.txt,text=a;text=b\n", 2, "bad fields"),
        ("file,url\n*.txt,https://post.example/1\n", 2, "one url for all of *.txt"),
        ("file,publisher\na.txt,Post, The\n", 2, "3 cells for 2 columns"),
        ('file,publisher\na.txt,"Post\n', 2, "unexpected end of data"),
        (b"file,publisher\na.txt,Caf\xe9\n", 2, "not UTF-8"),
        (b"file\x00\n", 1, ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_way_out(
    tmp_path: Path, text: str | bytes, line: int, words: str
) -> None:
    message = complaint(tmp_path, text, "a.txt", "folder/b.txt", "README.md", ".hidden.txt")
    assert f"line {line}: " in message
    assert words in message


def test_a_manifest_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OnRecordError, match="cannot be read"):
        read_manifest(tmp_path)
