"""Names in archives of systems that do not say in which code page they write."""

import re
import struct
import zipfile
import zlib

import pytest

from dlcourse.course.errors import UserError
from dlcourse.grading.intake.submissions import collected, handins

NB = "03_activations.ipynb"


def unsaid(path, *names, encoding):
    """A zip whose names are bytes of that code page, and which does not say so."""
    plain = [f"{'x' * len(name.encode(encoding))}{n:04}/{NB}" for n, name in enumerate(names)]
    with zipfile.ZipFile(path, "w") as archive:
        for name in plain:
            archive.writestr(name, "")
    raw = path.read_bytes()
    for n, name in enumerate(names):
        encoded = name.encode(encoding)
        raw = raw.replace(b"x" * len(encoded) + f"{n:04}".encode(), encoded + f"{n:04}".encode())
    path.write_bytes(raw)
    return path


def read(path, **told):
    return [re.sub(r"\d{4}$", "", handin.student) for handin in handins(path, **told)]


@pytest.mark.parametrize(
    "encoding, names",
    [
        ("cp949", ["김민지"]),
        ("cp949", ["ada", "박서준", "이쀼"]),
        ("gbk", ["王小明", "李娜", "ada"]),
        ("big5", ["王小明", "陳大文"]),
        ("cp932", ["田中さくら", "山田太郎"]),
        ("cp1252", ["Zoë Ng"]),
        ("cp1252", ["Müller", "José Nuñez", "Hyväönen", "Éva"]),
        ("cp850", ["Müller", "Jürgen Süß", "Zoë"]),
        ("utf-8", ["김민지", "Zoë"]),
    ],
)
def test_one_code_page_is_found_that_makes_words_of_all_names(tmp_path, encoding, names):
    path = unsaid(tmp_path / "x.zip", *names, encoding=encoding)
    assert sorted(read(path)) == sorted(names)
    notes = collected(path).notes
    assert bool(notes) == (encoding != "utf-8")
    assert all("--zip-names" in note for note in notes)


def test_the_code_page_may_be_told(tmp_path):
    path = unsaid(tmp_path / "x.zip", "李白", encoding="gbk")
    assert read(path, zip_names="gbk") == ["李白"]
    assert not collected(path, zip_names="gbk").notes
    with pytest.raises(UserError, match="no code page is called 'klingon'"):
        handins(path, zip_names="klingon")
    with pytest.raises(UserError, match="are not ascii"):
        handins(path, zip_names="ascii")


@pytest.mark.parametrize("encoding", ["rot13", "base64", "undefined", "idna", "\0"])
def test_what_is_no_code_page_of_names_is_the_users_error(tmp_path, encoding):
    path = unsaid(tmp_path / "x.zip", "Zoë", encoding="cp1252")
    with pytest.raises(UserError):
        handins(path, zip_names=encoding)


def test_a_name_said_a_second_time_is_taken(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        member = zipfile.ZipInfo(f"Zo_/{NB}")
        name = f"김민지/{NB}".encode()
        field = struct.pack("<BL", 1, zlib.crc32(member.filename.encode())) + name
        member.extra = struct.pack("<HH", 0x7075, len(field)) + field
        archive.writestr(member, "")
        other = zipfile.ZipInfo(f"ada/{NB}")
        other.extra = struct.pack("<HH", 0x7075, len(field)) + field  # of another name
        archive.writestr(other, "")
    assert {handin.student for handin in handins(tmp_path / "x.zip")} == {"김민지", "ada"}
