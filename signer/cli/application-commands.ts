import { APPLICATION_LIST, APPLICATION_SHOW } from './application.ts';
import { APPLICATION_DECISIONS } from './application-decide.ts';
import { APPLICATION_DELIVER, APPLICATION_ISSUE } from './application-issue.ts';
import { APPLICATION_CHANGE, APPLICATION_NEW, APPLICATION_REKEY } from './application-new.ts';
import { APPLICATION_SCREEN } from './application-screen.ts';
import type { Command } from './command.ts';

/** CP 4.1 to 4.8. */
export const APPLICATION_COMMANDS: readonly Command[] = [
  APPLICATION_NEW,
  APPLICATION_SHOW,
  APPLICATION_LIST,
  APPLICATION_SCREEN,
  ...APPLICATION_DECISIONS,
  APPLICATION_ISSUE,
  APPLICATION_DELIVER,
  APPLICATION_REKEY,
  APPLICATION_CHANGE,
];
