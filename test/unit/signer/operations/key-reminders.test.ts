import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../../../shared/result.ts';
import { serialNumberText } from '../../../../shared/serial-number.ts';
import { addMonths, isoText, type UnixSeconds, unixSeconds } from '../../../../shared/time.ts';
import { certificateById } from '../../../../signer/database/certificate-table.ts';
import { issueCertificate } from '../../../../signer/issuance/issue-certificate.ts';
import { keyReminders } from '../../../../signer/operations/key-reminders.ts';
import { recordKeyRemoval } from '../../../../signer/operations/key-removal.ts';
import { NEW_KEY, requestByOpenSSL } from '../issuance/requests.ts';
import { refusalOf, type SignerUnderTest, startHierarchy } from '../issuance/signer-under-test.ts';
import { NOW } from '../lint/certificate-under-test.ts';

const DAY = 86_400;

let signer: SignerUnderTest;
let serialNumber: string;

beforeAll(async () => {
  signer = await startHierarchy();
  const key = signer.scratch.file('key');
  const request = requestByOpenSSL(signer.scratch, 'r', [
    ...NEW_KEY['P-256'],
    '-nodes',
    '-keyout',
    key,
  ]);
  const input = { authority: 'time-stamping-ca', profile: 'tsa', request };
  const { certificateId } = must(await issueCertificate(signer.context, input, 'test'), 'issue');
  const row = certificateById(signer.context.db, certificateId);
  if (!row) throw new Error('no certificate');
  serialNumber = serialNumberText(row.serialNumber);
}, 60_000);
afterAll(() => signer.close());

const at = (time: number) =>
  keyReminders(signer.context.db, signer.context.policy, unixSeconds(time));
const USE_ENDS: UnixSeconds = addMonths(NOW, 15);
const REMOVED_BY: UnixSeconds = addMonths(NOW, 18);

describe('reminders of private keys', () => {
  it('CRT-3: from 60 days before 15 months on, the end of use is told', () => {
    expect(at(USE_ENDS - 60 * DAY - 1)).toEqual([]);
    const [reminder] = at(USE_ENDS - 60 * DAY);
    expect(reminder).toEqual({
      kind: 'private-key-use-ends',
      authority: 'time-stamping-ca',
      serialNumber,
      subject: 'C=JP, O=Example, CN=TSA 01',
      due: '2028-02-23T04:00:00Z',
      overdue: false,
    });
    expect(at(USE_ENDS - 1)).toHaveLength(1);
  });

  it('CRT-3: from 15 months on its removal within 18 is told, then that it is overdue', () => {
    expect(at(USE_ENDS)).toMatchObject([
      { kind: 'private-key-removal', due: isoText(REMOVED_BY), overdue: false },
    ]);
    expect(at(REMOVED_BY - 1)).toMatchObject([{ overdue: false }]);
    expect(at(REMOVED_BY)).toMatchObject([{ kind: 'private-key-removal', overdue: true }]);
  });

  it('CRT-3: CAs and responders, which have no such period, are not told of', () => {
    expect(at(REMOVED_BY).map((reminder) => reminder.serialNumber)).toEqual([serialNumber]);
  });

  it('CSBR 6.3.2: a removal that is recorded ends it, and is recorded once', () => {
    signer.setClock(USE_ENDS);
    const input = { serialNumber, record: 'HSM log, page 4' };
    expect(
      refusalOf(recordKeyRemoval(signer.context, { ...input, serialNumber: '01' }, 'test')),
    ).toBe('certificate-unknown');
    expect(at(REMOVED_BY)).toHaveLength(1);
    expect(recordKeyRemoval(signer.context, input, 'test')).toMatchObject({
      value: { keyRemovedAt: USE_ENDS },
    });
    expect(at(REMOVED_BY)).toEqual([]);
    expect(refusalOf(recordKeyRemoval(signer.context, input, 'test'))).toBe('key-removal-recorded');
  });
});
