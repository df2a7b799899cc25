"""Ways out of a PDF file and traces of its maker: gone from the stored file, or the file is refused."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String

from engine.errors import FileRefused
from engine.uploads import cleaned, papers
from engine.uploads.refusals import FileActs, FileBroken, FileLocked, FileTooHeavy
from tests.support.uploads import ONE_PAGE, PLACE, by_hand, paper, picture, put_picture

ELSEWHERE = String("//" + PLACE.decode() + "/share")


@cache
def bomb() -> bytes:
    """Two hundred megabytes in two hundred kilobytes."""
    return zlib.compress(bytes(200_000_000), 9)


def unfolded(made: bytes) -> bytes:
    plain = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as pdf:
        pdf.save(
            plain,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
    return plain.getvalue()


def specification() -> Dictionary:
    return Dictionary(Type=Name.Filespec, FS=Name.URL, F=ELSEWHERE, UF=ELSEWHERE)


def root(**entries: object) -> Callable[[Pdf], None]:
    return lambda pdf: pdf.Root.update({f"/{name}": value for name, value in entries.items()})


def page(**entries: object) -> Callable[[Pdf], None]:
    return lambda pdf: pdf.pages[0].obj.update({f"/{name}": value for name, value in entries.items()})


def note(**entries: object) -> Callable[[Pdf], None]:
    comment = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], **entries)
    return page(Annots=Array([comment]))


def form(**entries: object) -> Callable[[Pdf], None]:
    def put(pdf: Pdf) -> None:
        drawn = pdf.make_stream(b"q Q", {"/Subtype": Name.Form, "/BBox": [0, 0, 9, 9]})
        drawn.update({f"/{name}": value for name, value in entries.items()})
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Form=drawn))

    return put


def drawn(**entries: object) -> Callable[[Pdf], None]:
    described = {f"/{name}": value for name, value in entries.items()}
    return lambda pdf: put_picture(pdf, picture(), {"/Filter": Name.DCTDecode, **described})


def alternates(pdf: Pdf) -> None:
    drawn()(pdf)
    other = pdf.make_stream(b"", {"/Subtype": Name.Image, "/Width": 1, "/Height": 1, "/F": ELSEWHERE})
    pdf.pages[0].obj.Resources.XObject.Photo.Alternates = Array([Dictionary(Image=other)])


def threads(pdf: Pdf) -> None:
    thread = pdf.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Author=ELSEWHERE)))
    pdf.Root.Threads = Array([thread])
    pdf.pages[0].obj.B = Array([pdf.make_indirect(Dictionary(T=thread, R=[0, 0, 9, 9]))])


def signed(pdf: Pdf) -> None:
    """A field of two parts: the upper one holds its kind, the lower one the signature."""
    value = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Name=ELSEWHERE, ByteRange=[0, 1, 2, 3])
    upper = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("allekirjoitus")))
    lower = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[0, 0, 9, 9], Parent=upper)
    lower.V = pdf.make_indirect(value)
    upper.Kids = Array([pdf.make_indirect(lower)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([upper]), SigFlags=3)
    pdf.Root.Perms = Dictionary(DocMDP=lower.V)
    pdf.pages[0].obj.Annots = Array([upper.Kids[0]])


@pytest.mark.parametrize(
    "tell",
    [
        pytest.param(form(Ref=Dictionary(F=specification(), Page=0)), id="a page of another file"),
        pytest.param(form(OPI=Dictionary({"/2.0": Dictionary(F=ELSEWHERE)})), id="a form kept elsewhere"),
        pytest.param(drawn(OPI=Dictionary({"/1.3": Dictionary(F=ELSEWHERE)})), id="a picture kept elsewhere"),
        pytest.param(alternates, id="another picture for the printer"),
        pytest.param(threads, id="the author of an article"),
        pytest.param(root(DSS=Dictionary(VRI=Dictionary(A=ELSEWHERE))), id="certificates"),
        pytest.param(root(Legal=Dictionary(Attestation=ELSEWHERE)), id="what its maker attests"),
        pytest.param(root(URI=Dictionary(Base=ELSEWHERE)), id="where every link begins"),
        pytest.param(
            root(Names=Dictionary(URLS=Dictionary(Names=[ELSEWHERE]))), id="pages taken from the net"
        ),
        pytest.param(
            root(
                OCProperties=Dictionary(
                    OCGs=[Dictionary(Usage=Dictionary(CreatorInfo=Dictionary(Creator=ELSEWHERE)))]
                )
            ),
            id="the maker of a layer",
        ),
        pytest.param(signed, id="a signature"),
        pytest.param(note(T=ELSEWHERE), id="the author of a comment"),
        pytest.param(note(NM=ELSEWHERE, M=ELSEWHERE, CreationDate=ELSEWHERE), id="the time of a comment"),
        pytest.param(note(RC=ELSEWHERE), id="a comment's second text"),
        pytest.param(page(VP=[Dictionary(Measure=Dictionary(GPTS=ELSEWHERE))]), id="the place of a map"),
        pytest.param(
            root(StructTreeRoot=Dictionary(A=Dictionary(O=Name.UserProperties, P=[Dictionary(F=ELSEWHERE)]))),
            id="the maker's own properties",
        ),
    ],
)
def test_it_is_gone(tell: Callable[[Pdf], None]) -> None:
    sent = paper(tell)
    assert PLACE in unfolded(sent)

    assert PLACE not in unfolded(cleaned("kirje.pdf", sent).content)


def test_the_identifier_of_the_original_is_gone() -> None:
    sent = paper(lambda pdf: setattr(pdf.trailer, "ID", Array([String(PLACE.decode()), String("b" * 16)])))
    assert identifier(sent)[0] == PLACE

    assert PLACE not in identifier(cleaned("kirje.pdf", sent).content)


def identifier(content: bytes) -> list[bytes]:
    """Return both halves; in the file they are written in hexadecimal."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [bytes(half) for half in pdf.trailer.ID]


def test_a_comment_keeps_its_text_and_a_field_its_name() -> None:
    def write(pdf: Pdf) -> None:
        field = Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=[0, 0, 9, 9], FT=Name.Tx, F=4)
        field.update({"/T": String("nimi"), "/V": String("Aino"), "/M": ELSEWHERE})
        comment = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], Contents=String("huomaa"))
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(field), comment])
        pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].obj.Annots[0]]))

    with pikepdf.open(io.BytesIO(cleaned("kirje.pdf", paper(write)).content)) as pdf:
        field, comment = pdf.pages[0].obj.Annots
        assert (str(field.T), str(field.V), field.get("/M")) == ("nimi", "Aino", None)
        assert str(comment.Contents) == "huomaa"


@pytest.mark.parametrize(
    ("send", "refused"),
    [
        pytest.param(drawn(F=ELSEWHERE), FileActs, id="a picture that is fetched"),
        pytest.param(drawn(F=specification()), FileActs, id="a picture that is fetched by a specification"),
        pytest.param(form(F=ELSEWHERE), FileActs, id="a form that is fetched"),
        pytest.param(
            lambda pdf: page(Contents=pdf.make_stream(b"q Q", {"/F": ELSEWHERE}))(pdf),
            FileActs,
            id="a page that is fetched",
        ),
        pytest.param(
            lambda pdf: page(
                Resources=Dictionary(
                    Font=Dictionary(
                        A=Dictionary(
                            Type=Name.Font,
                            FontDescriptor=Dictionary(FontFile2=pdf.make_stream(b"x", {"/F": ELSEWHERE})),
                        )
                    )
                )
            )(pdf),
            FileActs,
            id="a font that is fetched",
        ),
        pytest.param(note(FS=ELSEWHERE), FileActs, id="a comment that names a file"),
        pytest.param(page(Unheard=specification()), FileActs, id="a specification where nobody expects one"),
        pytest.param(page(A=Dictionary(S=Name.Thread, F=ELSEWHERE)), FileActs, id="an article elsewhere"),
        pytest.param(
            lambda pdf: put_picture(pdf, picture(), {"/Filter": Name.Unheard}),
            FileBroken,
            id="a filter unheard of",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, picture(), {"/Filter": Array([Name.DCTDecode, Name.FlateDecode])}),
            FileBroken,
            id="filters the wrong way round",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, b"GIF89a", {"/Filter": Name.DCTDecode}),
            FileBroken,
            id="a photograph that is none",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, picture(), {"/Filter": Array([Name.FlateDecode, Name.DCTDecode])}),
            FileBroken,
            id="a photograph that is not folded as its filters say",
        ),
        pytest.param(
            lambda pdf: page(Contents=pdf.make_stream(b"BI /W 1 /H 1 /F /JPXDecode ID x\nEI"))(pdf),
            FileBroken,
            id="a picture in a text that may not stand there",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, bomb(), {"/Filter": Name.FlateDecode}),
            FileTooHeavy,
            id="two hundred megabytes in two hundred kilobytes",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, bomb(), {"/Filter": Array([Name.Fl, Name.DCTDecode])}),
            FileTooHeavy,
            id="two hundred megabytes around a photograph",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, b"\x81\0" * 2_000_000, {"/Filter": Name.RunLengthDecode}),
            FileTooHeavy,
            id="a run of a quarter of a gigabyte",
        ),
        pytest.param(
            lambda pdf: put_picture(pdf, zlib.compress(bytes(1_000_000), 9), {"/Filter": Name.FlateDecode}),
            FileTooHeavy,
            id="more bytes than the picture has points",
        ),
    ],
)
def test_it_is_refused(send: Callable[[Pdf], None], refused: type[FileRefused]) -> None:
    with pytest.raises(FileRefused) as met:
        cleaned(
            "kirje.pdf",
            paper(send, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none),
        )

    assert type(met.value) is refused


def test_many_parts_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is small enough; in the child the sum may be a gigabyte, which takes half a minute to unfold."""
    monkeypatch.setattr(papers, "MOST_ALTOGETHER", 9_000)

    def put(pdf: Pdf) -> None:
        parts = [pdf.make_stream(zlib.compress(bytes(1_000)), {"/Filter": Name.Fl}) for _ in range(10)]
        pdf.pages[0].obj.Resources = Dictionary(
            XObject=Dictionary({f"/P{number}": part for number, part in enumerate(parts)})
        )

    with pytest.raises(FileTooHeavy):
        papers.rewritten(paper(put))


def test_a_stream_with_a_lock_of_its_own_is_refused() -> None:
    locked = by_hand(ONE_PAGE, b"<</Filter[/Crypt/DCTDecode]/Length 1>>\nstream\nx\nendstream")

    with pytest.raises(FileLocked):
        cleaned("kirje.pdf", locked)


def test_a_scanned_page_of_fine_points_is_taken() -> None:
    """A page in colour at 600 dots an inch, for the most part white, is no bomb."""
    scanned = {"/Filter": Name.FlateDecode, "/Width": 4960, "/Height": 7016}
    sent = paper(lambda pdf: put_picture(pdf, zlib.compress(b"\xff" * (4960 * 7016 * 3)), scanned))

    assert cleaned("kirje.pdf", sent).media_type == "application/pdf"
