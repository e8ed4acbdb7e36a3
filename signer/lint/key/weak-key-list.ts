import { subjectKeyText } from '../../issuance/subject-public-key.ts';
import { historyCheck, type KeyCheck } from './candidate.ts';

/** CVE-2008-0166 and whatever else was imported with `inkan weak-keys import`. */
export const weakKeyListCheck: KeyCheck = {
  ...historyCheck(
    'on no list of weak keys',
    'CSR-7',
    'CSBR 6.1.1.3 item 3; TLSBR 6.1.1.3 item 5 (CVE-2008-0166)',
    ({ weakKeyList }) =>
      weakKeyList === null ? null : `the private key is public: it is on the list ${weakKeyList}`,
  ),
  gap: ({ key, history }) =>
    history?.debianWeakKeys === 0
      ? `no list of Debian's weak keys for ${subjectKeyText(key)} is imported (inkan weak-keys import)`
      : null,
};
