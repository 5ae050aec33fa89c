#!/usr/bin/env python3
"""Cut Shirushi Gothic from BIZ UDPGothic.

    cut.py [--out DIR] SOURCE_DIR TEXT...

SOURCE_DIR holds BIZUDPGothic-Regular.ttf and BIZUDPGothic-Bold.ttf. Each TEXT
is a UTF-8 file whose characters the bold face has to have (comment lines of
.ftl files do not count). Writes ShirushiGothic-Regular.ttf,
ShirushiGothic-Bold.ttf and bold-characters.txt to DIR, which is the folder of
this script unless told otherwise.

The same input gives the same bytes. README.md says what is cut and why.
"""

import argparse
import math
import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

FAMILY = "Shirushi Gothic"
POSTSCRIPT = "ShirushiGothic"
COPYRIGHT = (
    "Copyright 2022 The BIZ UDGothic Project Authors "
    "(https://github.com/googlefonts/morisawa-biz-ud-gothic)"
)

# style, weight, thickness of "_" and "|"
FACES = (("Regular", 400, 150), ("Bold", 700, 240))

UNITS_PER_EM = 2048
UNDERSCORE_WIDTH = 920
UNDERSCORE_ADVANCE = 1000
# What a text field shows for a character of a secret. Not in the source.
DOT = "\u2022"
DOT_WIDTH = 1152
DOT_ADVANCE = 1792

ASCII = {chr(u) for u in range(0x20, 0x7F)}

# Wanted in Regular beside CP932 (some are in CP932 as well).
REGULAR_EXTRA = set("\u00a0¥©·−–—…‘’“”✓")

# Punctuation the bold face has whether or not a text uses it today.
BOLD_PUNCTUATION = set(
    "\u00a0\u3000、。・「」『』【】〈〉《》〔〕々ー〜～…‥※→←↑↓○×△●■□〒"
    "！？（）［］｛｝：；，．／＼＋－＝＜＞＆＠＃％＊＿｜￥"
    "¥©·−–—‘’“”✓"
)


# Dates are put together by the code, so no text shows their characters.
BOLD_DATES = set("年月日時分秒午前後火水木金土")


def cp932():
    """Every character Python's cp932 codec encodes, less controls and the
    private use area (which no font fills)."""
    found = set()
    for u in range(0x20, 0x10000):
        c = chr(u)
        if unicodedata.category(c) in ("Cc", "Cs", "Co"):
            continue
        try:
            c.encode("cp932")
        except UnicodeEncodeError:
            continue
        found.add(c)
    return found


def characters(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ftl":
        text = "\n".join(l for l in text.splitlines() if not l.startswith("#"))
    return {c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Co")}


def set_glyph(font, char, advance, boxes):
    """Give `char` an outline of upright boxes (x0, y0, x1, y1)."""
    name = font.getBestCmap()[ord(char)]
    pen = TTGlyphPen(None)
    for x0, y0, x1, y1 in boxes:
        pen.moveTo((x0, y0))
        pen.lineTo((x0, y1))
        pen.lineTo((x1, y1))
        pen.lineTo((x1, y0))
        pen.closePath()
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    font["glyf"][name] = glyph
    font["hmtx"][name] = (advance, min(b[0] for b in boxes))


def repair(font, thickness):
    """`_` and `|` are hairlines in the source: make them as thick as a stem."""
    bottom, top = font["hhea"].descent, font["hhea"].ascent
    side = (UNDERSCORE_ADVANCE - UNDERSCORE_WIDTH) // 2
    set_glyph(
        font,
        "_",
        UNDERSCORE_ADVANCE,
        [(side, bottom, side + UNDERSCORE_WIDTH, bottom + thickness)],
    )
    advance = font["hmtx"][font.getBestCmap()[ord("|")]][0]
    left = (advance - thickness) // 2
    set_glyph(font, "|", advance, [(left, bottom, left + thickness, top)])


def add_dot(font):
    """A large round dot in the middle of the line."""
    name, radius = "bullet", DOT_WIDTH / 2
    x = DOT_ADVANCE / 2
    y = (font["hhea"].ascent + font["hhea"].descent) / 2
    # Eight quadratic arcs: their control points are the corners of the octagon around the circle.
    corner = [
        (
            round(x + radius / math.cos(math.pi / 8) * math.cos(math.pi / 8 - i * math.pi / 4)),
            round(y + radius / math.cos(math.pi / 8) * math.sin(math.pi / 8 - i * math.pi / 4)),
        )
        for i in range(8)
    ]
    pen = TTGlyphPen(None)
    pen.qCurveTo(*corner, None)
    pen.closePath()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = pen.glyph()
    font["glyf"][name].recalcBounds(font["glyf"])
    font["hmtx"][name] = (DOT_ADVANCE, font["glyf"][name].xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(DOT)] = name


def rename(font, style, weight):
    source = font["name"].getDebugName(4)
    version = font["name"].getDebugName(5)
    designer = font["name"].getDebugName(9)
    full = f"{FAMILY} {style}"
    names = {
        0: COPYRIGHT,
        1: FAMILY,
        2: style,
        3: f"{version};{POSTSCRIPT}-{style}",
        4: full,
        5: version,
        6: f"{POSTSCRIPT}-{style}",
        9: designer,
        10: f"A cut of {source}, {version}, with the underscore and the "
        "vertical bar redrawn. Not made or endorsed by the authors of the "
        "source, whose name is a trademark of Morisawa Inc.",
        13: "This Font Software is licensed under the SIL Open Font License, "
        "Version 1.1. This license is available with a FAQ at: "
        "https://scripts.sil.org/OFL",
        14: "https://scripts.sil.org/OFL",
    }
    table = newTable("name")
    table.names = []
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["name"] = table

    bold = weight >= 700
    os2 = font["OS/2"]
    os2.usWeightClass = weight
    os2.fsSelection = 0x20 if bold else 0x40
    os2.achVendID = "    "
    font["head"].macStyle = 1 if bold else 0


def cut(source, target, wanted, style, weight, thickness):
    options = subset.Options()
    options.hinting = False
    options.layout_features = ["ccmp", "kern"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.prune_codepage_ranges = True
    # Horizontal text on a screen only; no signature survives the cut.
    options.drop_tables += ["vhea", "vmtx", "gasp", "meta", "DSIG"]

    font = subset.load_font(str(source), options)
    if font["head"].unitsPerEm != UNITS_PER_EM:
        sys.exit(f"{source}: {font['head'].unitsPerEm} units per em, not {UNITS_PER_EM}")
    # Variation selectors: the base form is drawn, the variants are not kept.
    font["cmap"].tables = [t for t in font["cmap"].tables if t.format != 14]

    have = {chr(u) for u in font.getBestCmap()}
    missing = wanted - have
    if missing:
        print(f"{style}: not in the source: {' '.join(sorted(missing))}", file=sys.stderr)

    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in wanted & have])
    subsetter.subset(font)
    if "GSUB" in font and not font["GSUB"].table.FeatureList.FeatureRecord:
        del font["GSUB"]
    repair(font, thickness)
    add_dot(font)
    rename(font, style, weight)
    font.recalcTimestamp = False
    font["head"].modified = font["head"].created
    subset.save_font(font, str(target), options)

    with TTFont(target) as written:
        kept = {chr(u) for u in written.getBestCmap()}
    print(f"{target.name}: {len(kept)} characters, {target.stat().st_size} bytes")
    return kept


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Cut Shirushi Gothic from BIZ UDPGothic.")
    parser.add_argument("source_dir", type=Path)
    parser.add_argument("text", type=Path, nargs="+", help="files whose characters the bold face has to have")
    parser.add_argument("--out", type=Path, default=here)
    args = parser.parse_args()

    # Read everything before writing: bold-characters.txt may be among the texts.
    bold = ASCII | BOLD_PUNCTUATION | BOLD_DATES
    for path in args.text:
        bold |= characters(path) - {DOT}
    wanted = {"Regular": cp932() | ASCII | REGULAR_EXTRA | bold, "Bold": bold}

    for style, weight, thickness in FACES:
        kept = cut(
            args.source_dir / f"BIZUDPGothic-{style}.ttf",
            args.out / f"{POSTSCRIPT}-{style}.ttf",
            wanted[style],
            style,
            weight,
            thickness,
        )
    # The last face is the bold one.
    (args.out / "bold-characters.txt").write_text(
        "".join(sorted(kept)) + "\n", encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
