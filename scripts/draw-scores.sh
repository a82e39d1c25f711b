#!/usr/bin/env bash
# Draws scores as bars, for light and dark ground: draw-scores.sh TITLE NAME=PERCENT… >FILE.svg
set -euo pipefail
title=$1
shift
printf '%s\n' "$@" | LC_ALL=C awk -F= -v title="$title" '
    { name[NR] = $1; score[NR] = $2 }
    END {
        height = 96 + 48 * NR
        printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 %d\" width=\"720\" height=\"%d\" role=\"img\">\n", height, height
        printf "<title>%s</title>\n", title
        print "<style>"
        print "svg { background: #ffffff; font: 15px system-ui, sans-serif } text { fill: #24292f } .title { font-weight: 600; font-size: 16px }"
        print ".grid { stroke: #d8dee4 } .small { font-size: 12px; fill: #57606a } .bar { fill: #8c959f } .last { fill: #0f766e } .value { font-weight: 600 }"
        print "@media (prefers-color-scheme: dark) { svg { background: #0d1117 } text { fill: #e6edf3 } .grid { stroke: #30363d }"
        print ".small { fill: #8b949e } .bar { fill: #6e7781 } .last { fill: #2dd4bf } }"
        print "</style>"
        printf "<text class=\"title\" x=\"24\" y=\"34\">%s</text>\n", title
        foot = height - 34
        for (tick = 0; tick <= 100; tick += 20) {
            x = 216 + 4.2 * tick
            printf "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"54\" y2=\"%d\"/>\n", x, x, foot
            printf "<text class=\"small\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d %%</text>\n", x, foot + 20, tick
        }
        for (row = 1; row <= NR; row++) {
            y = 14 + 48 * row
            printf "<text x=\"204\" y=\"%d\" text-anchor=\"end\">%s</text>\n", y + 22, name[row]
            printf "<rect class=\"%s\" x=\"216\" y=\"%d\" width=\"%.1f\" height=\"34\" rx=\"3\"/>\n", row == NR ? "last" : "bar", y, 4.2 * score[row]
            printf "<text class=\"value\" x=\"%.1f\" y=\"%d\">%.1f %%</text>\n", 224 + 4.2 * score[row], y + 22, score[row]
        }
        print "</svg>"
    }'
