import { base64FromBytes } from '../../shared/bytes.ts';
import { err, ok } from '../../shared/result.ts';
import type { IssuedCertificateView } from '../operations/views.ts';
import {
  answered,
  certificateFacts,
  exitOf,
  factLines,
  pemLines,
  publicationFact,
} from './answers.ts';
import { ask } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { newFilePossible, writeNewFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readRequest } from './request-file.ts';
import { issuedCertificateView } from './view-decoders.ts';

export const CERTIFICATE_ISSUE: Command = {
  name: 'certificate issue',
  summary: 'Issue a certificate for a PKCS#10 request',
  operands: [],
  options: [
    { name: 'authority', value: 'A', description: 'The issuing authority', required: true },
    { name: 'profile', value: 'P', description: 'The certificate profile', required: true },
    {
      name: 'request',
      value: 'FILE',
      description: 'PKCS#10, PEM or DER; - reads standard input',
      required: true,
    },
    {
      name: 'subject',
      value: 'DN',
      description: 'The vetted subject, most general first; default: the one in the request',
    },
    { name: 'out', value: 'FILE', description: 'Write certificate and chain (PEM) to a new file' },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'Compare the request SHA-256 with the fingerprint that the subscriber gave you by another way (CP 3.2.1). Without --out the certificate and its chain, root last, follow the facts.',
  ],
  examples: [
    'inkan certificate issue --authority tsa-ca --profile tsa --request tsa.csr --out tsa.pem',
    'inkan certificate issue --authority tsa-ca --profile tsa --request - --subject "C=JP, O=Example, CN=TSA 01" < tsa.csr',
  ],
  run: issueCertificate,
};

async function issueCertificate(args: ParsedArguments, world: CLIWorld): Outcome {
  const request = await readRequest(args.required('request'), world);
  if (!request.ok) return request;
  const out = args.option('out');
  const outPath = out === undefined ? undefined : pathFrom(out, world);
  // Before the signer is asked: a certificate must not be issued for want of a place to put it.
  const free = outPath === undefined ? ok(undefined) : await newFilePossible(outPath);
  if (!free.ok) return free;
  const subject = args.option('subject');
  const body = {
    authority: args.required('authority'),
    profile: args.required('profile'),
    request: base64FromBytes(request.value),
    ...(subject === undefined ? {} : { subject }),
  };
  const asked = { method: 'POST', path: '/v1/certificates', body } as const;
  const issued = await ask(args, world, asked, issuedCertificateView);
  if (!issued.ok) return issued;
  return answerWith(issued.value, outPath);
}

async function answerWith(issued: IssuedCertificateView, outPath: string | undefined): Outcome {
  const pem = pemLines([issued.certificate, ...issued.chain]);
  const lines = factLines([
    ...certificateFacts(issued),
    ['request sha-256', issued.requestSha256],
    ['key sha-256', issued.spkiSha256],
    publicationFact(issued.publication),
    ['chain', `${issued.chain.length} certificates${outPath ? `, in ${outPath}` : ''}`],
  ]);
  const exit = exitOf(issued.publication);
  if (outPath === undefined) return answered(issued, [...lines, ...pem], exit);
  const written = await writeNewFile(outPath, `${pem.join('\n')}\n`);
  if (written.ok) return answered(issued, lines, exit);
  return err({
    ...written.error,
    code: 'issued-but-not-written',
    message: `certificate ${issued.serialNumber} was issued, but ${written.error.message}`,
    remedy: `fetch it with \`inkan certificate show ${issued.serialNumber} --pem\``,
    facts: { certificate: issued },
  });
}
