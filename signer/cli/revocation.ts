import type { Command } from './command.ts';
import { REVOCATION_NEW } from './revocation-new.ts';
import { REVOCATION_LIST, REVOCATION_REASONS, REVOCATION_SHOW } from './revocation-read.ts';
import {
  REVOCATION_APPROVE,
  REVOCATION_CANCEL,
  REVOCATION_EXECUTE,
  REVOCATION_INVESTIGATE,
  REVOCATION_NOTE,
} from './revocation-steps.ts';

/** The register of revocations, in the order in which a request goes through it. */
export const REVOCATION_COMMANDS: readonly Command[] = [
  REVOCATION_NEW,
  REVOCATION_SHOW,
  REVOCATION_LIST,
  REVOCATION_INVESTIGATE,
  REVOCATION_APPROVE,
  REVOCATION_EXECUTE,
  REVOCATION_CANCEL,
  REVOCATION_NOTE,
  REVOCATION_REASONS,
];
