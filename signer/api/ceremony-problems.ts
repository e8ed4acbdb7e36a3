import type { CeremonyError } from '../ceremony/ceremony-error.ts';

type Row = readonly [status: number, title: string, detail: string];

type Rows = {
  readonly [Code in CeremonyError['code']]: (
    error: Extract<CeremonyError, { readonly code: Code }>,
  ) => Row;
};

function neededText(
  authority: string,
  application: number | null,
  ceremony: string | null,
): string {
  if (application === null)
    return `Use \`inkan application new\`, and when it is approved \`inkan ceremony export ${authority} --application NUMBER\`: ${authority} signs in ceremonies only.`;
  if (ceremony !== null)
    return `Import what the offline host signs for ceremony ${ceremony}, which has application ${application}.`;
  return `Use \`inkan ceremony export ${authority} --application ${application}\`: ${authority} signs in ceremonies only.`;
}

/** Rows of problems.ts for what a ceremony is refused for. */
export const CEREMONY_PROBLEMS: Rows = {
  'ceremony-unknown': ({ ceremony }) => [
    404,
    'No such ceremony',
    `Look ${ceremony} up with \`inkan ceremony list\`: this signer never asked for it.`,
  ],
  'ceremony-malformed': ({ reason }) => [
    422,
    'Not the answer of a ceremony',
    `Give the file that the offline host wrote, unchanged: ${reason}.`,
  ],
  'ceremony-changed': ({ ceremony }) => [
    409,
    'Another request was signed',
    `Hold the ceremony again with the bundle of ${ceremony} as it was exported: what was signed is not what this signer asked for.`,
  ],
  'ceremony-other-authority': ({ authority, expected }) => [
    409,
    'The ceremony is of another authority',
    `Import it where ${authority} lives: this ceremony was asked of ${expected}.`,
  ],
  'ceremony-expired': ({ ceremony, expiresAt }) => [
    409,
    'The ceremony is out of date',
    `Export again: ${ceremony} ended at ${expiresAt}, and its serial numbers are given up.`,
  ],
  'ceremony-cancelled': ({ ceremony, supersededBy }) => [
    409,
    'The ceremony was cancelled',
    supersededBy === null
      ? `Export again: ${ceremony} was cancelled.`
      : `Use the answer of ${supersededBy}, which took the place of ${ceremony}.`,
  ],
  'ceremony-used': ({ ceremony }) => [
    409,
    'The ceremony was answered already',
    `Leave it: another answer of ${ceremony} is on record, and each request is used once.`,
  ],
  'ceremony-signature-wrong': ({ item }) => [
    422,
    'A signature of the ceremony is wrong',
    `Hold the ceremony again: the signature of item ${item} is not of the recorded key over the requested bytes.`,
  ],
  'ceremony-dates-wrong': ({ reason }) => [
    422,
    'The ceremony has an impossible time',
    `Set the clocks right and hold it again: ${reason}.`,
  ],
  'ceremony-log-broken': () => [
    422,
    'The log of the ceremony is broken',
    'Fetch the file from the offline host again: its log lines are not one unbroken chain about this ceremony.',
  ],
  'ceremony-policy-differs': ({ authority }) => [
    409,
    'The policies differ',
    `Bring both hosts the same policy file: they say different things about ${authority}.`,
  ],
  'ceremony-fingerprint-differs': ({ stated }) => [
    409,
    'No fingerprint vouches for this file',
    // Never the file's own: whoever copied it from here would have compared nothing.
    stated === null
      ? 'Give with --sha256 what the offline host printed: read it from the paper that the witnesses signed.'
      : `Stop: the file is not the one with ${stated}. Find out who changed it, or read the paper again.`,
  ],
  'ceremony-unsettled': ({ authority, ceremony }) => [
    409,
    'An earlier ceremony is not out yet',
    `Let the signer bring out ${ceremony} of ${authority} first (\`inkan publish\` and \`inkan status\` say what holds it up), then export. If its responder's key is lost, revoke the responder: then the CRL goes out alone.`,
  ],
  'ceremony-not-issuer': ({ authority, subordinate, issuer }) => [
    422,
    'This authority does not issue that one',
    `Export from ${issuer}, which issues ${subordinate}; ${authority} does not.`,
  ],
  'ceremony-key-missing': ({ authority }) => [
    422,
    'The key of the sub-CA is missing',
    `Make it on the offline host with \`inkan ceremony key ${authority}\` and give the file with --subordinate-key.`,
  ],
  'custody-online': ({ authority }) => [
    409,
    'The key of this authority is online',
    `Use \`inkan ca create\` and the other commands: ${authority} needs no ceremony.`,
  ],
  'ceremony-needed': ({ authority, application, ceremony }) => [
    409,
    'The key of this authority is offline',
    neededText(authority, application, ceremony),
  ],
  'ceremony-too-many': ({ items, most }) => [
    422,
    'Too much for one ceremony',
    `Export fewer applications and the others in the next ceremony: this one would sign ${items} items, and a bundle has at most ${most}.`,
  ],
  'application-other-authority': ({ application, authority, expected }) => [
    409,
    'The application is for another authority',
    `Export application ${application} with \`inkan ceremony export ${authority}\`: it is not for ${expected}.`,
  ],
  'application-in-ceremony': ({ application, ceremony }) => [
    409,
    'A ceremony that is open has this application',
    `Import what was signed, or take the ceremony back with \`inkan ceremony cancel ${ceremony}\` first: the certificate of application ${application} may be signed by now.`,
  ],
  'ceremony-application-refused': ({ ceremony, application, check, reason }) => [
    409,
    'An application of the ceremony can no longer be issued',
    `Take it back with \`inkan ceremony cancel ${ceremony}\` and export again without application ${application}: ${reason} (${check}).`,
  ],
  'ceremony-due': ({ authority, due, reason }) => [
    409,
    'A ceremony is due',
    `Hold a ceremony of ${authority} before ${due}: ${reason}.`,
  ],
};
