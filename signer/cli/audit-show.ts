import {
  anyNumber,
  anyText,
  type Decode,
  isRecord,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { LogEvent } from '../audit/chain.ts';
import type { AuditEventView, AuditView } from '../operations/audit-views.ts';
import { answered } from './answers.ts';
import { ask, queryOf } from './ask.ts';
import type { CLIWorld, Command, Failure, Outcome } from './command.ts';
import { wholeNumber } from './edge.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { shownText } from './shown-text.ts';

export const AUDIT_SHOW: Command = {
  name: 'audit show',
  summary: 'Show events of the audit log, the newest last',
  operands: [],
  options: [
    { name: 'type', value: 'TYPE', description: 'Only events of this type, such as revocation' },
    { name: 'actor', value: 'NAME', description: 'Only what this person did' },
    { name: 'serial', value: 'HEX', description: 'Only events of this certificate' },
    { name: 'since', value: 'TIME', description: 'Such as 2026-11-23T04:00:00Z' },
    { name: 'until', value: 'TIME', description: 'Likewise' },
    { name: 'limit', value: 'N', description: 'How many at most, 1 to 100000; default 50' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'docs/formats.md lists the events. Events of segments that are in an archive are not shown; `inkan audit restore` brings them back.',
  ],
  examples: [
    'inkan audit show --type refusal --since 2026-11-01T00:00:00Z',
    'inkan audit show --serial 01a2b3 --json',
  ],
  run: showAudit,
};

const PAGE = 1_000;

async function showAudit(args: ParsedArguments, world: CLIWorld): Outcome {
  const limit = wholeNumber(args, 'limit', 50, [1, 100_000]);
  if (!limit.ok) return limit;
  const read = await readEvents(args, world, limit.value);
  if (!read.ok) return read;
  const { events, next, size, firstHere } = read.value;
  const oldestFirst = [...events].reverse();
  const lines = oldestFirst.map(eventLine);
  if (lines.length === 0) lines.push('no such event');
  if (next === null && firstHere > 1) lines.push(`lines before ${firstHere} are in an archive`);
  return answered({ events: oldestFirst, size, firstHere, more: next !== null }, lines);
}

/** Page after page: each looks at so many lines, and may find nothing. */
async function readEvents(
  args: ParsedArguments,
  world: CLIWorld,
  limit: number,
): Promise<Result<AuditView, Failure>> {
  const events: AuditEventView[] = [];
  for (let after: string | undefined; ; ) {
    const query = queryOf({
      ...{ type: args.option('type'), actor: args.option('actor'), serial: args.option('serial') },
      ...{ since: args.option('since'), until: args.option('until'), after },
      limit: String(Math.min(PAGE, limit - events.length)),
    });
    const page = await ask(args, world, { method: 'GET', path: `/v1/audit${query}` }, auditView);
    if (!page.ok) return page;
    events.push(...page.value.events);
    const { next } = page.value;
    if (next === null || events.length >= limit) return ok({ ...page.value, events });
    after = next;
  }
}

function eventLine({ line, event }: AuditEventView): string {
  const { previous: _previous, time, type, ...facts } = event;
  const shown = Object.entries(facts).map(([name, value]) => `${name}=${factText(value)}`);
  return [String(line), shownText(`${time}`), shownText(`${type}`), ...shown].join('  ');
}

function factText(value: unknown): string {
  return shownText(typeof value === 'string' ? value : JSON.stringify(value));
}

const logEvent: Decode<LogEvent> = (value, pointer) =>
  isRecord(value) ? ok(value) : { ok: false, error: { pointer, reason: 'must be an object' } };

const auditView: Decode<AuditView> = openObject<AuditView>({
  events: required(
    list(openObject<AuditEventView>({ line: required(anyNumber), event: required(logEvent) })),
  ),
  next: required(nullable(anyText)),
  size: required(anyNumber),
  firstHere: required(anyNumber),
});
