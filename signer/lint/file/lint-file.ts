import type { Finding } from '../requirement.ts';
import type { ArtifactFile, FileKind } from './artifact-file.ts';
import type { FileContext } from './file-context.ts';
import { lintCertificateFile } from './lint-certificate-file.ts';
import { lintCRLFile } from './lint-crl-file.ts';
import { lintResponseFile } from './lint-response-file.ts';

export interface FileReport {
  readonly kind: FileKind;
  /** Profile of the policy that a certificate was held against. */
  readonly profile: string | null;
  readonly findings: readonly Finding[];
}

/** Every requirement that can be checked of a finished artifact. Offline; bounded by the file. */
export function lintFile(file: ArtifactFile, context: FileContext): FileReport {
  switch (file.kind) {
    case 'certificate':
      return { kind: file.kind, ...lintCertificateFile(file.der, context) };
    case 'crl':
      return { kind: file.kind, profile: null, findings: lintCRLFile(file.der, context) };
    case 'ocsp-response':
      return { kind: file.kind, profile: null, findings: lintResponseFile(file.der, context) };
  }
}
