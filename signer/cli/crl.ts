import { reasonsURL } from '../../shared/policy/reasons-url.ts';
import { answered, factLines } from './answers.ts';
import { ask, segment } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { replaceFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { crlView } from './view-decoders.ts';

export const CRL_SHOW: Command = {
  name: 'crl show',
  summary: "Show an authority's CRL",
  operands: ['AUTHORITY'],
  options: [
    { name: 'out', value: 'FILE', description: 'Write the CRL (PEM) to this file' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [],
  examples: ['inkan crl show root-ca', 'inkan crl show root-ca --out root-ca.crl.pem'],
  run: showCRL,
};

async function showCRL(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = `/v1/authorities/${segment(args.operand(0))}/crl`;
  const shown = await ask(args, world, { method: 'GET', path }, crlView);
  if (!shown.ok) return shown;
  const crl = shown.value;
  const out = args.option('out');
  if (out !== undefined) {
    const written = await replaceFile(pathFrom(out, world), `${crl.crl.trimEnd()}\n`);
    if (!written.ok) return written;
  }
  const lines = factLines([
    ['authority', crl.authority],
    ['crl number', crl.crlNumber],
    ['this update', crl.thisUpdate],
    ['next update', crl.nextUpdate],
    ['entries', crl.entries],
    ['url', crl.url],
    ['reasons', reasonsURL(crl.url)],
    ['sha-256', crl.sha256],
  ]);
  return answered(crl, lines);
}
