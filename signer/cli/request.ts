import { base64FromBytes } from '../../shared/bytes.ts';
import {
  anyText,
  choice,
  type Decode,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import type { CheckView, RequestCheckView } from '../operations/views.ts';
import { answered, factLines } from './answers.ts';
import { ask } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import { EXIT } from './exit-codes.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { readRequest } from './request-file.ts';

export const REQUEST_CHECK: Command = {
  name: 'request check',
  summary: 'Check a PKCS#10 request and its key, and issue nothing',
  operands: ['FILE'],
  options: [
    {
      name: 'profile',
      value: 'P',
      description: 'The certificate profile it is meant for',
      required: true,
    },
    ...CONNECTION_OPTIONS,
  ],
  notes: [
    'FILE is PEM or DER; - reads standard input. Every check is shown with its rule and clause. Compare the request SHA-256 with the fingerprint that the subscriber gave you by another way (CP 3.2.1).',
    'The subject is checked when it is applied for (CRT-6, CRT-8): `inkan application new`.',
    'The key is remembered: whatever comes of the request, every later key is compared with it.',
  ],
  examples: [
    'inkan request check tsa.csr --profile tsa',
    'inkan request check tsa.csr --profile tsa --json | jq -r \'.checks[] | select(.outcome != "passed") | .reason\'',
  ],
  run: checkRequest,
};

const string = required(anyText);

const requestCheckView: Decode<RequestCheckView> = openObject<RequestCheckView>({
  profile: string,
  subject: string,
  key: string,
  requestSha256: string,
  spkiSha256: string,
  verdict: required(choice('accepted', 'refused')),
  checks: required(
    list(
      openObject<CheckView>({
        title: string,
        rule: string,
        clause: string,
        outcome: required(choice('passed', 'refused', 'not-checked')),
        reason: required(nullable(anyText)),
      }),
    ),
  ),
});

async function checkRequest(args: ParsedArguments, world: CLIWorld): Outcome {
  const request = await readRequest(args.operand(0), world);
  if (!request.ok) return request;
  const body = { profile: args.required('profile'), request: base64FromBytes(request.value) };
  const asked = { method: 'POST', path: '/v1/request-checks', body } as const;
  const checked = await ask(args, world, asked, requestCheckView);
  if (!checked.ok) return checked;
  const { value } = checked;
  const lines = factLines([
    ['subject', value.subject],
    ['key', value.key],
    ['request sha-256', value.requestSha256],
    ['key sha-256', value.spkiSha256],
    ['verdict', `request and key ${value.verdict} for profile ${value.profile}`],
    ['names', 'not checked here: see inkan application new'],
    ...value.checks.map((check) => [check.outcome, checkText(check)] as const),
  ]);
  return answered(value, lines, value.verdict === 'accepted' ? EXIT.ok : EXIT.refused);
}

function checkText({ title, rule, clause, reason }: CheckView): string {
  return `${title}${reason === null ? '' : `: ${reason}`} (${rule}: ${clause})`;
}
