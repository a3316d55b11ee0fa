"""The pages of a kept file: their words, and a picture of each.

Runs in a process of its own under limits (``python -m matchmaker.documents.pages words FILE KIND``
prints a JSON list of texts, ``... picture FILE KIND NUMBER`` writes a JPEG), because a file that
passed its examination can still be made to hurt whoever draws it.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from pathlib import Path
from typing import Any

MOST_WORDS = 20_000  # characters of a page
MOST_PAGES = 150
WIDTH, HEIGHT = 1200, 2400  # pixels of a picture at most
MOST_SECONDS = 5
MOST_MEMORY = 400 * 1024 * 1024  # bytes of addresses
MARK = "\u25a6"
"""Begins the line of words that a chart or diagram has, of which the sketch shows only a frame."""
UNDRAWN = ("chart", "chartEx", "diagramData")
DRAWN = ("pdf", "pptx", "png", "jpg")
"""Kinds whose pages can be shown as pictures; those of a PPTX are sketches."""


def words(path: Path, kind: str) -> list[str]:
    """Return the text of each page, empty where there is none."""
    if kind == "pdf":
        return _words_of_pdf(path)
    return _words_of_pptx(path) if kind == "pptx" else []


def picture(path: Path, kind: str, number: int) -> bytes:
    """Return one page (counted from 1) as a JPEG of at most ``WIDTH`` by ``HEIGHT`` pixels."""
    from PIL import Image  # noqa: PLC0415 -- slow import

    if kind == "pdf":
        import pypdfium2  # noqa: PLC0415 -- slow import

        document = pypdfium2.PdfDocument(path)
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(WIDTH / max(width, 1), HEIGHT / max(height, 1))
        image = page.render(scale=scale, may_draw_forms=False).to_pil()
    elif kind == "pptx":
        from matchmaker.documents.slides.sketch import sketch  # noqa: PLC0415 -- slow import

        image = sketch(path, number)
    else:
        if number != 1:
            raise IndexError(number)
        with Image.open(path, formats=["PNG", "JPEG"]) as opened:
            opened.draft("RGB", (WIDTH, HEIGHT))
            opened.thumbnail((WIDTH, HEIGHT))
            image = opened.copy()
    out = io.BytesIO()
    _on_white(image).save(out, "JPEG", quality=82)
    return out.getvalue()


def _on_white(image: Any) -> Any:
    from PIL import Image  # noqa: PLC0415 -- slow import

    if image.mode in ("RGB", "L"):
        return image
    clear = image.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground


def _words_of_pdf(path: Path) -> list[str]:
    import pypdfium2  # noqa: PLC0415 -- slow import

    document = pypdfium2.PdfDocument(path)
    found = []
    for number in range(min(len(document), MOST_PAGES)):
        text = document[number].get_textpage().get_text_bounded()
        found.append(_tidy(text))
    return found


def _words_of_pptx(path: Path) -> list[str]:
    from matchmaker.documents.slides import parts  # noqa: PLC0415 -- slow import

    with zipfile.ZipFile(path) as archive:
        found = []
        for name in parts.slides_of(archive)[:MOST_PAGES]:
            lines = _lines(parts.xml_of(archive, name))
            for kind, part in parts.links_of(archive, name).values():
                if kind in UNDRAWN:
                    said = _lines(parts.xml_of(archive, part))
                    lines.append(f"{MARK} {'; '.join(dict.fromkeys(said))}".strip())
            found.append(_tidy("\n".join(lines)))
        return found


def _lines(root: Any) -> list[str]:
    """Return the words of a part, one for each paragraph, then the names that a chart shows.

    Numbers are no words: those of an axis or a series stay in the file.
    """
    if root is None:
        return []
    said = [
        "".join(part.text or "" for part in paragraph.iterfind(".//{*}t"))
        for paragraph in root.iterfind(".//{*}p")
    ]
    for path in (".//{*}ser/{*}tx//{*}v", ".//{*}cat//{*}v"):
        said += [part.text or "" for part in root.iterfind(path)]
    return [line for line in said if line.strip()]


def _tidy(text: str) -> str:
    kept = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t")
    return re.sub(r"\n{3,}", "\n\n", kept).strip()[:MOST_WORDS]


def main(arguments: list[str]) -> int:
    """Do one thing to one file; nothing is printed where it cannot be done."""
    what, path, kind, *rest = arguments
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if what == "words":
            sys.stdout.write(json.dumps(words(Path(path), kind)))
        else:
            sys.stdout.buffer.write(picture(Path(path), kind, int(rest[0])))
    except Exception:  # noqa: BLE001 -- a reader that stumbles over a file shows nothing of it
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
