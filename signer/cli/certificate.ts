import { err } from '../../shared/result.ts';
import { answered, certificateFacts, factLines, pemLines } from './answers.ts';
import { ask, queryOf, segment } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { PLAIN_PEM } from './plain-pem.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readSerialNumber } from './serial-argument.ts';
import { certificatePage, certificateView } from './view-decoders.ts';

export const CERTIFICATE_SHOW: Command = {
  name: 'certificate show',
  summary: 'Show a certificate and its status',
  operands: ['SERIAL'],
  options: [
    {
      name: 'authority',
      value: 'A',
      description: 'Its issuer, where two issued this serial number',
    },
    PLAIN_PEM,
    ...CONNECTION_OPTIONS,
  ],
  notes: [],
  examples: ['inkan certificate show 01a2b3', 'inkan certificate show 01:A2:B3 --pem'],
  run: showCertificate,
};

export const CERTIFICATE_LIST: Command = {
  name: 'certificate list',
  summary: 'List certificates, a page at a time',
  operands: [],
  options: [
    { name: 'authority', value: 'A', description: 'Only those of this authority' },
    { name: 'status', value: 'S', description: 'Only these', choices: ['good', 'revoked'] },
    { name: 'limit', value: 'N', description: 'Certificates a page, 1 to 1000; default 100' },
    { name: 'after', value: 'SERIAL', description: 'The page after this serial number' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'When there may be more, the last line says how to ask for it; with --json it is `next`.',
  ],
  examples: [
    'inkan certificate list --authority tsa-ca --status revoked',
    'inkan certificate list --limit 1000 --after 01a2b3 --json',
  ],
  run: listCertificates,
};

async function showCertificate(args: ParsedArguments, world: CLIWorld): Outcome {
  const serialNumber = readSerialNumber(args.operand(0));
  if (!serialNumber.ok) return serialNumber;
  const query = queryOf({ authority: args.option('authority') });
  const path = `/v1/certificates/${segment(serialNumber.value)}${query}`;
  const shown = await ask(args, world, { method: 'GET', path }, certificateView);
  if (!shown.ok) return shown;
  const { certificate, publication } = shown.value;
  if (!args.has('pem')) return answered(shown.value, factLines(certificateFacts(shown.value)));
  if (certificate !== null) return answered(shown.value, pemLines([certificate]));
  return err({
    exit: EXIT.refused,
    code: 'publication-due',
    message: `the certificate is not handed out before it is published (${publication.reason ?? 'due'})`,
    remedy: 'ask again when `inkan status` shows nothing due',
  });
}

async function listCertificates(args: ParsedArguments, world: CLIWorld): Outcome {
  const after = args.option('after');
  const serialNumber = after === undefined ? undefined : readSerialNumber(after);
  if (serialNumber?.ok === false) return serialNumber;
  const query = queryOf({
    authority: args.option('authority'),
    status: args.option('status'),
    limit: args.option('limit'),
    after: serialNumber?.value,
  });
  const path = `/v1/certificates${query}`;
  const page = await ask(args, world, { method: 'GET', path }, certificatePage);
  if (!page.ok) return page;
  const { certificates, next } = page.value;
  const lines = certificates.map(
    ({ serialNumber: serial, status, revocationReason, notAfter, authority, subject }) =>
      [serial, revocationReason ?? status, `until ${notAfter}`, authority, subject].join('  '),
  );
  if (certificates.length === 0) lines.push('no certificate');
  if (next !== null) lines.push(`more: --after ${next}`);
  return answered(page.value, lines);
}
