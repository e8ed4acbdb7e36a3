import type { AuthorityView } from '../operations/views.ts';
import { answered, exitOf, type Fact, factLines, pemLines, publicationFact } from './answers.ts';
import { ask, segment } from './ask.ts';
import type { CLIWorld, Command, Outcome } from './command.ts';
import type { ParsedArguments } from './parsed-arguments.ts';
import { PLAIN_PEM } from './plain-pem.ts';
import { CONNECTION_OPTIONS } from './profile.ts';
import { authorityList, authorityView } from './view-decoders.ts';

export const AUTHORITY_COMMANDS: readonly Command[] = [
  {
    name: 'ca create',
    summary: 'Create a certificate authority of the policy: its key and its certificate',
    operands: ['NAME'],
    options: [
      {
        name: 'keystore',
        value: 'K',
        description: 'The keystore that holds the key; default: the first of the configuration',
      },
      ...CONNECTION_OPTIONS,
    ],
    notes: [
      'The policy file says what the authority is. An issuer is created before what it issues.',
    ],
    examples: ['inkan ca create root-ca', 'inkan ca create tsa-ca --keystore hsm'],
    run: createAuthority,
  },
  {
    name: 'ca show',
    summary: 'Show an authority, its fingerprint and its addresses',
    operands: ['NAME'],
    options: [PLAIN_PEM, ...CONNECTION_OPTIONS],
    notes: [],
    examples: ['inkan ca show root-ca', 'inkan ca show root-ca --pem > root-ca.pem'],
    run: showAuthority,
  },
  {
    name: 'ca list',
    summary: 'List the authorities',
    operands: [],
    options: CONNECTION_OPTIONS,
    notes: [],
    examples: ['inkan ca list', 'inkan ca list --json'],
    run: listAuthorities,
  },
];

async function createAuthority(args: ParsedArguments, world: CLIWorld): Outcome {
  const keystore = args.option('keystore');
  const body = { authority: args.operand(0), ...(keystore === undefined ? {} : { keystore }) };
  const asked = { method: 'POST', path: '/v1/authorities', body } as const;
  const created = await ask(args, world, asked, authorityView);
  if (!created.ok) return created;
  const { publication } = created.value;
  const lines = factLines([...facts(created.value), publicationFact(publication)]);
  return answered(created.value, lines, exitOf(publication));
}

async function showAuthority(args: ParsedArguments, world: CLIWorld): Outcome {
  const path = `/v1/authorities/${segment(args.operand(0))}`;
  const shown = await ask(args, world, { method: 'GET', path }, authorityView);
  if (!shown.ok) return shown;
  if (args.has('pem')) return answered(shown.value, pemLines([shown.value.certificate]));
  return answered(
    shown.value,
    factLines([...facts(shown.value), publicationFact(shown.value.publication)]),
  );
}

async function listAuthorities(args: ParsedArguments, world: CLIWorld): Outcome {
  const asked = { method: 'GET', path: '/v1/authorities' } as const;
  const listed = await ask(args, world, asked, authorityList);
  if (!listed.ok) return listed;
  const { authorities } = listed.value;
  if (authorities.length === 0)
    return answered(listed.value, ['no authority yet: inkan ca create']);
  const lines = authorities.map(
    (one) => [one.name, `${one.subject} until ${one.notAfter}`] as const,
  );
  return answered(listed.value, factLines(lines));
}

function facts(authority: AuthorityView): readonly Fact[] {
  return [
    ['authority', authority.name],
    ['issuer', authority.issuer],
    ['subject', authority.subject],
    ['serial number', authority.serialNumber],
    ['not before', authority.notBefore],
    ['not after', authority.notAfter],
    ['keystore', authority.keystore],
    ['sha-256', authority.sha256],
    ['crl', authority.crlUrl],
    ['ocsp', authority.ocspUrl],
    ['ca issuers', authority.caIssuersUrl],
  ];
}
