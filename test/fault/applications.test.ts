import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Applicant,
  act,
  approve,
  command,
  DELIVERY,
  makeApplicant,
  newArguments,
  screenArguments,
  withApplications,
} from '../support/applications.ts';
import { describeWithOpenSSL } from '../support/openssl.ts';
import type { RunningCA } from '../support/running-ca.ts';
import {
  createHierarchy,
  expectEdgeAgrees,
  killedAt,
  makeFaultCA,
  recover,
  untilPublished,
} from './fault-ca.ts';
import { readState, withDatabase } from './signer-state.ts';

let ca: RunningCA;

/** States of an application's events, read where the signer cannot lie. */
function eventsOf(application: number): readonly string[] {
  return withDatabase(ca, (db) =>
    db
      .prepare('SELECT state FROM application_event WHERE application_id = ? ORDER BY id')
      .all(application)
      .map((row) => String(row['state'])),
  );
}

function tsaCertificates() {
  return readState(ca).certificates.filter(({ profile }) => profile === 'tsa');
}

const AT_A_TRANSITION = ['application: audited', 'application: recorded'] as const;

/** Places of an issuance, and the state in which a kill leaves the application. */
const WHILE_ISSUING = [
  ['certify: reserved', 'approved'],
  ['certify: signed', 'approved'],
  ['issue: recorded', 'issued'],
  ['settle: stored', 'issued'],
  ['epoch: promised', 'issued'],
  ['publish: head written', 'issued'],
] as const;

/** Applications that were brought so far before any signer is killed. */
const received = new Map<string, { readonly application: number; readonly applicant: Applicant }>();
const approved = new Map<string, number>();
let change = 0;
let changed = '';

beforeAll(async () => {
  ca = await makeFaultCA({ changePolicy: withApplications });
  const signer = await ca.startSigner();
  await createHierarchy(ca);
  for (const place of AT_A_TRANSITION) {
    const applicant = makeApplicant(ca, `screen ${place.replace(':', '')}`);
    const { application } = await command(ca, ...newArguments(applicant));
    received.set(place, { application, applicant });
  }
  for (const [place] of WHILE_ISSUING) {
    const applicant = makeApplicant(ca, `issue ${place.replace(':', '')}`);
    approved.set(place, await approve(ca, applicant));
  }
  const first = await approve(ca, makeApplicant(ca, 'to be changed'));
  changed = (await act(ca, 'issue', first)).certificate?.serialNumber ?? '';
  const applicant = makeApplicant(ca, 'changed');
  const what = ['application', 'change', changed, '--reason', 'superseded'];
  const subject = ['--subject', 'C=JP, O=Inkan test, CN=changed'];
  change = await approve(ca, applicant, [...what, ...subject, ...applicant.arguments]);
  await untilPublished(ca);
  await signer.end();
});
afterAll(() => ca.close());

describeWithOpenSSL('kill -9 while an application is brought on', () => {
  it.each(AT_A_TRANSITION)(
    'CP 4.1: killed at "%s" the same command again makes one application',
    async (place) => {
      const applicant = makeApplicant(ca, `new ${place.replace(':', '')}`);
      await killedAt(ca, place, ...newArguments(applicant));
      await recover(ca, async () => {
        const view = await command(ca, ...newArguments(applicant));
        const again = await command(ca, ...newArguments(applicant));
        expect(again.application).toBe(view.application);
        expect(view.events.map(({ state }) => state)).toEqual(['received']);
      });
    },
  );

  it.each(AT_A_TRANSITION)(
    'CP 4.2: killed at "%s" a screening that is repeated is one event',
    async (place) => {
      const { application = 0, applicant } = received.get(place) ?? {};
      const screen = screenArguments(application, applicant?.fingerprint ?? '');
      await killedAt(ca, place, ...screen);
      await recover(ca, async () => void (await command(ca, ...screen)));
      expect(eventsOf(application)).toEqual(['received', 'screened']);
    },
  );
});

describeWithOpenSSL('kill -9 while an application is issued', () => {
  it.each(WHILE_ISSUING)(
    'OPS-4: killed at "%s" the application is %s, and the command again gives one published certificate',
    async (place, state) => {
      const application = approved.get(place) ?? 0;
      const before = tsaCertificates().length;
      await killedAt(ca, place, 'application', 'issue', String(application));
      expect(eventsOf(application).at(-1)).toBe(state);
      const after = await recover(ca, async () => {
        const view = await act(ca, 'issue', application);
        expect(view.certificate?.publication.state).toBe('published');
        const delivered = await act(ca, 'deliver', application, ...DELIVERY);
        expect(delivered.state).toBe('delivered');
      });
      expect(eventsOf(application)).toEqual([
        ...['received', 'screened', 'approved', 'issued', 'delivered'],
      ]);
      const rows = after.certificates.filter(({ profile }) => profile === 'tsa').slice(before);
      expect(rows.filter((row) => row.state === 'issued')).toHaveLength(1);
      await expectEdgeAgrees(ca, after, rows);
    },
  );

  it('CP 4.8: killed between revocation and issuance a change is finished by the command again', async () => {
    await killedAt(ca, 'revoke: recorded', 'application', 'issue', String(change));
    expect(eventsOf(change).at(-1)).toBe('approved');
    const state = await recover(ca, async () => void (await act(ca, 'issue', change)));
    const old = state.certificates.find(({ serial }) => serial.endsWith(changed));
    const last = state.certificates.filter(({ profile }) => profile === 'tsa').at(-1);
    expect([old?.reason, last?.reason]).toEqual([4, null]);
    // Once in the register of revocations, by whichever of the two commands.
    const requests = withDatabase(ca, (db) =>
      db.prepare('SELECT ground FROM revocation_request').all(),
    );
    expect(requests).toEqual([{ ground: 'information-changed' }]);
    await expectEdgeAgrees(
      ca,
      state,
      [old, last].flatMap((row) => row ?? []),
    );
  });
});
