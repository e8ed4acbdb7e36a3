/**
 * The one stylesheet: paper, ink and the red of a seal. Colours meet WCAG 2 AA in light and dark;
 * nothing is wider than a telephone of 360 pixels.
 */
export const STYLES: string = `:root {
  color-scheme: light dark;
  --paper: #faf8f4; --sheet: #fffefb; --ink: #1f1b18; --soft: #5e564e; --line: #d9d1c6;
  --seal: #a8231d; --seal-tint: #f8e9e6; --good: #1f6b3a; --good-tint: #e6f1e8;
  --warn: #7a4d00; --warn-tint: #fbf0d9; --code: #f3efe8;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", "Noto Sans JP", sans-serif;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Hiragino Mincho ProN", "Yu Mincho", "Noto Serif CJK JP", "Noto Serif JP", Georgia, serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161412; --sheet: #1e1b19; --ink: #ebe5dd; --soft: #aea498; --line: #3b352f;
    --seal: #f08a7f; --seal-tint: #3a1f1c; --good: #86cf9c; --good-tint: #1b2f22;
    --warn: #e7bd6b; --warn-tint: #34290f; --code: #272320;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 0 1rem 3rem; max-width: 64rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.6 var(--sans); overflow-wrap: anywhere;
}
:lang(ja) { line-height: 1.75; line-break: strict; }
h1, h2, h3 { font-family: var(--serif); line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { margin: 2rem 0 1rem; font-size: clamp(1.6rem, 1.2rem + 2vw, 2.3rem); }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.35rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; }
p, ul, ol, dl, table, pre { margin: .75rem 0; }
a { color: var(--seal); text-underline-offset: .18em; text-decoration-thickness: from-font; }
a:hover { text-decoration-thickness: .14em; }
:focus-visible { outline: 3px solid var(--seal); outline-offset: 2px; border-radius: 2px; }
main:focus { outline: none; }
.skip { position: absolute; left: .5rem; top: -4rem; padding: .5rem 1rem; background: var(--sheet); z-index: 1; }
.skip:focus { top: .5rem; }

.top { display: grid; grid-template-columns: 1fr auto; align-items: center; gap: .5rem 1rem; padding-top: 1.25rem; border-bottom: 2px solid var(--seal); }
.brand { display: inline-flex; align-items: center; gap: .75rem; color: inherit; text-decoration: none; line-height: 1.2; }
.brand b { display: block; font-family: var(--serif); font-size: 1.15rem; }
.brand span span { color: var(--soft); font-size: .9rem; }
.seal { flex: none; display: block; }
.top ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
.top nav { grid-column: 1 / -1; }
.top nav a { display: block; padding: .6rem 0; color: inherit; text-decoration: none; border-bottom: 3px solid transparent; }
.top nav a:hover { border-color: var(--line); }
.top nav a[aria-current] { border-color: var(--seal); font-weight: 600; }
.top .languages { grid-column: 2; grid-row: 1; font-size: .9rem; }
.top .languages ul { gap: 0 .75rem; }
.top .languages li { padding: .6rem 0; }
.top .languages a { padding: 0; color: var(--seal); text-decoration: underline; border: 0; }
.top .languages [aria-current] { color: var(--soft); }

.sheet { margin: 1.25rem 0; padding: 1rem 1.25rem 1.25rem; background: var(--sheet); border: 1px solid var(--line); border-top: 4px solid var(--seal); border-radius: 3px; }
.sheet > h2 { margin-top: .25rem; }
.lead, .aside, footer, caption { color: var(--soft); }
.aside { font-size: .9rem; }
.facts { display: grid; grid-template-columns: minmax(8rem, 14.5rem) 1fr; gap: .35rem 1.25rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; }
.facts dd > p:first-child { margin-top: 0; }
.moment { word-break: keep-all; }
.hex, code { font-family: var(--mono); font-size: .88em; }
.hex { line-height: 1.5; }
.copy { padding: .6rem .8rem; background: var(--code); border-left: 3px solid var(--line); border-radius: 2px; white-space: pre-wrap; overflow-wrap: anywhere; -webkit-user-select: all; user-select: all; line-height: 1.5; }
.copy span { display: inline-block; max-width: 100%; }
.downloads { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none; }
.downloads a, button, .button { display: inline-block; min-height: 2.75rem; padding: .55rem 1rem; border: 1px solid currentColor; border-radius: 3px; background: transparent; color: var(--seal); font: inherit; line-height: 1.5; text-decoration: none; cursor: pointer; }
.downloads a:hover, button:hover, .button:hover { background: var(--seal-tint); }

.mark { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .9rem; font-weight: 600; white-space: nowrap; background: var(--code); color: var(--soft); }
.mark.good { background: var(--good-tint); color: var(--good); }
.mark.revoked, .mark.alarm { background: var(--seal-tint); color: var(--seal); }
.mark.soon { background: var(--warn-tint); color: var(--warn); }
.note { padding: .75rem 1rem; border-left: 4px solid var(--line); background: var(--code); }
.note.alarm { border-color: var(--seal); background: var(--seal-tint); }
.note.good { border-color: var(--good); background: var(--good-tint); }
.note > :first-child { margin-top: 0; }
.note > :last-child { margin-bottom: 0; }
.note .mark.revoked, .note .mark.alarm { background: var(--seal); color: var(--paper); }
.note .mark.good { background: var(--good); color: var(--paper); }
.note h4 { margin: 0 0 .5rem; font-size: 1rem; }
article.note { margin: 1rem 0; }

table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding-bottom: .5rem; font-size: .9rem; }
th, td { padding: .6rem .75rem .6rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td, thead th { overflow-wrap: normal; }
thead th { color: var(--soft); font-size: .9rem; font-weight: 600; word-break: keep-all; }
td .day { white-space: nowrap; }
tbody th { font-weight: 400; min-width: 5rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
form.search { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
form.search > div { flex: 1 1 14rem; }
label { display: block; font-size: .9rem; color: var(--soft); }
input, select, textarea { width: 100%; min-height: 2.75rem; padding: .5rem .6rem; border: 1px solid var(--soft); border-radius: 3px; background: var(--sheet); color: inherit; font: inherit; }
.check textarea { font-family: var(--mono); font-size: .88rem; }
.check .downloads { padding: 0; }
.drop { margin: .75rem 0; padding: 1rem 1.25rem; border: 2px dashed var(--soft); border-radius: 3px; }
.check.over .drop { border-color: var(--seal); background: var(--seal-tint); }
.drop input { border: 0; padding-left: 0; background: none; }
.note strong { font-size: 1.15rem; }
.checks { padding-left: 0; list-style: none; }
.checks li { padding: .4rem 0; border-bottom: 1px solid var(--line); }
summary { min-height: 2.75rem; padding: .55rem 0; color: var(--seal); cursor: pointer; }
.steps { display: flex; flex-wrap: wrap; gap: .75rem; padding: 0; list-style: none; }
footer { margin-top: 4rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .88rem; }

@media (max-width: 40rem) {
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .6rem; }
  .sheet { padding: .75rem 1rem 1rem; }
  th, td { padding-right: .5rem; }
  table { font-size: .94rem; }
  td .mark { white-space: normal; word-break: keep-all; padding: .05rem .4rem; }
}
@media (prefers-reduced-motion: no-preference) { .skip { transition: top .15s; } }
@media (scripting: none) { .needs-script { display: none; } }
@media print {
  :root { --paper: #fff; --sheet: #fff; --ink: #000; --soft: #333; --line: #999; --code: #fff; --seal: #8f1c17; --seal-tint: #fff; --good: #000; --good-tint: #fff; --warn: #000; --warn-tint: #fff; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .top nav, .skip, form, .steps { display: none; }
  .sheet { break-inside: avoid-page; }
  main a[href^="/"]::after { content: " (" attr(href) ")"; font-size: .85em; color: var(--soft); }
}
`;
