import { createHash } from 'node:crypto';
import { isoText } from '../../shared/time.ts';
import type { CRLRow } from '../database/crl-table.ts';
import type { SignerContext } from '../signer-context.ts';

/** A CRL as it is about to be signed. */
export interface UnsignedCRL
  extends Pick<CRLRow, 'crlNumber' | 'thisUpdate' | 'nextUpdate' | 'entries'> {
  readonly tbs: Uint8Array;
}

/** CP 5.4: its number is on disk before its signature is asked for (CRL-9). */
export function auditCRL({ audit }: SignerContext, authority: string, crl: UnsignedCRL): void {
  audit.append({
    ...{ type: 'crl', authority, cRLNumber: crl.crlNumber, entries: crl.entries },
    ...{ thisUpdate: isoText(crl.thisUpdate), nextUpdate: isoText(crl.nextUpdate) },
    tbsSha256: createHash('sha256').update(crl.tbs).digest('hex'),
  });
}
