import { base64FromBytes } from '../../shared/bytes.ts';
import { err, ok } from '../../shared/result.ts';
import type { CertificateView, IssuedCertificateView } from '../operations/views.ts';
import { answered, certificateFacts, factLines, pemLines } from './answers.ts';
import { ask, queryOf, segment } from './ask.ts';
import { HANDED_OUT_WHEN_PUBLISHED, NO_WAIT, untilPublished } from './await-publication.ts';
import { CHOSEN_CONTENTS, chosenContents } from './chosen-contents.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { newFilePossible, writeNewFile } from './output-file.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { pathFrom } from './paths.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readRequest } from './request-file.ts';
import { certificateView, issuedCertificateView } from './view-decoders.ts';

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
    ...CHOSEN_CONTENTS,
    {
      name: 'confirm-organisation',
      description:
        'You state: the subject is an organisation, no individual and no pseudonym (CP 3.1.3, 3.2.3)',
    },
    {
      name: 'confirm-re-key',
      description: 'You state: the applicant holds this subject already and has a new key (CP 4.7)',
    },
    { name: 'out', value: 'FILE', description: 'Write certificate and chain (PEM) to a new file' },
    NO_WAIT,
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'What you state is recorded with the certificate; the policy says what has to be stated.',
    HANDED_OUT_WHEN_PUBLISHED,
    'Compare the request SHA-256 with the fingerprint that the subscriber gave you by another way (CP 3.2.1). Without --out the certificate and its chain, root last, follow the facts.',
  ],
  examples: [
    'inkan certificate issue --authority tsa-ca --profile tsa --request tsa.csr --confirm-organisation --out tsa.pem',
    'inkan certificate issue --authority tsa-ca --profile tsa --request - --subject "C=JP, O=Example, CN=TSA 01" --confirm-organisation < tsa.csr',
    'inkan certificate issue --authority private-tls-ca --profile tls-server --request www.csr --subject-alt-name www.example,192.0.2.1',
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
    ...statements(args),
    ...(args.has(NO_WAIT.name) ? { wait: false } : {}),
  };
  const asked = { method: 'POST', path: '/v1/certificates', body } as const;
  const issued = await ask(args, world, asked, issuedCertificateView);
  if (!issued.ok) return issued;
  const { authority, serialNumber } = issued.value;
  const path = `/v1/certificates/${segment(serialNumber)}${queryOf({ authority })}`;
  const publicationOf = ({ publication }: CertificateView) => publication;
  const awaited = { path, decode: certificateView, publicationOf };
  const shown = await untilPublished(args, world, awaited, issued.value);
  return answerWith({ ...issued.value, ...shown }, outPath);
}

/** What the operator states and chooses besides the subject. */
function statements(args: ParsedArguments): Readonly<Record<string, readonly string[]>> {
  const confirmations = [
    ...(args.has('confirm-organisation') ? ['organisation'] : []),
    ...(args.has('confirm-re-key') ? ['re-key'] : []),
  ];
  return { ...chosenContents(args), ...(confirmations.length === 0 ? {} : { confirmations }) };
}

async function answerWith(issued: IssuedCertificateView, outPath: string | undefined): Outcome {
  const facts = [
    ...certificateFacts(issued),
    ['request sha-256', issued.requestSha256],
    ['key sha-256', issued.spkiSha256],
  ] as const;
  if (issued.certificate === null) {
    const remedy = `not handed out yet: inkan certificate show ${issued.serialNumber} --pem`;
    return answered(issued, [...factLines(facts), remedy], EXIT.due);
  }
  const pem = pemLines([issued.certificate, ...issued.chain]);
  const where = outPath === undefined ? '' : `, in ${outPath}`;
  const lines = factLines([...facts, ['chain', `${issued.chain.length} certificates${where}`]]);
  if (outPath === undefined) return answered(issued, [...lines, ...pem]);
  const written = await writeNewFile(outPath, `${pem.join('\n')}\n`);
  if (written.ok) return answered(issued, lines);
  return err({
    ...written.error,
    code: 'issued-but-not-written',
    message: `certificate ${issued.serialNumber} was issued, but ${written.error.message}`,
    remedy: `fetch it with \`inkan certificate show ${issued.serialNumber} --pem\``,
    facts: { certificate: issued },
  });
}
