import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import type {
  ChangeApplicationInput,
  NewApplicationInput,
  RekeyApplicationInput,
} from '../../../../signer/applications/applicant-input.ts';
import { createApplication } from '../../../../signer/applications/create-application.ts';
import { approveApplication, screenApplication } from '../../../../signer/applications/decide.ts';
import { issueApplication } from '../../../../signer/applications/issue-application.ts';
import { obstaclesToApproval } from '../../../../signer/applications/screening.ts';
import { applicationById } from '../../../../signer/database/application-table.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { createAuthority } from '../../../../signer/issuance/create-authority.ts';
import { describeWithOpenSSL, opensslOk } from '../../../support/openssl.ts';
import { shippedPolicy } from '../../../support/shipped-policies.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import {
  KEYSTORE,
  refusalOf,
  type SignerUnderTest,
  startSigner,
} from '../issuance/signer-under-test.ts';
import { DIRECTOR, fingerprintOf, OFFICER, screeningOf } from './applications-under-test.ts';

const CA = 'private-tls-ca';

/** private-tls.json with one more profile that leaves authorityInfoAccess to the application. */
function policyText(): string {
  const policy = JSON.parse(shippedPolicy('private-tls'));
  const server = policy.profiles['tls-server'];
  const authorityInfoAccess = { ...server.authorityInfoAccess, perApplication: true };
  policy.profiles['tls-server-aia'] = { ...server, authorityInfoAccess };
  policy.authorities[CA].issues.push('tls-server-aia');
  return JSON.stringify(policy);
}

let signer: SignerUnderTest;
let made = 0;

beforeAll(async () => {
  signer = await startSigner(policyText());
  const input = { authority: CA, keystore: KEYSTORE, actor: 'test' };
  must(await createAuthority(signer.context, input), CA);
  await signer.settle(CA);
}, 60_000);
afterAll(() => signer.close());

function applicant() {
  made += 1;
  const key = ['-nodes', '-keyout', signer.scratch.file(`key-${made}`)];
  const request = requestByOpenSSL(signer.scratch, `r-${made}`, [...NEW_KEY['P-256'], ...key]);
  return { organisation: 'Example', agent: 'A. Agent', documents: [], request } as const;
}

type Input = NewApplicationInput | RekeyApplicationInput | ChangeApplicationInput;

/** Nothing is verified but the fingerprint: what else is needed, this CA decides by itself. */
async function issued(input: Input) {
  const { context } = signer;
  const id = must(await createApplication(context, input, OFFICER), input.kind);
  const untouched = { result: 'not-applicable', evidence: 'a server of our own' } as const;
  const checks = {
    ...{ identity: untouched, tradeName: untouched, country: untouched, authorisation: untouched },
  };
  const screening = {
    ...screeningOf(fingerprintOf(input.request)),
    checks,
    organisationOnly: false,
  };
  must(screenApplication(context, id, screening, OFFICER), 'screen');
  must(approveApplication(context, id, undefined, DIRECTOR), 'approve');
  must(await issueApplication(context, id, DIRECTOR), 'issue');
  const event = context.db.get(
    "SELECT certificate_id AS id FROM application_event WHERE application_id = ? AND state = 'issued'",
    id,
  );
  const row = certificateById(context.db, Number(event?.['id']));
  if (!row?.der) throw new Error('nothing was issued');
  const der = signer.scratch.write(`${id}.der`, row.der);
  const { text } = opensslOk(['x509', '-inform', 'DER', '-in', der, '-noout', '-text']);
  return { id, text, serialNumber: serialNumberText(row.serialNumber) };
}

const NAMES = ['www.example', '192.0.2.1', '2001:db8::1'];
const ALT_NAMES = 'DNS:www.example, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1';
const AIA = 'Authority Information Access';

const server = (leaveOut: NewApplicationInput['leaveOut'] = []): NewApplicationInput => ({
  ...{ kind: 'new', authority: CA, profile: 'tls-server-aia', ...applicant() },
  ...{ subject: 'O=Example, CN=www', subjectAltNames: NAMES, leaveOut },
});

describeWithOpenSSL('what an application chooses besides the subject', () => {
  it('CON-8: names of servers, and extensions to do without, reach the certificate', async () => {
    const plain = await issued(server());
    expect(plain.text).toContain(ALT_NAMES);
    expect(plain.text).toContain(AIA);
    const without = await issued(server(['authorityInfoAccess']));
    expect(without.text).toContain(ALT_NAMES);
    expect(without.text).not.toContain(AIA);
  });

  it('CON-8: what the profile does not leave to it is refused when it is received', async () => {
    const input = { ...server(['authorityInfoAccess']), profile: 'tls-server' };
    const refused = await createApplication(signer.context, input, OFFICER);
    expect(refusalOf(refused)).toBe('subject-refused CON-8');
    const nameless = await createApplication(
      signer.context,
      { ...server(), subjectAltNames: [] },
      OFFICER,
    );
    expect(refusalOf(nameless)).toBe('subject-refused RFC 5280 4.2.1.6');
  });

  it('CP 4.7: a re-key takes over all of it from the certificate', async () => {
    const { serialNumber } = await issued(server(['authorityInfoAccess']));
    const input = {
      kind: 'rekey',
      serialNumber,
      confirmSameSubject: true,
      ...applicant(),
    } as const;
    const { text, id } = await issued(input);
    expect(text).toContain(ALT_NAMES);
    expect(text).not.toContain(AIA);
    expect(applicationById(signer.context.db, id)?.leaveOut).toEqual(['authorityInfoAccess']);
  });

  it('CP 4.8: a change of other names keeps the subject; one of nothing is refused', async () => {
    const { serialNumber } = await issued(server());
    const subject = 'O=Example, CN=www';
    const of = { kind: 'change', serialNumber, subject, reason: 'superseded' } as const;
    const change = { ...of, ...applicant() };
    const same = await createApplication(signer.context, change, OFFICER);
    expect(refusalOf(same)).toBe('subject-refused CP 4.8');
    const { text } = await issued({ ...change, subjectAltNames: ['new.example'] });
    expect(text).toContain('DNS:new.example');
    expect(text).not.toContain('192.0.2.1');
  });
});

describe('what keeps an application from its approval', () => {
  const SUBJECT = [['C', 'JP'] as const];
  const screened = (result: 'failed' | 'not-applicable') => ({
    ...screeningOf('00'.repeat(32), { organisationOnly: false }),
    checks: {
      identity: { result, evidence: 'x' },
      tradeName: { result, evidence: 'x' },
      country: { result, evidence: 'x' },
      authorisation: { result, evidence: 'x' },
    },
  });
  const clauses = (
    result: 'failed' | 'not-applicable',
    extent: 'cp-3.2' | 'by-choice',
    organisationsOnly: boolean,
  ) =>
    obstaclesToApproval(SUBJECT, [], screened(result), { extent, organisationsOnly }).map(
      ({ clause }) => clause,
    );
  const DOCUMENTS = ['CP 3.2.2', 'CP 3.2.2', 'CP 4.1.2'];

  it('CP 4.2.2: where the policy asks for applications, everything of CP 3.2', () => {
    const checks = ['CP 3.2.2.1', 'CP 3.2.2.3', 'CP 3.2.5'];
    const all = [...DOCUMENTS, ...checks, 'CP 3.1.3, 3.2.3'];
    for (const organisationsOnly of [true, false])
      expect(clauses('not-applicable', 'cp-3.2', organisationsOnly)).toEqual(all);
  });

  it('CP 4.2.2: where it does not, what failed, and what its rules for subscribers ask for', () => {
    expect(clauses('not-applicable', 'by-choice', false)).toEqual([]);
    expect(clauses('not-applicable', 'by-choice', true)).toEqual(['CP 3.1.3, 3.2.3']);
    expect(clauses('failed', 'by-choice', false)).toEqual([
      ...['CP 3.2.2.1', 'CP 3.2.2.2', 'CP 3.2.2.3', 'CP 3.2.5'],
    ]);
  });
});
