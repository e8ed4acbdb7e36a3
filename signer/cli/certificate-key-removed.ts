import { answered, certificateFacts, factLines } from './answers.ts';
import { ask, segment } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readSerialNumber } from './serial-argument.ts';
import { certificateView } from './view-decoders.ts';

export const CERTIFICATE_KEY_REMOVED: Command = {
  name: 'certificate key-removed',
  summary: "Record that a certificate's private key was removed from its HSM",
  operands: ['SERIAL'],
  options: [
    {
      name: 'record',
      value: 'TEXT',
      description: 'Where the ceremony is written down (CSBR 6.3.2)',
      required: true,
    },
    { name: 'authority', value: 'A', description: 'Its issuer, where two issued this number' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'A time-stamp key signs for 15 months and is removed within 18; `inkan status` reminds of both until this is recorded. The first record stands.',
  ],
  examples: ['inkan certificate key-removed 01a2b3 --record "HSM log 2028-03-01, page 4"'],
  run: recordRemoval,
};

async function recordRemoval(args: ParsedArguments, world: CLIWorld): Outcome {
  const serialNumber = readSerialNumber(args.operand(0));
  if (!serialNumber.ok) return serialNumber;
  const authority = args.option('authority');
  const body = {
    record: args.required('record'),
    ...(authority === undefined ? {} : { authority }),
  };
  const path = `/v1/certificates/${segment(serialNumber.value)}/key-removal`;
  const recorded = await ask(args, world, { method: 'POST', path, body }, certificateView);
  if (!recorded.ok) return recorded;
  return answered(recorded.value, factLines(certificateFacts(recorded.value)));
}
