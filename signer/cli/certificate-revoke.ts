import { CRL_REASON_NAMES } from '../../shared/policy/crl-reasons.ts';
import { ok, type Result } from '../../shared/result.ts';
import { unixSecondsFromISO } from '../../shared/time.ts';
import type { RevocationView } from '../operations/views.ts';
import { answered, exitOf, factLines, publicationFact } from './answers.ts';
import { ask, segment } from './ask.ts';
import {
  type CLIWorld,
  type Command,
  type Failure,
  type Outcome,
  usageFailure,
} from './command.ts';
import { confirmed, YES_OPTION } from './confirmation.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { REASON_MEANINGS } from './reasons.ts';
import { readSerialNumber } from './serial-argument.ts';
import { authorityList, revocationView } from './view-decoders.ts';

export const CERTIFICATE_REVOKE: Command = {
  name: 'certificate revoke',
  summary: 'Revoke a certificate, for ever',
  operands: ['SERIAL'],
  options: [
    {
      name: 'reason',
      value: 'REASON',
      description: 'Why; there is no default',
      required: true,
      choices: CRL_REASON_NAMES,
    },
    {
      name: 'authority',
      value: 'A',
      description: 'Its issuer, where two issued this serial number',
    },
    {
      name: 'revocation-date',
      value: 'TIME',
      description: 'Since when, such as 2026-11-23T04:40:09Z; default: now',
    },
    { name: 'description', value: 'TEXT', description: 'What happened, for the register' },
    YES_OPTION,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'For an emergency: it revokes at once, and asks first only when the certificate is that of a CA. The register of revocations gets a request of its own that says so; see `inkan revocation new` for the way with an approval.',
    'The reason decides what happens to time-stamp tokens that were already made:',
    ...REASON_MEANINGS.map(([name, meaning]) => `${name}: ${meaning}`),
    'A revocation cannot be undone and there is no suspension (CP 4.9.13).',
  ],
  examples: [
    'inkan certificate revoke 01a2b3 --reason superseded',
    'inkan certificate revoke 01a2b3 --reason keyCompromise --revocation-date 2026-11-20T00:00:00Z',
  ],
  run: revokeCertificate,
};

async function revokeCertificate(args: ParsedArguments, world: CLIWorld): Outcome {
  const serialNumber = readSerialNumber(args.operand(0));
  if (!serialNumber.ok) return serialNumber;
  const authority = args.option('authority');
  const revocationDate = args.option('revocation-date');
  const description = args.option('description');
  if (revocationDate !== undefined && !unixSecondsFromISO(revocationDate).ok) {
    return usageFailure(
      `${revocationDate} is not a time`,
      'write it in UTC as 2026-11-23T04:40:09Z',
    );
  }
  const body = {
    reason: args.required('reason'),
    ...(authority === undefined ? {} : { authority }),
    ...(revocationDate === undefined ? {} : { revocationDate }),
    ...(description === undefined ? {} : { description }),
  };
  const agreed = await confirmedIfCA(args, world, serialNumber.value);
  if (!agreed.ok) return agreed;
  const path = `/v1/certificates/${segment(serialNumber.value)}/revocation`;
  const revoked = await ask(args, world, { method: 'POST', path, body }, revocationView);
  if (!revoked.ok) return revoked;
  const { publication } = revoked.value;
  return answered(revoked.value, lines(revoked.value), exitOf(publication));
}

/** A CA that is revoked by mistake has to be made anew, with everything under it. */
async function confirmedIfCA(
  args: ParsedArguments,
  world: CLIWorld,
  serialNumber: string,
): Promise<Result<true, Failure>> {
  const asked = { method: 'GET', path: '/v1/authorities' } as const;
  const listed = await ask(args, world, asked, authorityList);
  if (!listed.ok) return listed;
  const issuer = args.option('authority');
  const ca = listed.value.authorities.find(
    (one) => one.serialNumber === serialNumber && (issuer ?? one.issuer) === one.issuer,
  );
  if (!ca) return ok(true);
  return confirmed(args, world, [
    `This revokes the CA ${ca.name} (${ca.subject}), for ever.`,
    'Nothing is issued by it from then on, and what it has issued is not trusted any more.',
  ]);
}

function lines(revocation: RevocationView): readonly string[] {
  return factLines([
    ['authority', revocation.authority],
    ['serial number', revocation.serialNumber],
    ['revoked as of', revocation.revocationDate],
    ['reason', revocation.reason],
    ['recorded at', revocation.recordedAt],
    ['request', revocation.request],
    ['crl number', revocation.crlNumber],
    publicationFact(revocation.publication),
  ]);
}
