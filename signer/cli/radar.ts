import {
  anyNumber,
  anyText,
  type Decode,
  flag,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import type { RadarEdgeView, RadarIssuerView, RadarView } from '../operations/radar-view.ts';
import { answered, type Fact, factLines } from './answers.ts';
import { ask, queryOf } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

export const RADAR: Command = {
  name: 'radar',
  summary: 'Show how often the edges were asked for serial numbers that were never assigned',
  operands: [],
  options: [
    {
      name: 'hours',
      value: 'N',
      description: 'How many hours back, the one that runs included, 1 to 840; default 24',
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'CP 4.9.10: a query for a serial number that was never assigned may be the first sign of a forged certificate. Somebody guessing makes many serial numbers with few queries each; a forged certificate in use makes one with many.',
    'The signer asks the edges that `radar` in config.json names, with a note signed by the publication key. No addresses of clients are counted.',
    'Exit codes: 10 when an issuer had an hour with as many queries as `alertPerHour`, or more; 4 when no edge told anything.',
  ],
  examples: ['inkan radar', "inkan radar --hours 1 --json | jq '.issuers[0].serials'"],
  run: radar,
};

async function radar(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = `/v1/radar${queryOf({ hours: args.option('hours') })}`;
  const read = await ask(args, world, { method: 'GET', path }, radarView);
  if (!read.ok) return read;
  return answered(read.value, radarLines(read.value), exitOf(read.value));
}

function exitOf({ alert, edges }: RadarView): ExitCode {
  if (alert) return EXIT.alert;
  return edges.every(({ failure }) => failure !== null) ? EXIT.unreachable : EXIT.ok;
}

function radarLines({ since, alertPerHour, edges, issuers }: RadarView): readonly string[] {
  const facts: readonly Fact[] = [
    ['since', since],
    ['alert', `from ${alertPerHour} an hour`],
    ...edges.map(
      ({ url, failure }): Fact => ['edge', `${url}${failure === null ? '' : `: ${failure}`}`],
    ),
    ...(issuers.length === 0 ? [['queries', 'none'] as const] : issuers.flatMap(issuerFacts)),
  ];
  return factLines(facts);
}

function issuerFacts(issuer: RadarIssuerView): readonly Fact[] {
  const { authority, total, mostInAnHour, alert, serials } = issuer;
  const name = authority ?? `issuer ${issuer.issuer}, not of this signer`;
  return [
    [alert ? 'ALERT' : 'queries', `${name}: ${total}, at most ${mostInAnHour} in an hour`],
    ...serials.map(({ serialNumber, count }): Fact => ['  asked', `${serialNumber}  ${count}`]),
  ];
}

const string = required(anyText);
const number = required(anyNumber);

const issuerView: Decode<RadarIssuerView> = openObject<RadarIssuerView>({
  authority: required(nullable(anyText)),
  issuer: string,
  total: number,
  mostInAnHour: number,
  alert: required(flag),
  hours: required(
    list(openObject<{ hour: string; total: number }>({ hour: string, total: number })),
  ),
  serials: required(
    list(
      openObject<{ serialNumber: string; count: number }>({ serialNumber: string, count: number }),
    ),
  ),
});

const radarView: Decode<RadarView> = openObject<RadarView>({
  since: string,
  alertPerHour: number,
  alert: required(flag),
  edges: required(
    list(openObject<RadarEdgeView>({ url: string, failure: required(nullable(anyText)) })),
  ),
  issuers: required(list(issuerView)),
});
