import { describe, expect, it } from 'vitest';
import { escapeText, html, NOTHING } from '../../../../workers/repository/html.ts';

describe('the html template', () => {
  it.each([
    ['<script>', '&lt;script&gt;'],
    ['a & b', 'a &amp; b'],
    ['&lt;', '&amp;lt;'],
    [`" onload="x`, '&quot; onload=&quot;x'],
    ["' onload='x", '&#39; onload=&#39;x'],
    ['日本語 é', '日本語 é'],
    ['a\nb\tc\0', 'a[U+000A]b[U+0009]c[U+0000]'],
    ['\u202eflip\u2066', '[U+202E]flip[U+2066]'],
    ['zero\u200bwidth\ufeff', 'zero[U+200B]width[U+FEFF]'],
    ['\u{e0041}tag', '[U+E0041]tag'],
    ['half \ud800', 'half [U+D800]'],
  ])('ADR 15: %j is shown as text', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
    expect(html`<p title="${text}">${text}</p>`.markup).toBe(
      `<p title="${escaped}">${escaped}</p>`,
    );
  });

  it('ADR 15: markup of another template is taken as it is, lists one after the other', () => {
    const items = ['<a>', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(html`<ul>${items}${NOTHING}</ul>${7}`.markup).toBe(
      '<ul><li>&lt;a&gt;</li><li>&lt;b&gt;</li></ul>7',
    );
  });

  it('ADR 15: what is not there has to be left out on purpose', () => {
    // @ts-expect-error: undefined is not content, so that nothing is forgotten silently
    expect(() => html`${undefined}`).toThrow();
  });
});
