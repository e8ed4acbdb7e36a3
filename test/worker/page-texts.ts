/** What a page says, for tests: its HTML, its status and what a reader sees of it. */
export interface SeenPage {
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  /** Text without markup, white space made one. */
  readonly text: string;
}

export async function seePage(answer: Promise<Response>): Promise<SeenPage> {
  const response = await answer;
  const html = await response.text();
  return { status: response.status, headers: response.headers, html, text: textOf(html) };
}

export function textOf(html: string): string {
  return html
    .replaceAll('<wbr>', '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** Targets of links and forms, as a browser would read them. */
export function hrefs(html: string): readonly string[] {
  return [...html.matchAll(/ (?:href|action|src)="([^"]*)"/g)].map(([, target = '']) =>
    target.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
  );
}
