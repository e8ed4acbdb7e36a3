import { APPLICATION_COMMANDS } from './application-commands.ts';
import { AUDIT_ARCHIVE, AUDIT_RESTORE } from './audit-archive.ts';
import { AUDIT_EXPORT } from './audit-export.ts';
import { AUDIT_SHOW } from './audit-show.ts';
import { AUDIT_VERIFY } from './audit-verify.ts';
import { AUTHORITY_COMMANDS } from './authority.ts';
import { BACKUP } from './backup.ts';
import { CATCH_UP } from './catch-up.ts';
import {
  CEREMONY_CANCEL,
  CEREMONY_EXPORT,
  CEREMONY_IMPORT,
  CEREMONY_LIST,
  CEREMONY_SHOW,
} from './ceremony.ts';
import { CEREMONY_APPROVE } from './ceremony-approve.ts';
import { CEREMONY_KEY, CEREMONY_ROOT, CEREMONY_SIGN } from './ceremony-host.ts';
import { CERTIFICATE_LIST, CERTIFICATE_SHOW } from './certificate.ts';
import { CERTIFICATE_ISSUE } from './certificate-issue.ts';
import { CERTIFICATE_KEY_REMOVED } from './certificate-key-removed.ts';
import { CERTIFICATE_REVOKE } from './certificate-revoke.ts';
import type { Command } from './command.ts';
import { CRL_SHOW } from './crl.ts';
import { DOCTOR } from './doctor.ts';
import { DOCUMENT_COMMANDS } from './document.ts';
import { EDGE } from './edge.ts';
import { INIT } from './init.ts';
import { KEYS_COMBINE, KEYS_SPLIT } from './keys.ts';
import { LINT } from './lint.ts';
import { MIRROR } from './mirror.ts';
import { OPERATOR_COMMANDS } from './operator.ts';
import { POLICY_CHECK } from './policy-check.ts';
import { POLICY_SHOW } from './policy-show.ts';
import { PUBLISH, STATUS } from './publication.ts';
import { RADAR } from './radar.ts';
import { REPUBLISH } from './republish.ts';
import { REQUEST_CHECK } from './request.ts';
import { RESPONDER_COMMANDS } from './responder.ts';
import { RESTORE } from './restore.ts';
import { REVOCATION_COMMANDS } from './revocation.ts';
import { SERVE } from './serve.ts';
import { WEAK_KEYS_IMPORT } from './weak-keys.ts';
import { WEAK_KEYS_GENERATE } from './weak-keys-generate.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  INIT,
  SERVE,
  ...AUTHORITY_COMMANDS,
  ...APPLICATION_COMMANDS,
  CERTIFICATE_ISSUE,
  CERTIFICATE_SHOW,
  CERTIFICATE_LIST,
  CERTIFICATE_REVOKE,
  REQUEST_CHECK,
  WEAK_KEYS_GENERATE,
  WEAK_KEYS_IMPORT,
  ...REVOCATION_COMMANDS,
  CERTIFICATE_KEY_REMOVED,
  CRL_SHOW,
  LINT,
  ...RESPONDER_COMMANDS,
  POLICY_CHECK,
  POLICY_SHOW,
  CEREMONY_EXPORT,
  CEREMONY_APPROVE,
  CEREMONY_LIST,
  CEREMONY_SHOW,
  CEREMONY_CANCEL,
  CEREMONY_IMPORT,
  CEREMONY_ROOT,
  CEREMONY_KEY,
  CEREMONY_SIGN,
  ...DOCUMENT_COMMANDS,
  ...OPERATOR_COMMANDS,
  PUBLISH,
  REPUBLISH,
  STATUS,
  BACKUP,
  RESTORE,
  CATCH_UP,
  DOCTOR,
  KEYS_SPLIT,
  KEYS_COMBINE,
  RADAR,
  AUDIT_SHOW,
  AUDIT_EXPORT,
  AUDIT_VERIFY,
  AUDIT_ARCHIVE,
  AUDIT_RESTORE,
  MIRROR,
  EDGE,
];
