/** What a script learns from `inkan`; the meanings stand in `inkan help exit-codes`. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  due: 5,
  notStarted: 6,
  lintWarnings: 7,
  lintErrors: 8,
  unreadable: 9,
  alert: 10,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done, and published if there was something to publish'],
  [
    EXIT.refused,
    'refused by the signer: a rule forbids it, or the key did not sign; `audit verify`: a bad line',
  ],
  [
    EXIT.usage,
    'wrong usage, or you did not confirm: an option, an argument, a file; nothing was asked',
  ],
  [EXIT.notFound, 'not found: no such authority, application, certificate, CRL or request'],
  [EXIT.unreachable, 'no answer: the signer is not reachable, or one of you refused the other'],
  [EXIT.due, 'recorded but not yet published; the signer keeps trying'],
  [EXIT.notStarted, '`init` or `serve` could not start: state, configuration, keystore or port'],
  [EXIT.lintWarnings, '`lint` found warnings and no errors'],
  [EXIT.lintErrors, '`lint` found errors'],
  [
    EXIT.unreadable,
    '`lint` was given no certificate, CRL or OCSP response, `audit verify` no exported log',
  ],
  [
    EXIT.alert,
    '`radar` found more queries in an hour than the configuration allows, or `doctor` an error',
  ],
  [EXIT.bug, 'a bug in inkan'],
  [EXIT.interrupted, 'ended by Ctrl-C; what was asked of the signer may have been done'],
];
