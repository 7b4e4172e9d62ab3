from __future__ import annotations

import os
from itertools import chain
from pathlib import Path

import pytest
import zstandard

from pipeline import ids
from pipeline.errors import OnRecordError
from pipeline.intake.folder import batches, read_batch, read_file, read_folder
from pipeline.settings import Settings
from tests.unit.intake.builders import ARTICLE, PAGE, packed, problems, read, read_one, write, zipped

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    "name", ["a.txt", "a.TXT", "a.text", "a.md", "a", "Mr. Smith resigns", "report 2026.03", "a#1.txt"]
)
def test_texts(tmp_path: Path, name: str) -> None:
    snapshot = read_one(tmp_path, name, ARTICLE)
    assert (snapshot.source_name, snapshot.problem, snapshot.media_type) == (name, None, "text/plain")
    assert snapshot.content == ARTICLE.encode()
    assert snapshot.source_sha256 == ids.sha256(ARTICLE.encode())
    assert snapshot.licence == "all-rights-reserved"


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.xhtml", "a.HTML", "a"])
def test_pages(tmp_path: Path, name: str) -> None:
    snapshot = read_one(tmp_path, name, PAGE)
    assert (snapshot.problem, snapshot.media_type, snapshot.content) == (None, "text/html", PAGE.encode())


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize(("name", "content"), [("a.txt", ARTICLE), ("a.html", PAGE), ("a", PAGE)])
def test_packed_files_are_their_content(tmp_path: Path, suffix: str, name: str, content: str) -> None:
    snapshot = read_one(tmp_path, name + suffix, packed(suffix, content.encode()))
    assert (snapshot.problem, snapshot.content) == (None, content.encode())
    assert snapshot.source_sha256 == ids.sha256(content.encode())


@pytest.mark.parametrize(
    ("name", "content", "problem", "words"),
    [
        ("a.txt", b"", "empty", "no bytes"),
        ("a.txt.gz", b"", "empty", "no bytes"),
        ("a.txt.gz", zipped(b""), "empty", "no bytes"),
        ("a", b"", "empty", "no bytes"),
        ("a.txt", b"\xff\xfe", "empty", "byte order mark"),
        ("a.html", b"\xef\xbb\xbf", "empty", "byte order mark"),
        ("a.jsonl", b"", "empty", "no record"),
        ("a.jsonl", b"\n \n", "empty", "no record"),
        ("a.warc", b"", "empty", "no record"),
        ("a.parquet", b"", "unreadable", ""),
        ("a.html", PNG, "unreadable", "a PNG picture"),
        ("a.txt", bytes(range(256)), "unreadable", "control characters"),
        ("a.txt.gz", zipped(ARTICLE.encode())[:-9], "unreadable", "cut off"),
        ("a.txt.zst", zstandard.compress(ARTICLE.encode())[:-3], "unreadable", "cut off"),
        ("a.txt.gz", ARTICLE.encode(), "unreadable", ""),
        ("a.parquet", ARTICLE.encode(), "unreadable", ""),
        ("a.warc", ARTICLE.encode(), "unreadable", "WARC"),
        ("a.json", b"{}", "unsupported_format", "name the file .jsonl"),
        ("a.pdf", b"%PDF-1.7", "unsupported_format", "pdftotext"),
        ("a.png", PNG, "unsupported_format", ".png"),
        ("a.parquet.gz", b"", "unsupported_format", "unpack"),
        ("a", PNG, "unsupported_format", "a PNG picture"),
        ("a", b'{\n "text": "x"}', "unsupported_format", "name the file .jsonl"),
        ("wire/manifest.csv", b"file\n", "unsupported_format", "top of the folder"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, name: str, content: bytes, problem: str, words: str) -> None:
    snapshot = read_one(tmp_path, name, content)
    assert (snapshot.source_name, snapshot.problem, snapshot.content) == (name, problem, b"")
    assert snapshot.detail
    assert words in snapshot.detail
    assert str(tmp_path) not in snapshot.detail


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.txt.gz", "a.txt.zst", "a"])
def test_the_limit_is_the_last_size_that_is_read(tmp_path: Path, name: str) -> None:
    assert read_one(tmp_path, name, packed(name, b"x" * 100), limit=100).problem is None
    snapshot = read_one(tmp_path, name, packed(name, b"x" * 101), limit=100)
    assert (snapshot.problem, snapshot.content) == ("too_large", b"")
    assert snapshot.source_sha256 == ids.sha256(b"x" * 100)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zipped(b" " * (64 << 20), 9)
    assert read_one(tmp_path, "a.txt.gz", bomb, limit=1000).problem == "too_large"


def test_inputs_come_by_name_and_number(tmp_path: Path) -> None:
    lines = "".join(f'{{"text": "{ARTICLE}"}}\n' for _ in range(11))
    files = {
        "b/a.txt": ARTICLE,
        "b.txt": ARTICLE,
        "b-c/x.txt": ARTICLE,
        "a.jsonl": lines,
        "B.txt": ARTICLE,
        "é": ARTICLE,
    }
    names = [snapshot.source_name for snapshot in read(tmp_path, files)]
    records = [f"a.jsonl#{number}" for number in range(1, 12)]
    assert names == ["B.txt", *records, "b-c/x.txt", "b.txt", "b/a.txt", "é"]


def test_files_beside_the_articles_are_no_inputs(tmp_path: Path) -> None:
    beside = [
        "README",
        "README.md",
        "readme.txt",
        "LICENSE",
        "LICENSE-MIT",
        "LICENCE.txt",
        ".hidden",
        ".git/a.txt",
        "wire/README",
    ]
    articles = ["license-fees-rise.txt", "readmes.txt", "LICENSED.txt"]
    found = read(tmp_path, {**dict.fromkeys([*beside, *articles], ARTICLE), "manifest.csv": "file\n"})
    assert sorted(problems(found)) == sorted(articles)


def test_the_manifest_speaks_of_files(tmp_path: Path) -> None:
    manifest = "file,publisher,licence\nwire/*,Wire,CC-BY-4.0\nwire/b.txt,Post,House licence\n"
    found = read(tmp_path, {"manifest.csv": manifest, "wire/a.txt": "", "wire/b.txt": ARTICLE, "c.txt": ARTICLE})
    said = {snapshot.source_name: (snapshot.publisher, snapshot.licence) for snapshot in found}
    assert said == {
        "c.txt": (None, "all-rights-reserved"),
        "wire/a.txt": ("Wire", "CC-BY-4.0"),
        "wire/b.txt": ("Post", "House licence"),
    }


def test_links_are_followed_inside_the_folder_only(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.txt": ARTICLE, "wire/a.txt": ARTICLE})
    inside = write(tmp_path / "inside", {"a.txt": ARTICLE, "wire/b.txt": ARTICLE})
    (inside / "out.txt").symlink_to(outside / "secret.txt")
    (inside / "out").symlink_to(outside / "wire")
    (inside / "in.txt").symlink_to("a.txt")
    (inside / "in").symlink_to("wire")
    (inside / "up").symlink_to("..")
    (inside / "self").symlink_to(".")
    (inside / "broken.txt").symlink_to("nowhere")
    (inside / "circle").symlink_to("circle")
    found = problems(read(inside, {}))
    readable = {name for name, problem in found.items() if problem is None}
    assert readable == {"a.txt", "in.txt", "wire/b.txt"}
    assert {name for name in found if found[name] == "unreadable"} == {"out", "out.txt", "up", "broken.txt", "circle"}


def test_a_link_to_the_folder_is_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "real", {"a.txt": ARTICLE})
    (tmp_path / "link").symlink_to("real")
    assert problems(read(tmp_path / "link", {})) == {"a.txt": None}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert problems(read(tmp_path, {})) == {"pipe.txt": "unreadable"}


@pytest.mark.parametrize(
    "name", ["new\nline.txt", "tab\t.txt", " .txt", "\u202egnp.txt", "a" * 240 + ".txt", "a\\b.txt", "-.txt"]
)
def test_odd_names_are_names(tmp_path: Path, name: str) -> None:
    assert problems(read(tmp_path, {name: ARTICLE})) == {name: None}


def test_a_name_that_is_no_text_is_written_as_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text(ARTICLE, encoding="utf-8")
    assert problems(read(tmp_path, {})) == {"caf\\xe9.txt": None}


def test_what_must_not_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.txt": ARTICLE, "closed/b.txt": ARTICLE, "c.txt": ARTICLE})
    scan, opened = os.scandir, Path.open

    def scandir(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    def closed(path: Path, *args: str, **kwargs: str) -> object:
        if path.name == "c.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "open", closed)
    found = list(read_folder(tmp_path, Settings()))
    assert problems(found) == {"a.txt": None, "c.txt": "unreadable", "closed": "unreadable"}
    assert [s.detail for s in found[1:]] == ["Permission denied", "it cannot be opened: Permission denied"]


def test_a_folder_that_is_none_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.txt": ARTICLE})
    with pytest.raises(OnRecordError, match=r"missing does not exist; .+"):
        read_folder(tmp_path / "missing", Settings())
    with pytest.raises(OnRecordError, match=r"a\.txt is no folder; .+"):
        read_folder(tmp_path / "a.txt", Settings())

    def scandir(path: Path) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(OnRecordError, match=r"cannot be read \(Permission denied\); .+"):
        read_folder(tmp_path, Settings())


def test_an_empty_folder_has_no_inputs(tmp_path: Path) -> None:
    assert read(tmp_path, {}) == []


def test_a_deep_folder_is_walked(tmp_path: Path) -> None:
    name = "/".join(["d"] * 400) + "/a.txt"
    assert problems(read(tmp_path, {name: ARTICLE})) == {name: None}


def test_a_single_file(tmp_path: Path) -> None:
    write(tmp_path, {"a.html": PAGE, "b.jsonl": '{"text": "x"}\n{"text": "y"}'})
    assert [s.media_type for s in read_file(tmp_path / "a.html", Settings())] == ["text/html"]
    assert [s.source_name for s in read_file(tmp_path / "b.jsonl", Settings())] == ["b.jsonl#1", "b.jsonl#2"]


def test_a_single_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(OnRecordError, match="does not exist; "):
        read_file(tmp_path / "missing", Settings())
    with pytest.raises(OnRecordError, match="is a folder; "):
        read_file(tmp_path, Settings())


def test_each_folder_is_a_batch_and_so_are_loose_files(tmp_path: Path) -> None:
    for name in ("b/one.txt", "a/deep/two.txt", "a/three.txt", "loose.txt", ".hidden/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"An article in {name}.")
    (tmp_path / "manifest.csv").write_text("file,publisher\na/**,The Quay Courier\n")
    settings = Settings()
    assert batches(tmp_path) == ["a", "b", "(loose files)"]
    parts = [list(read_batch(tmp_path, batch, settings)) for batch in batches(tmp_path)]
    assert [[snapshot.source_name for snapshot in part] for part in parts] == [
        ["a/deep/two.txt", "a/three.txt"],
        ["b/one.txt"],
        ["loose.txt"],
    ]
    assert list(chain(*parts)) == list(read_folder(tmp_path, settings))
    assert {snapshot.publisher for snapshot in parts[0]} == {"The Quay Courier"}
