import { ok, type Result } from '../../../shared/result.ts';
import type { LogEvent } from '../chain.ts';
import { type AuditFault, fault, type Notices } from './fault.ts';

/** A certificate that somebody holds, or that the signer's database has. */
export interface HeldCertificate {
  /** Name of its issuer in the policy; undefined where only the certificate is at hand. */
  readonly authority?: string;
  /** As the log writes it. */
  readonly serialNumber: string;
  /** SHA-256 of its TBSCertificate. */
  readonly tbsSha256: string;
  /** File, or where else it is from; for the reason. */
  readonly from: string;
}

interface Certified {
  readonly authority: string;
  readonly line: number;
  /** null in lines from before. */
  readonly tbsSha256: string | null;
}

/**
 * What a log says of certificates. Memory grows with these alone: some hundred octets each, whatever else
 * the log holds.
 */
export class CertificatesTold {
  readonly #certified = new Map<string, readonly Certified[]>();
  readonly #signed = new Set<string>();
  readonly #offline = new Set<string>();
  readonly #notices: Notices;
  /** The log is here from its first line on: what is not in it was not done. */
  readonly #whole: boolean;

  constructor(notices: Notices, whole: boolean) {
    this.#notices = notices;
    this.#whole = whole;
  }

  /** undefined when nothing is wrong with this line. */
  see(event: LogEvent, line: number): ReturnType<typeof fault> | undefined {
    switch (event['type']) {
      case 'signing':
        if (event['artifact'] === 'certificate') this.#signed.add(`${event['tbsSha256']}`);
        return undefined;
      case 'ceremony-answer':
        this.#offline.add(`${event['authority']}`);
        return undefined;
      case 'issuance':
      case 'responder-made':
      case 'authority-certified':
        return this.#seeCertified(event, line);
      case 'revocation':
        return this.#seeRevoked(event, [event['serialNumber']], line);
      case 'revocations-below':
        return this.#seeRevoked(event, event['serialNumbers'], line);
      default:
        return undefined;
    }
  }

  /** Whether the log says that this very certificate was made. */
  check({ authority, serialNumber, tbsSha256, from }: HeldCertificate): Result<true, AuditFault> {
    const same = this.#of(serialNumber).filter(
      (one) => authority === undefined || one.authority === authority,
    );
    const [first] = same;
    if (!first) {
      if (this.#signed.has(tbsSha256)) return ok(true);
      if (!this.#whole) return ok(true);
      const reason = `${from}: serial number ${serialNumber} was never issued by this log`;
      return fault(1, 'certificate-not-in-log', reason);
    }
    const isTold = same.some((one) => one.tbsSha256 === tbsSha256) || this.#signed.has(tbsSha256);
    const isUntold = same.every(
      (one) => one.tbsSha256 === null && this.#offline.has(one.authority),
    );
    if (isTold || isUntold || !this.#whole) return ok(true);
    const reason = `${from}: the certificate with serial number ${serialNumber} is not the one that was signed`;
    return fault(first.line, 'certificate-differs', reason);
  }

  get count(): number {
    return this.#certified.size;
  }

  #of(serialNumber: string): readonly Certified[] {
    return this.#certified.get(serialNumber) ?? [];
  }

  #seeCertified(event: LogEvent, line: number): ReturnType<typeof fault> | undefined {
    const [serialNumber, authority] = [`${event['serialNumber']}`, `${event['authority']}`];
    const tbs = event['tbsSha256'];
    const tbsSha256 = typeof tbs === 'string' ? tbs : null;
    const known = this.#of(serialNumber);
    const before = known.find((one) => one.authority === authority);
    // The same again: the signer was stopped between this line and its record.
    if (
      before &&
      tbsSha256 !== null &&
      before.tbsSha256 !== null &&
      before.tbsSha256 !== tbsSha256
    ) {
      const reason = `${authority} issues the serial number ${serialNumber} again, for another certificate than in line ${before.line} (RFC 5280 4.1.2.2)`;
      return fault(line, 'serial-number-twice', reason);
    }
    const made = tbsSha256 === null || this.#signed.has(tbsSha256) || this.#offline.has(authority);
    if (this.#whole && !made) {
      const reason = `no key of ${authority} was asked for the certificate ${serialNumber}`;
      return fault(line, 'never-signed', reason);
    }
    if (!before) this.#certified.set(serialNumber, [...known, { authority, line, tbsSha256 }]);
    return undefined;
  }

  #seeRevoked({ authority }: LogEvent, serialNumbers: unknown, line: number): undefined {
    if (!this.#whole || !Array.isArray(serialNumbers)) return undefined;
    for (const serialNumber of serialNumbers) {
      // Logs of before do not tell of certificates of CAs.
      if (this.#of(`${serialNumber}`).length === 0)
        this.#notices.add(line, `${authority} revokes ${serialNumber}, which no line issued`);
    }
    return undefined;
  }
}
