"""Files for tests of uploads: good ones, and at least sixty that were made to do harm."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def pdf(
    pages: int = 2,
    extra: str | bytes = "",
    catalog: str = "",
    page: str = "",
    box: str = "0 0 200 200",
) -> bytes:
    """Write a small correct PDF with an exact table of objects."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    objects: list[str | bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *(f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] {page} >>" for _ in range(pages)),
    ]
    if extra:
        objects.append(extra)
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        said = body if isinstance(body, bytes) else body.encode()
        out += f"{number} 0 obj\n".encode() + said + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return out + f"startxref\n{start}\n%%EOF\n".encode()


def archive(parts: dict[str, str | bytes], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", level) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def pptx(parts: dict[str, str | bytes] | None = None, slides: int = 3, types: str = TYPES) -> bytes:
    base: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "ppt/presentation.xml": "<p:presentation/>",
        **{f"ppt/slides/slide{number}.xml": "<p:sld/>" for number in range(1, slides + 1)},
    }
    return archive({**base, **(parts or {})})


def png(width: int = 8, height: int = 8, rows: bytes | None = None) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    raw = rows if rows is not None else (b"\0" + b"\xff" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def jpg() -> bytes:
    from PIL import Image  # noqa: PLC0415 -- slow import

    out = io.BytesIO()
    Image.new("RGB", (16, 16), "navy").save(out, "JPEG")
    return out.getvalue()


def with_symlink() -> bytes:
    out = io.BytesIO(pptx())
    with zipfile.ZipFile(out, "a") as made:
        entry = zipfile.ZipInfo("ppt/media/link")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        made.writestr(entry, "/etc/passwd")
    return out.getvalue()


def relations(kind: str, target: str, mode: str = "External") -> str:
    return (
        f'<Relationships><Relationship Id="r1" Type="{LINK}{kind}" Target="{target}"'
        f' TargetMode="{mode}"/></Relationships>'
    )


def lying_size() -> bytes:
    """An entry that says it is small and unpacks to 64 MB."""
    data = bytearray(pptx({"ppt/media/big.xml": b"0" * (64 << 20)}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(b"ppt/media/big.xml", data.rfind(mark) if mark == b"PK\x01\x02" else 0)
        head = data.rfind(mark, 0, at)
        data[head + offset : head + offset + 4] = struct.pack("<I", 100)
    return bytes(data)


def locked_pdf() -> bytes:
    """A PDF that says it is encrypted, with a key nobody has."""
    lock = b"/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O (" + b"x" * 32
    lock += b") /U (" + b"y" * 32 + b") >> /ID [(a) (a)] /Root"
    return pdf().replace(b"/Root", lock)


def drawn_pdf(content: bytes, *, own: bool = False) -> bytes:
    """A PDF of one page with this content, packed; ``own``: the page draws itself as a form."""
    packed = zlib.compress(content, 9)
    form = "/Type /XObject /Subtype /Form /BBox [0 0 200 200]" if own else ""
    resources = "/Resources << /XObject << /X 4 0 R >> >>"
    head = f"<< {form} {resources} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n"
    return pdf(
        1, extra=head.encode() + packed + b"\nendstream", page=f"/Contents 4 0 R {resources}"
    )


def locked_entry() -> bytes:
    data = bytearray(pptx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.rfind(mark)
        data[at + offset] |= 1
    return bytes(data)


def text_bomb() -> bytes:
    """A PNG whose comment unpacks to 100 MB."""
    body = b"Comment\0\0" + zlib.compress(b"x" * (100 << 20), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    made = png()
    return made[:33] + chunk + made[33:]


def wide_jpg() -> bytes:
    made = bytearray(jpg())
    at = made.find(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(made)


MAIN = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


def sheet(shapes: str, ground: str = "", kind: str = "sld", more: str = "") -> str:
    """A slide, a layout (``sldLayout``) or a master (``sldMaster``) with these shapes."""
    return (
        f"<p:{kind} {MAIN}><p:cSld>{ground}<p:spTree>{shapes}</p:spTree></p:cSld>{more}</p:{kind}>"
    )


def shape(x: int, y: int, wide: int, high: int, more: str = "", text: str = "") -> str:
    """A shape at its place, in EMU."""
    body = f"<p:txBody><a:bodyPr/>{text}</p:txBody>" if text else ""
    return (
        f'<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/>'
        f'<a:ext cx="{wide}" cy="{high}"/></a:xfrm>{more}</p:spPr>{body}</p:sp>'
    )


def words(text: str, size: int = 1800) -> str:
    return f'<a:p><a:r><a:rPr sz="{size}"/><a:t>{text}</a:t></a:r></a:p>'


def pictured(count: int, side: int) -> dict[str, str | bytes]:
    """A slide with pictures over all of it, each of so many pixels a side."""
    one = (
        '<p:pic><p:blipFill><a:blip r:embed="r1"/></p:blipFill><p:spPr><a:xfrm><a:off x="0" y="0"/>'
    )
    one += '<a:ext cx="12192000" cy="6858000"/></a:xfrm></p:spPr></p:pic>'
    return {
        "ppt/slides/slide1.xml": sheet(one * count),
        "ppt/slides/_rels/slide1.xml.rels": relations("image", "../media/a.png", "Internal"),
        "ppt/media/a.png": png(side, side),
    }


def hurting_slides() -> dict[str, dict[str, str | bytes]]:
    """Slides made to hurt whoever draws them."""
    one, far = "ppt/slides/slide1.xml", 9_000_000_000_000
    box = '<a:prstGeom prst="ellipse"/><a:solidFill><a:srgbClr val="ff0000"/></a:solidFill>'
    point = '<a:lnTo><a:pt x="9" y="9"/></a:lnTo>'
    path = f"<a:path>{point * 90_000}</a:path>"
    path = f"<a:custGeom><a:pathLst>{path}</a:pathLst></a:custGeom>"
    row = f'<a:tr h="9">{"<a:tc/>" * 300}</a:tr>'
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]>' + sheet(words("&c;"))
    link = '<p:pic><p:blipFill><a:blip r:link="r1"/></p:blipFill></p:pic>'
    return {
        "ten thousand shapes": {
            one: sheet(shape(0, 0, 9**7, 9**6, box, words("词 word")) * 10_000)
        },
        "groups within groups": {one: sheet("<p:grpSp>" * 20_000 + "</p:grpSp>" * 20_000)},
        "shapes as large as a country": {
            one: sheet(shape(-far, -far, far * 2, far * 2, box) * 200)
        },
        "a million letters": {one: sheet(shape(0, 0, 9**7, 9**6, "", words("字" * 10**6, 400)))},
        "letters as large as a house": {
            one: sheet(shape(0, 0, 9, 9, "", words("字a" * 5000, 10**8)))
        },
        "a size that is no number": {
            one: sheet(shape(0, 0, 9, 9, "", words("a").replace("1800", "x")))
        },
        "very many corners": {
            one: sheet(
                shape(
                    0,
                    0,
                    9**7,
                    9**7,
                    f"{path}{box[26:]}",
                )
            )
        },
        "a table of very many cells": {
            one: sheet(
                "<p:graphicFrame><p:xfrm><a:off/><a:ext/></p:xfrm><a:graphic><a:graphicData><a:tbl><a:tblGrid>"
                + '<a:gridCol w="9000"/>' * 300
                + "</a:tblGrid>"
                + row * 300
                + "</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
            )
        },
        "a picture of too many pixels": pictured(1, 9000),
        "very many large pictures": pictured(200, 3900),
        "a picture from elsewhere": {
            one: sheet(link),
            "ppt/slides/_rels/slide1.xml.rels": relations("image", "http://evil.example/a.png"),
        },
        "a picture outside": {
            **pictured(1, 8),
            "ppt/slides/_rels/slide1.xml.rels": relations(
                "image", "../../../../etc/passwd", "Internal"
            ),
        },
        "a picture that is none": {
            **pictured(1, 8),
            "ppt/media/a.png": b"\x89PNG\r\n\x1a\n" + b"x" * 900,
        },
        "broken XML": {one: sheet("<p:sp>")},
        "entities in other letters": {one: laughs.encode("utf-16")},
        "a master that is the slide": {
            one: sheet(words("a")),
            "ppt/slides/_rels/slide1.xml.rels": relations("slideLayout", "slide1.xml", "Internal"),
        },
        "very many small parts": {one: sheet("<a:p/>" * 1_500_000)},
    }


GOOD: dict[str, tuple[str, Callable[[], bytes], int | None]] = {
    "pdf": ("Deck 2027.pdf", pdf, 2),
    "capital ending": ("DECK.PDF", pdf, 2),
    "pptx": ("路演.pptx", pptx, 3),
    "pptx with a link": (
        "a.pptx",
        lambda: pptx({"ppt/slides/_rels/s.rels": relations("hyperlink", "https://example.org")}),
        3,
    ),
    "pptx with an embedded sheet": (
        "a.pptx",
        lambda: pptx({"ppt/embeddings/sheet1.xlsx": archive({"xl/workbook.xml": "<w/>"})}),
        3,
    ),
    "png": ("figure.png", png, None),
    "jpg": ("photo.JPEG", jpg, None),
}
HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.pdf", lambda: b"", "file-is-empty"),
    "svg": ("a.svg", lambda: b"<svg onload='alert(1)'/>", "unknown-file-kind"),
    "html": ("a.html", lambda: b"<script>alert(1)</script>", "unknown-file-kind"),
    "html as pdf": ("a.pdf", lambda: b"<script>alert(1)</script>", "file-is-not-its-kind"),
    "html before pdf": ("a.pdf", lambda: b"<script></script>" + pdf(), "file-is-not-its-kind"),
    "svg as png": ("a.png", lambda: b"<svg/>", "file-is-not-its-kind"),
    "exe as pptx": ("a.pptx", lambda: b"MZ" + b"\0" * 64, "file-is-not-its-kind"),
    "png as pdf": ("a.pdf", png, "file-is-not-its-kind"),
    "no ending": ("deck", pdf, "unknown-file-kind"),
    "double ending": ("deck.pdf.exe", pdf, "unknown-file-kind"),
    "pdf and zip": ("a.pdf", lambda: pdf() + archive({"x": "y"}), "file-is-not-its-kind"),
    "jpg and zip": ("a.jpg", lambda: jpg() + archive({"x": "y"}), "file-is-not-its-kind"),
    "pdf with a script": (
        "a.pdf",
        lambda: pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        "file-has-macros",
    ),
    "pdf that starts a program": (
        "a.pdf",
        lambda: pdf(catalog="/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "file-has-macros",
    ),
    "pdf with a file inside": (
        "a.pdf",
        lambda: pdf(extra="<< /Type /EmbeddedFile /Length 0 >>"),
        "file-has-macros",
    ),
    "pdf of ten thousand pages": ("a.pdf", lambda: pdf(10_000), "file-too-many-pages"),
    "half a pdf": ("a.pdf", lambda: b"%PDF-1.7\n1 0 obj", "file-is-damaged"),
    "pdf of noise": ("a.pdf", lambda: b"%PDF-1.4\n" + bytes(range(256)) * 400, "file-is-damaged"),
    "word as pptx": (
        "a.pptx",
        lambda: archive({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}),
        "file-is-not-its-kind",
    ),
    "plain zip as pptx": ("a.pptx", lambda: archive({"a.txt": "x"}), "file-is-not-its-kind"),
    "cut pptx": ("a.pptx", lambda: pptx()[:-40], "file-is-damaged"),
    "macros": ("a.pptx", lambda: pptx({"ppt/vbaProject.bin": b"x"}), "file-has-macros"),
    "macro type": (
        "a.pptx",
        lambda: pptx(types=TYPES.replace("application/xml", "application/vnd.ms-macroEnabled")),
        "file-has-macros",
    ),
    "active control": (
        "a.pptx",
        lambda: pptx({"ppt/activeX/activeX1.xml": "<a/>"}),
        "file-has-macros",
    ),
    "program inside": ("a.pptx", lambda: pptx({"ppt/media/run.exe": b"MZ"}), "file-has-macros"),
    "object from elsewhere": (
        "a.pptx",
        lambda: pptx({"ppt/_rels/p.rels": relations("oleObject", "http://evil.example/x")}),
        "file-has-macros",
    ),
    "template from elsewhere": (
        "a.pptx",
        lambda: pptx({"ppt/_rels/p.rels": relations("attachedTemplate", "http://evil.example")}),
        "file-has-macros",
    ),
    "entity bomb": (
        "a.pptx",
        lambda: pptx({"ppt/slides/slide1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "file-has-macros",
    ),
    "way out": ("a.pptx", lambda: pptx({"../../etc/cron.d/x": "x"}), "file-is-damaged"),
    "absolute way": ("a.pptx", lambda: pptx({"/etc/passwd": "x"}), "file-is-damaged"),
    "symlink": ("a.pptx", with_symlink, "file-is-damaged"),
    "zip bomb": (
        "a.pptx",
        lambda: pptx({"ppt/media/x.xml": b"\0" * (200 << 20)}),
        "file-unpacks-too-large",
    ),
    "zip bomb that lies": ("a.pptx", lying_size, "file-is-damaged"),
    "many entries": (
        "a.pptx",
        lambda: pptx({f"ppt/media/{number}": b"" for number in range(7000)}),
        "file-unpacks-too-large",
    ),
    "many slides": ("a.pptx", lambda: pptx(slides=400), "file-too-many-pages"),
    "pixel flood": ("a.png", lambda: png(60_000, 60_000, b""), "picture-too-large"),
    "cut png": ("a.png", lambda: png()[:40], "file-is-damaged"),
    "gif as jpg": ("a.jpg", lambda: b"GIF89a" + b"\0" * 64, "file-is-not-its-kind"),
    "jpg of noise": ("a.jpg", lambda: b"\xff\xd8\xff\xe0" + b"\x55" * 5000, "file-is-damaged"),
    "pdf with a rich medium": (
        "a.pdf",
        lambda: pdf(extra="<< /Type /Annot /Subtype /RichMedia >>"),
        "file-has-macros",
    ),
    "pdf with a dynamic form": (
        "a.pdf",
        lambda: pdf(catalog="/AcroForm << /XFA 4 0 R >>"),
        "file-has-macros",
    ),
    "pdf without pages": ("a.pdf", lambda: pdf(0), "file-is-damaged"),
    "locked pdf": ("a.pdf", locked_pdf, "file-is-damaged"),
    "pdf of brackets": ("a.pdf", lambda: b"%PDF-1.7\n" + b"[" * 2_000_000, "file-is-damaged"),
    "pdf with a name that hides": ("a.pdf\0.exe", pdf, "unknown-file-kind"),
    "zip in a pdf's place": ("a.pdf", lambda: archive({"x": "y"}), "file-is-not-its-kind"),
    "old powerpoint": (
        "a.pptx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048,
        "file-is-not-its-kind",
    ),
    "pptx without a presentation": (
        "a.pptx",
        lambda: archive({"[Content_Types].xml": TYPES, "ppt/slides/slide1.xml": "<p/>"}),
        "file-is-not-its-kind",
    ),
    "macro data": ("a.pptx", lambda: pptx({"ppt/vbaData.xml": "<v/>"}), "file-has-macros"),
    **{
        f"{ending} inside": (
            "a.pptx",
            lambda ending=ending: pptx({f"ppt/media/run.{ending}": b"x"}),
            "file-has-macros",
        )
        for ending in ("js", "vbs", "ps1", "bat", "scr", "hta", "jar", "swf", "dll")
    },
    "document from elsewhere as dtd": (
        "a.pptx",
        lambda: pptx({"ppt/slides/slide1.xml": '<!DOCTYPE a SYSTEM "http://evil.example/a">'}),
        "file-has-macros",
    ),
    "entities in other letters": (
        "a.pptx",
        lambda: pptx(
            {"ppt/slides/slide1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a/>'.encode("utf-16")}
        ),
        "file-has-macros",
    ),
    "entity in the relations": (
        "a.pptx",
        lambda: pptx({"ppt/_rels/p.rels": '<!ENTITY x "y"><Relationships/>'}),
        "file-has-macros",
    ),
    "way with backslashes": ("a.pptx", lambda: pptx({"ppt\\..\\x": "x"}), "file-is-damaged"),
    "drive letter": ("a.pptx", lambda: pptx({"C:/x": "x"}), "file-is-damaged"),
    "locked entry": ("a.pptx", locked_entry, "file-is-damaged"),
    "bomb in a picture's name": (
        "a.pptx",
        lambda: pptx({"ppt/media/x.png": b"\0" * (60 << 20)}),
        "file-unpacks-too-large",
    ),
    "png of nothing": ("a.png", lambda: png(0, 0, b""), "file-is-damaged"),
    "png with a wrong sum": ("a.png", lambda: png()[:-20] + b"x" * 20, "file-is-damaged"),
    "png with a bomb of text": ("a.png", text_bomb, "file-is-damaged"),
    "jpg that claims too much": ("a.jpg", wide_jpg, "picture-too-large"),
    "half a jpg": ("a.jpg", lambda: jpg()[: len(jpg()) // 2], "file-is-damaged"),
    "tiff as png": ("a.png", lambda: b"II*\0" + b"\0" * 64, "file-is-not-its-kind"),
    "webp as jpg": ("a.jpg", lambda: b"RIFF\0\0\0\0WEBPVP8 ", "file-is-not-its-kind"),
}
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "page that unpacks to 200 MB": ("pdf", lambda: drawn_pdf(b" " * (200 << 20))),
    "page of very many lines": ("pdf", lambda: drawn_pdf(b"0 0 m 200 200 l S\n" * 20_000)),
    "page as large as a country": ("pdf", lambda: pdf(1, box="0 0 14400000 14400000")),
    "page within itself": ("pdf", lambda: drawn_pdf(b"/X Do", own=True)),
    "slide that unpacks to 40 MB": (
        "pptx",
        lambda: pptx({"ppt/slides/slide1.xml": b"<a>" + b" " * (40 << 20) + b"</a>"}),
    ),
    "slide ten thousand deep": (
        "pptx",
        lambda: pptx({"ppt/slides/slide1.xml": "<a>" * 100_000 + "</a>" * 100_000}),
    ),
}
SLIDES = hurting_slides()
"""Files that may pass the examination and hurt whoever reads or draws their pages."""
