"""Data quality as HTML pages: an overview, and Great Expectations' Data Docs behind it. Starts no JVM."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from expectations import data_docs
from jobs.lake import ops
from jobs.lake.whole_files import write_whole
from jobs.quality import history, report
from jobs.quality.report import Standing, kept, percent
from jobs.settings import Settings
from transformations.contracts import PROPERTIES

if TYPE_CHECKING:
    from jobs.lake.tables import Lake

_MEANINGS = {
    "existence": "the required data exist",
    "validity": "values are within their domain",
    "consistency": "the same fact is the same everywhere",
    "integrity": "keys are unique, references resolve",
    "accuracy": "the data agree with reality",
    "relevance": "the data serve the company's questions",
}
_SEVERITIES = {"quarantine": "the row is refused", "warn": "it is reported", "stop": "nothing downstream runs"}


def build(lake: Lake, settings: Settings) -> Path:
    """Builds all pages in <lake>/quality from the current lake. Returns the path of the overview."""
    folder = lake.root / "quality"
    found = report.standings(lake, settings)
    pages = data_docs.build(folder, {(of.outcome.table, of.outcome.code): _note(of) for of in found})
    style = (data_docs.TEMPLATES / "style.css").read_text(encoding="utf-8")
    text = overview(found, pages, style, settings.company.name, _last_judged(lake, settings.company.timezone))
    write_whole(folder / "index.html", text)
    return folder / "index.html"


def _last_judged(lake: Lake, timezone: str) -> str:
    """Time of the last judgement, in the company's time zone."""
    judged = [row["computed_at"] for row in ops.RULE_COUNTS.rows(lake) if row["computed_at"]]
    return f"{max(judged).astimezone(ZoneInfo(timezone)):%-d %B %Y %H:%M} ({timezone})" if judged else ""


def _note(of: Standing) -> data_docs.Note:
    """What is added to a rule's row on Great Expectations' page."""
    o = of.outcome
    overall = f"{kept(of)} of {o.applicable:,}; required {percent(o.threshold)}: {o.state}"
    advice = f"{o.message}. {of.what_to_do}" if of.what_to_do else ""
    return data_docs.Note(
        o.property, o.severity, overall, of.broken_since.isoformat() if of.broken_since else "", advice, o.examples
    )


# --- the overview -----------------------------------------------------------------------------------------------


def overview(found: Sequence[Standing], pages: dict[str, str], style: str, company: str, judged: str) -> str:
    """One page: what is broken, since when and what to do; six properties by table.

    Args: pages: address of each table's page. judged: time of the last judgement.
    """
    speaking = [of for of in found if of.outcome.ratio is not None]
    broken = [of for of in speaking if of.outcome.state == "broken"]
    missed = [of for of in speaking if of.outcome.state == "kept" and of.outcome.ratio != 1.0]
    order = {"stop": 0, "quarantine": 1, "warn": 2}
    broken.sort(key=lambda of: (order[of.outcome.severity], of.outcome.table, of.outcome.code))
    missed.sort(key=lambda of: (of.outcome.table, of.outcome.code))
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Data quality of {escape(company)}</title><style>{style}</style></head>
<body><div class="page overview"><main>
<h1>Data quality of {escape(company)}</h1>
<div class="quiet">{_head(speaking, broken)} Last judged {escape(judged) or "never"}.</div>
{_tiles(speaking)}
<h2>Broken rules</h2>
{_cards(broken, pages) if broken else '<p class="quiet">No rule: all are within threshold.</p>'}
<h2>Properties by table</h2>
<p class="quiet">Share of the cases that pass the rules of a property; red where a rule is broken. The name of a table links
to its last validation by Great Expectations.</p>
{_matrix(speaking, pages)}
{_within(missed, pages)}
<h2>Terms</h2>
{_words()}
</main></div>
<footer>Built from the lake; nothing on these pages is loaded from elsewhere. All suites and validations:
<a href="suites.html">Great Expectations' own list</a>.</footer>
</body></html>
"""


def _head(speaking: Sequence[Standing], broken: Sequence[Standing]) -> str:
    cases = sum(of.outcome.applicable for of in speaking)
    stops = sum(of.outcome.stops for of in broken)
    text = f"{len(speaking):,} rules, {cases:,} cases, {len(broken):,} rules broken"
    return text + (f", <b>{stops:,} of them stop the run</b>." if stops else ".")


def _tiles(speaking: Sequence[Standing]) -> str:
    tiles = []
    for name in PROPERTIES:
        of = [one for one in speaking if one.outcome.property == name]
        broken = sum(one.outcome.state == "broken" for one in of)
        value = percent(_share(of)) if of else "–"
        below = f"{broken} of {len(of)} rules broken" if broken else f"{len(of)} rules" if of else "nothing checked yet"
        tiles.append(
            f'<div class="tile{" bad" if broken else ""}">{name}<b>{value}</b>'
            f'<span class="quiet">{below}<br>{_MEANINGS[name]}</span></div>'
        )
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _share(of: Sequence[Standing]) -> float | None:
    """Share of the cases that pass; a judged sample counts by its estimate."""
    applicable = sum(one.outcome.applicable for one in of)
    if not applicable:
        return None
    return sum((one.outcome.ratio or 0.0) * one.outcome.applicable for one in of) / applicable


def _cards(broken: Sequence[Standing], pages: dict[str, str]) -> str:
    cards = []
    for of in broken:
        o = of.outcome
        missed = o.applicable - o.passing
        since = f"{of.broken_since:%-d %B %Y}" if of.broken_since else "it was first judged"
        facts = {
            "where": f"{_link(o.table, pages)}, rule <code>{escape(o.code)}</code>",
            "result": f"{escape(kept(of))} pass, {percent(o.threshold)} required: {missed:,} of {o.applicable:,} cases fail. "
            f"{_sparkline(of.days)}",
            "since": f"{since}{_trend(of)}",
            "for example": f"<code>{escape('; '.join(o.examples))}</code>" if o.examples else "",
            "what to do": data_docs.marked_up(of.what_to_do),
        }
        rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts.items() if value)
        worst = "warned" if o.severity == "warn" else ""
        cards.append(
            f'<div class="card {worst}"><h3>{escape(o.message)} '
            f'<span class="chip">{o.property}</span> '
            f'<span class="chip {"warn" if worst else "bad"}">{o.severity}: {_SEVERITIES[o.severity]}</span></h3>'
            f"<dl>{rows}</dl></div>"
        )
    return "".join(cards)


def _trend(of: Standing) -> str:
    words = {
        "better": "better than the day before",
        "worse": "worse than the day before",
        "same": "the same as the day before",
    }
    return f", {words[of.trend]}" if of.trend in words else ""


def _link(table: str, pages: dict[str, str]) -> str:
    return f'<a href="{escape(pages[table])}">{escape(table)}</a>' if table in pages else escape(table)


def _sparkline(days: Sequence[history.Day], width: int = 120, height: int = 22) -> str:
    """The ratio of each day as a small line chart, scaled from the lowest to 100 %; empty with fewer than two days."""
    ratios = [day.ratio for day in days if day.ratio is not None][-60:]
    if len(ratios) < 2:
        return ""
    low = min(*ratios, 0.999)
    points = " ".join(
        f"{place * width / (len(ratios) - 1):.1f},{2 + (1 - (ratio - low) / (1 - low)) * (height - 4):.1f}"
        for place, ratio in enumerate(ratios)
    )
    return (
        f'<svg class="bar" width="{width}" height="{height}" role="img" aria-label="ratio by day">'
        f'<polyline points="{points}" fill="none" stroke="#66707d" stroke-width="1.5"/></svg>'
    )


def _matrix(speaking: Sequence[Standing], pages: dict[str, str]) -> str:
    tables = sorted({of.outcome.table for of in speaking}, key=lambda name: (not name.startswith("silver."), name))
    head = "".join(f'<th class="num">{name}</th>' for name in PROPERTIES)
    rows = []
    for table in tables:
        cells = []
        for name in PROPERTIES:
            of = [one for one in speaking if one.outcome.table == table and one.outcome.property == name]
            if not of:
                cells.append('<td class="none">·</td>')
                continue
            broken = [one for one in of if one.outcome.state == "broken"]
            is_whole = all(one.outcome.ratio == 1.0 for one in of)
            colour = "bad" if broken else "good" if is_whole else "warn"
            title = "; ".join(one.outcome.message for one in broken) or f"{len(of)} rules"
            cells.append(f'<td class="num {colour}" title="{escape(title)}">{percent(_share(of))}</td>')
        rows.append(f"<tr><td>{_link(table, pages)}</td>{''.join(cells)}</tr>")
    return f'<div class="matrix"><table><thead><tr><th>table</th>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _within(missed: Sequence[Standing], pages: dict[str, str]) -> str:
    """Rules that are within threshold although some cases break them."""
    if not missed:
        return ""
    rows = "".join(
        f"<tr><td>{_link(of.outcome.table, pages)}</td><td>{escape(of.outcome.message)}</td>"
        f"<td>{of.outcome.property}</td><td>{escape(kept(of))}</td><td>{percent(of.outcome.threshold)}</td>"
        f"<td><code>{escape('; '.join(of.outcome.examples))}</code></td></tr>"
        for of in missed
    )
    return (
        f'<h2>Within threshold, with some broken cases</h2><div class="ge-section"><table><thead><tr><th>table</th>'
        f"<th>what is wrong</th><th>property</th><th>passing</th><th>required</th><th>for example</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _words() -> str:
    severities = "".join(f"<dt><b>{name}</b></dt><dd>{text}</dd>" for name, text in _SEVERITIES.items())
    return (
        f'<div class="ge-section"><dl class="quiet">{severities}'
        "<dt><b>case</b></dt><dd>what a rule counts: usually a row, sometimes a file, a day or a whole table</dd>"
        "<dt><b>since</b></dt><dd>the first day since which every run has found the rule broken</dd>"
        "</dl></div>"
    )
