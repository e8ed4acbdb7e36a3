import type { CertIDHash } from '../shared/ocsp/cert-id.ts';

/** What became of a request, in one word. */
export type Outcome =
  | 'ocsp-good'
  | 'ocsp-revoked'
  | 'ocsp-not-modified'
  | 'ocsp-malformed-request'
  | 'ocsp-not-answerable'
  | 'ocsp-unknown-issuer'
  | 'ocsp-unassigned-serial'
  | 'ocsp-not-yet-valid'
  | 'ocsp-expired'
  | 'ocsp-unavailable'
  | 'ocsp-inconsistent'
  | 'file-served'
  | 'file-not-modified'
  | 'file-range-unsatisfiable'
  | 'file-unknown'
  | 'file-outside-window'
  | 'file-unavailable'
  | 'file-inconsistent'
  | 'page-served'
  | 'page-not-modified'
  | 'page-unknown'
  | 'page-unavailable'
  | 'method-not-allowed';

/** Why something that a store handed out was not used. */
export type Refusal =
  | 'head-missing'
  | 'head-unavailable'
  | 'head-format'
  | 'head-signature'
  | 'head-rollback'
  | 'head-conflict'
  | 'head-from-the-future'
  | 'root-unavailable'
  | 'root-format'
  | 'blob-missing'
  | 'blob-unavailable'
  | 'blob-hash'
  | 'blob-format'
  | 'blob-misplaced'
  | 'live-answer'
  | 'live-answer-time';

/**
 * What became of a live answer. `answered-ahead`: given, though the signer's clock is ahead of ours;
 * `limited`: too many asked for, here or of the signer; `open`: the signer failed lately; `unknown`: it
 * has none; `unverified`: of a responder that is not here; `untimely`: the clocks differ too much;
 * `lied`: not what its responder signed for this request.
 */
export type LiveOutcome =
  | 'answered'
  | 'answered-ahead'
  | 'unknown'
  | 'limited'
  | 'open'
  | 'unreachable'
  | 'unverified'
  | 'untimely'
  | 'lied';

/** What became of a read. `lied`: other octets than the hash says, a head of no right signature. */
export type ReadOutcome = 'answered' | 'absent' | 'stale' | 'unreachable' | 'lied';

/** What goes on although something is wrong. */
export type Concern = 'head-expired' | 'radar-unavailable' | 'webhook-unavailable';

/**
 * Counters of this isolate. No client addresses and no serial numbers: what is counted is bounded
 * by the words above and the number of issuers, whatever clients send.
 */
export interface Monitoring {
  outcome(outcome: Outcome): void;
  refused(refusal: Refusal, detail: string): void;
  concern(concern: Concern): void;
  /** A read of a store, under the name it has in the configuration. */
  store(name: string, outcome: ReadOutcome): void;
  /** Something threw that must not; the client is told nothing of it. */
  bug(detail: string): void;
  /** RFC 9919 3.2.1: which CertID hash clients use, so that SHA-1 can be retired on evidence. */
  asked(hash: CertIDHash): void;
  /** CP 4.9.10: queries for serial numbers that were never assigned, by issuer. */
  unassigned(issuer: string): void;
  live(outcome: LiveOutcome): void;
  /** Signed answers about certificates of an issuer: always the same tally, for the answer to keep. */
  answersOf(issuer: string): Tally;
  /** Count so far of an outcome, refusal or concern, `certid-<hash>`, `unassigned-<issuer>`,
   * `answers-<issuer>`, `live-<outcome>` or `store-<name>-<outcome>`. */
  count(name: string): number;
  /** All of them. */
  counts(): Readonly<Record<string, number>>;
}

/** Counted up by whoever holds it, without a look-up. */
export interface Tally {
  count: number;
}

/** `report` gets one line of JSON when a refusal or concern has happened 1, 2, 4, 8, ... times. */
export function createMonitoring(report: (line: string) => void): Monitoring {
  const counters = new Map<string, number>();
  const tallies = new Map<string, Tally>();

  function add(name: string): number {
    const count = (counters.get(name) ?? 0) + 1;
    counters.set(name, count);
    return count;
  }

  function addAndReport(event: string, detail: string): void {
    const count = add(event);
    if ((count & (count - 1)) === 0) report(JSON.stringify({ event, count, detail }));
  }

  return {
    outcome: (outcome) => void add(outcome),
    refused: addAndReport,
    store: (name, outcome) => void add(`store-${name}-${outcome}`),
    bug: (detail) => addAndReport('bug', detail),
    concern: (concern) => addAndReport(concern, ''),
    asked: (hash) => void add(CERT_ID_COUNTER[hash]),
    live: (outcome) => void add(`live-${outcome}`),
    unassigned: (issuer) => void add(`unassigned-${issuer}`),
    answersOf(issuer) {
      const name = `answers-${issuer}`;
      const tally = tallies.get(name) ?? { count: 0 };
      tallies.set(name, tally);
      return tally;
    },
    count: (name) => tallies.get(name)?.count ?? counters.get(name) ?? 0,
    counts: () => ({
      ...Object.fromEntries(counters),
      ...Object.fromEntries(Array.from(tallies, ([name, { count }]) => [name, count])),
    }),
  };
}

const CERT_ID_COUNTER: Readonly<Record<CertIDHash, string>> = {
  sha1: 'certid-sha1',
  sha256: 'certid-sha256',
};
