import { unixSeconds } from '../../../shared/time.ts';
import { browserWorld } from './browser-world.ts';
import { check } from './check.ts';
import type { Input } from './given.ts';
import { readInput, readPasted } from './read-input.ts';
import { answerElement, answerLine, filled, linkElement, messageElement } from './view.ts';
import type { Language } from './words.ts';
import { wordsOf } from './words-of.ts';

/** The page has these; without one of them there is nothing to run on. */
function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${id}`);
  return found;
}

/** Web Crypto and arrays take a file whole; beyond this a browser may give up. */
const FILE_MAX_OCTETS = 256 << 20;

const form = byId('check', HTMLFormElement);
const files = byId('check-files', HTMLInputElement);
const pasted = byId('check-pasted', HTMLTextAreaElement);
const progress = byId('check-progress', HTMLElement);
const results = byId('check-results', HTMLElement);
const language: Language = document.documentElement.lang === 'ja' ? 'ja' : 'en';
const words = wordsOf(language);
const world = browserWorld(() => unixSeconds(Math.floor(Date.now() / 1000)));

/** Only the answer to the last question is shown. */
let round = 0;

async function run(): Promise<void> {
  const mine = ++round;
  const chosen = [...(files.files ?? [])];
  if (chosen.length === 0 && pasted.value.trim() === '') {
    results.replaceChildren();
    progress.textContent = words.nothing;
    return;
  }
  progress.textContent = words.checking;
  const { elements, line } = await answered(chosen, pasted.value).catch(bug);
  if (mine !== round) return;
  results.replaceChildren(...elements);
  progress.textContent = line;
}

interface Shown {
  readonly elements: readonly HTMLElement[];
  readonly line: string;
}

async function answered(chosen: readonly File[], text: string): Promise<Shown> {
  const inputs: Input[] = [];
  for (const file of chosen) {
    const octets = await octetsOf(file);
    const read = typeof octets === 'string' ? { unread: octets } : inputOf(octets);
    inputs.push({ name: file.name, ...read });
  }
  if (text.trim() !== '') {
    const octets = new TextEncoder().encode(text);
    inputs.push({ name: words.pasted, octets, items: readPasted(text) });
  }
  const outcome = await check(inputs, world);
  if (outcome.kind === 'no-authorities') {
    const facts = 'name' in outcome.error ? { name: outcome.error.name } : {};
    const said = filled(words.errors[outcome.error.code], facts, language);
    return { elements: [messageElement(undefined, said)], line: said };
  }
  const elements = outcome.answers.map((answer) => answerElement(answer, language));
  const lines = outcome.answers.map((answer) => answerLine(answer, language));
  return { elements, line: [words.done, ...lines].join('. ') };
}

function inputOf(octets: Uint8Array) {
  return { octets, items: readInput(octets) };
}

async function octetsOf(file: File): Promise<Uint8Array | 'file-too-large' | 'file-unreadable'> {
  if (file.size > FILE_MAX_OCTETS) return 'file-too-large';
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return 'file-unreadable';
  }
}

function bug(): Shown {
  return { elements: [messageElement(undefined, words.errors.bug)], line: words.errors.bug };
}

function clear(): void {
  round++;
  results.replaceChildren();
  progress.textContent = '';
}

function listen(): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run();
  });
  form.addEventListener('reset', clear);
  // What is given last is what is asked about.
  files.addEventListener('change', () => {
    pasted.value = '';
    if (files.files?.length) void run();
  });
  pasted.addEventListener('paste', () => {
    files.value = '';
    setTimeout(() => void run());
  });
  listenToDrops();
}

/** A file may be let go anywhere on the page: missing the field must not open it instead. */
function listenToDrops(): void {
  const page = document.documentElement;
  page.addEventListener('dragover', (event) => {
    event.preventDefault();
    form.classList.add('over');
  });
  page.addEventListener('dragleave', () => form.classList.remove('over'));
  page.addEventListener('drop', (event) => {
    event.preventDefault();
    form.classList.remove('over');
    const given = event.dataTransfer?.files;
    if (!given?.length) return;
    files.files = given;
    pasted.value = '';
    void run();
  });
}

document.getElementById('check-waiting')?.remove();
// Web Crypto is kept from pages that came over plain http.
if (isSecureContext) {
  form.hidden = false;
  listen();
} else {
  const { host, pathname, search } = location;
  const link = linkElement(words.overHttps, `https://${host}${pathname}${search}`);
  results.replaceChildren(messageElement(undefined, words.errors.insecure, link));
  progress.textContent = words.errors.insecure;
}
