import { transitionAnswer } from './application-number.ts';
import type { Command, OptionSpec } from './command.ts';
import { CONNECTION_OPTIONS } from './profile.ts';

const REASON: OptionSpec = {
  name: 'reason',
  value: 'TEXT',
  description: 'Why, in one sentence',
  required: true,
};

const PERHAPS_REFERENCE: OptionSpec = {
  name: 'reference',
  value: 'TEXT',
  description: 'Where the paper is kept',
};

const REFERENCE: OptionSpec = { ...PERHAPS_REFERENCE, required: true };

/** Decisions and what subscribers answer: a number, and why or where the proof is. */
export const APPLICATION_DECISIONS: readonly Command[] = [
  {
    name: 'application approve',
    summary: 'Decide that an application is issued (CP 4.2.2)',
    operands: ['NUMBER'],
    options: [PERHAPS_REFERENCE, ...CONNECTION_OPTIONS],
    notes: ['Refused while a check or a document of CP 3.2 is missing; the answer names them.'],
    examples: [
      'inkan application approve 7',
      'inkan application approve 7 --reference "minutes 12"',
    ],
    run: (args, world) => {
      const reference = args.option('reference');
      const body = reference === undefined ? {} : { reference };
      return transitionAnswer(args, world, 'approval', body);
    },
  },
  {
    name: 'application reject',
    summary: 'Decide that an application is not issued (CP 4.2.2)',
    operands: ['NUMBER'],
    options: [REASON, ...CONNECTION_OPTIONS],
    notes: ['The applicant is told the result (CP 4.2.2).'],
    examples: ['inkan application reject 7 --reason "the organisation is not registered"'],
    run: (args, world) =>
      transitionAnswer(args, world, 'rejection', { reason: args.required('reason') }),
  },
  {
    name: 'application withdraw',
    summary: 'Record that the applicant withdrew, before it is issued',
    operands: ['NUMBER'],
    options: [REASON, ...CONNECTION_OPTIONS],
    notes: ['Once issued a certificate ends by revocation only.'],
    examples: ['inkan application withdraw 7 --reason "letter of 2026-11-23"'],
    run: (args, world) =>
      transitionAnswer(args, world, 'withdrawal', { reason: args.required('reason') }),
  },
  {
    name: 'application accept',
    summary: 'Record that the receipt of the subscriber came (CP 4.4.1)',
    operands: ['NUMBER'],
    options: [REFERENCE, ...CONNECTION_OPTIONS],
    notes: [
      'Without it a certificate counts as accepted when 14 days have passed and nobody complained.',
    ],
    examples: ['inkan application accept 7 --reference "receipt 2026-31"'],
    run: (args, world) =>
      transitionAnswer(args, world, 'acceptance', { reference: args.required('reference') }),
  },
  {
    name: 'application complain',
    summary: 'Record that the subscriber complains of the certificate (CP 4.4.1)',
    operands: ['NUMBER'],
    options: [REASON, REFERENCE, ...CONNECTION_OPTIONS],
    notes: [
      'Within 14 days of the day of sending. If the certificate is wrong, `inkan application change` replaces it; if it is not, `inkan application accept` ends the matter.',
    ],
    examples: ['inkan application complain 7 --reason "the CN is misspelt" --reference "mail 4"'],
    run: (args, world) => {
      const body = { reason: args.required('reason'), reference: args.required('reference') };
      return transitionAnswer(args, world, 'complaint', body);
    },
  },
];
