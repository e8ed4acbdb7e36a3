import type { KeyUse } from './key-use.ts';

/** What the signer says of itself and of its log. */
export type SignerEvent =
  | {
      readonly type: 'signer-start';
      /** Of Node.js. */
      readonly version: string;
      /** Of Inkan, and SHA-256 of the files that say what it may do; absent in lines from before. */
      readonly inkan?: string;
      readonly policySha256?: readonly string[];
      readonly configSha256?: string;
    }
  | { readonly type: 'signer-stop' }
  /** First line of every file of the log but the first. */
  | {
      readonly type: 'segment-start';
      readonly number: number;
      /** Lines of all files before this one. */
      readonly before: number;
      /** What the keys had signed by then, so that nobody need count the files before. */
      readonly keyUse: readonly KeyUse[];
    }
  /** How often each key was asked since it is on record here; those that were since the last such event. */
  | { readonly type: 'key-use'; readonly counts: readonly KeyUse[] }
  /** The clock is not where it should be: `from` is where it was expected, `to` what it shows. */
  | { readonly type: 'clock-step'; readonly from: string; readonly to: string }
  /** Closed files of the log leave the signer's disk for an archive, or come back from one. */
  | {
      readonly type: 'segments-archived' | 'segments-restored';
      readonly segments: readonly SegmentName[];
      readonly actor: string;
    };

export interface SegmentName {
  readonly number: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** SHA-256 of its last line. */
  readonly hash: string;
}
