import { type Html, html } from './html.ts';

/** 印, cut in straight strokes as seals are. */
const STROKES: Html = html`<rect width="24" height="24" rx="3.5" fill="#a8231d"/><path d="M10.2 4.4 5.4 6v13.4M5.4 12h5M5.4 18.4h5M13.8 21V5.4h5.4v9.8h-2.8" fill="none" stroke="#fff" stroke-width="1.9"/>`;

/** For the head of a page; says nothing that the words beside it do not. */
export const SEAL: Html = html`<svg class="seal" viewBox="0 0 24 24" width="40" height="40" aria-hidden="true" focusable="false">${STROKES}</svg>`;

/** The same as a file of its own, for the tab of the browser. */
export const SEAL_FILE: string =
  html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${STROKES}</svg>`.markup;
