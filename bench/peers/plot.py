#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what bench/peers/run measured. usage: plot.py RESULTS.json OUTPUT.svg

RESULTS.json is a list of {"model", "batch", "who", "ns_per_row_min", …}. One panel a batch size, one
group of bars a model, a logarithmic axis: the same distance is the same ratio everywhere.
"""
import html
import json
import math
import sys

COLOURS = {"trivet": "#d1495b", "xgboost": "#30638e", "lightgbm": "#30638e"}
OTHERS = ["#8d99ae", "#5b8e7d", "#bc9ec1", "#c8a45c"]
LABEL_WIDTH, BAR_WIDTH, BAR_HEIGHT, GAP, MARGIN = 190, 560, 13, 12, 24


class Drawing:
    """Collects SVG elements from the top down."""

    def __init__(self):
        self.parts = []
        self.y = MARGIN

    def text(self, x, y, text, size=11, anchor="start", weight="normal", fill="#222"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
                          f'font-weight="{weight}" fill="{fill}">{html.escape(text)}</text>')

    def bar(self, y, width, colour):
        self.parts.append(f'<rect x="{LABEL_WIDTH}" y="{y:.1f}" width="{max(width, 1):.1f}" '
                          f'height="{BAR_HEIGHT - 2}" fill="{colour}"/>')

    def line(self, x, top, bottom):
        self.parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}" '
                          'stroke="#ddd" stroke-width="1"/>')

    def svg(self):
        width, height = LABEL_WIDTH + BAR_WIDTH + 110, self.y + MARGIN
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:.0f}" '
                f'viewBox="0 0 {width} {height:.0f}" font-family="sans-serif">\n'
                f'<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(self.parts)
                + "\n</svg>\n")


def colours_of(rows):
    """A colour for everyone, the same in all panels."""
    colours = dict(COLOURS)
    for row in rows:
        if row["who"] not in colours:
            colours[row["who"]] = OTHERS[(len(colours) - len(COLOURS)) % len(OTHERS)]
    return colours


def time_text(nanoseconds):
    return f"{nanoseconds / 1000:.3g} µs" if nanoseconds >= 1000 else f"{nanoseconds:.3g} ns"


def panel(drawing, batch, rows, colours):
    """All models at one batch size."""
    times = [row["ns_per_row_min"] for row in rows]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    scale = BAR_WIDTH / (high - low)
    drawing.text(MARGIN, drawing.y, f"a row in batches of {batch:,}".replace(",", " "), 14, weight="bold")
    drawing.y += 18
    models = list(dict.fromkeys(row["model"] for row in rows))
    height = len(rows) * BAR_HEIGHT + len(models) * GAP
    for power in range(low, high + 1):
        x = LABEL_WIDTH + (power - low) * scale
        drawing.line(x, drawing.y, drawing.y + height)
        drawing.text(x, drawing.y - 3, time_text(10 ** power), 10, "middle", fill="#777")
    for model in models:
        drawing.y += GAP
        own = sorted((row for row in rows if row["model"] == model), key=lambda row: row["ns_per_row_min"])
        drawing.text(LABEL_WIDTH - 8, drawing.y + 10, model, 12, "end", "bold")
        for place, row in enumerate(own):
            y = drawing.y + place * BAR_HEIGHT
            width = (math.log10(row["ns_per_row_min"]) - low) * scale
            drawing.bar(y, width, colours[row["who"]])
            ratio = row.get("times_slower_than_trivet")
            label = time_text(row["ns_per_row_min"]) + (f"  ×{ratio:.3g}" if ratio else "")
            drawing.text(LABEL_WIDTH + width + 5, y + 9.5, label, 10)
        drawing.y += len(own) * BAR_HEIGHT
    drawing.y += 34


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)
    colours = colours_of(rows)
    drawing = Drawing()
    for who in dict.fromkeys(row["who"] for row in rows):
        drawing.parts.append(f'<rect x="{MARGIN}" y="{drawing.y - 9}" width="10" height="10" '
                             f'fill="{colours[who]}"/>')
        drawing.text(MARGIN + 16, drawing.y, who, 12)
        drawing.y += 16
    drawing.y += 14
    for batch in sorted({row["batch"] for row in rows}):
        panel(drawing, batch, [row for row in rows if row["batch"] == batch], colours)
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(drawing.svg())


if __name__ == "__main__":
    main()
