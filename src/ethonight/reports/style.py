"""The look of a report on the screen and on paper."""

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { background: #fff; }
body { margin: 0 auto; padding: 40px 32px 80px; max-width: 1080px; background: #fff; color: #1f242d;
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 32px; line-height: 1.2; margin: 2px 0 6px; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 20px; margin: 0 0 10px; letter-spacing: -0.005em; }
h3 { font-size: 15px; margin: 28px 0 8px; }
h4 { font-size: 13px; margin: 0 0 4px; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 0 0 12px; max-width: 80ch; }
section { margin: 52px 0 0; }
.eyebrow { color: #0a6fb3; font-weight: 600; font-size: 13px; margin: 0; }
.meta, .dim, .caption, figcaption, small { color: #5f6672; }
.meta { margin: 0 0 26px; max-width: none; }
.lead { font-size: 21px; line-height: 1.4; max-width: none; margin: 0 0 10px; text-wrap: pretty; }
.several .lead { font-size: 17px; margin: 0 0 5px; }
.many { columns: 2 24em; column-gap: 32px; }
.many .lead { font-size: 14.5px; margin: 0 0 6px; break-inside: avoid; }
.box li { margin: 3px 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 14px; margin: 26px 0 0; }
.tile { border: 1px solid #d5d9e0; border-radius: 8px; padding: 14px 16px 12px; display: flex; flex-direction: column; }
.tile b { font-size: 30px; line-height: 1.1; font-weight: 600; }
.tile .ci { font-size: 12.5px; margin: 3px 0 0; }
.tile > span:not(.ci) { margin-top: 8px; font-weight: 600; font-size: 13.5px; }
.tile small { font-size: 12.5px; line-height: 1.4; }
.box { margin: 26px 0 0; padding: 16px 20px 12px; border-radius: 8px; border-left: 5px solid; }
.box h2 { font-size: 16px; margin-bottom: 6px; }
.box ul { margin: 0; padding-left: 18px; max-width: 84ch; }
.warn { background: #fff6e5; border-color: #d98a00; }
.note { background: #f1f5fa; border-color: #7aa5cf; }
nav { margin: 30px 0 0; padding: 10px 0; border-top: 1px solid #d5d9e0; border-bottom: 1px solid #d5d9e0;
  display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13.5px; }
a { color: #0a5a96; text-decoration: none; }
a:hover { text-decoration: underline; }
.wide { overflow-x: auto; margin: 14px 0; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; line-height: 1.35; }
table.small { width: auto; min-width: 40%; }
th { font-weight: 600; color: #5f6672; font-size: 12.5px; vertical-align: bottom; padding: 4px 9px; text-align: right; }
th[title] { text-decoration: underline dotted #b5bbc6; text-underline-offset: 3px; cursor: help; }
thead tr:last-child th { border-bottom: 1.5px solid #9aa1ad; }
tr.groups th { text-align: left; color: #1f242d; padding-bottom: 0; }
tr.groups th:not(:first-child) { border-left: 12px solid #fff; border-bottom: 1px solid #d5d9e0; }
td { padding: 6px 9px; text-align: right; vertical-align: top; border-bottom: 1px solid #e6e9ee; }
td.text, th.text { text-align: left; }
th:first-child, td:first-child { padding-left: 2px; }
table.bare thead { display: none; }
tr.apart td { background: #f6f7f9; }
.ci { display: block; color: #6b7280; font-size: 11.5px; white-space: nowrap; }
.label { display: inline-flex; align-items: baseline; gap: 7px; min-width: 8em; overflow-wrap: anywhere; }
.legend .label { min-width: 0; }
td.number { white-space: nowrap; }
.swatch { display: inline-block; flex: none; width: 10px; height: 10px; border-radius: 2.5px; margin-right: 1px; }
.nowrap { white-space: nowrap; }
.name { overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; font-size: 13px; max-width: none; margin: 0 0 8px; }
figure { margin: 14px 0; }
figcaption, .caption { font-size: 12.5px; line-height: 1.45; margin: 4px 0 0; max-width: 92ch; }
svg { display: block; max-width: 100%; height: auto; overflow: visible; }
svg text { font: 11.5px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 18px 28px; margin: 12px 0; }
.beside svg.chart { width: 100%; max-width: 470px; }
.beside.small { grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); }
.beside figure { margin: 0; min-width: 0; }
.strip { margin: 20px 0; }
.strip svg { width: 100%; }
.parts { display: grid; grid-template-columns: max-content 1fr; gap: 6px 22px; margin: 8px 0; font-size: 14px; }
.parts dt, .words dt { font-weight: 600; }
.parts dd, .words dd { margin: 0; overflow-wrap: anywhere; }
.words { display: grid; grid-template-columns: 150px 1fr; gap: 6px 20px; font-size: 13.5px; max-width: 90ch; }
.confusion { width: auto; }
.confusion td { text-align: center; min-width: 44px; padding: 9px 6px; border: 2px solid #fff; border-radius: 4px; }
.confusion th { text-align: right; color: #1f242d; border: 0 !important; vertical-align: middle; font-weight: 400; }
.confusion th.turn { vertical-align: bottom; padding: 0 6px 8px; text-align: center; }
.confusion th.turn span { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block;
  max-height: 170px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; line-height: 1.3; }
.confusion th.corner { vertical-align: bottom; color: #5f6672; white-space: nowrap; }
.confusion .swatch { margin: 0 6px 0 0; } .confusion .turn .swatch { margin: 0 0 6px; }
.mistakes td { vertical-align: middle; }
pre { background: #f6f7f9; border-radius: 8px; padding: 14px 16px; font-size: 12.5px; line-height: 1.5;
  white-space: pre-wrap; overflow-wrap: anywhere; }
footer { margin-top: 60px; color: #5f6672; font-size: 12.5px; }
@media (max-width: 700px) {
  body { padding: 24px 16px; }
  .beside { grid-template-columns: 1fr; }
  .lead { font-size: 19px; }
  .parts, .words { grid-template-columns: 1fr; gap: 2px; }
}
@page { size: A4; margin: 14mm 13mm; }
@media print {
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav { display: none; }
  h1 { font-size: 22pt; } .lead { font-size: 13pt; }
  .several .lead { font-size: 11pt; } .many .lead { font-size: 9.5pt; }
  section { margin-top: 26px; }
  h2, h3, h4, h2 + p, h3 + p, .legend { break-after: avoid; }
  figure, tr, .tile, .box, .confusion, li { break-inside: avoid; }
  .wide { overflow: visible; }
  table { font-size: 8.5pt; } th { font-size: 8pt; padding: 3px 5px; } td { padding: 4px 5px; }
  .ci { font-size: 7.2pt; }
  table.tight { font-size: 7.5pt; } .tight th { font-size: 7.2pt; } .tight td { padding: 4px 3px; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  .beside { grid-template-columns: 1fr 1fr; gap: 12px 18px; }
  .beside.small { grid-template-columns: repeat(4, 1fr); gap: 10px; }
  .mistakes .around { width: 130px; height: auto; } .mistakes .label { min-width: 0; }
  a { color: inherit; }
}
"""
