import { pino } from 'pino';
import { type Clock, isoText } from '../shared/time.ts';
import { type Log, levelOf } from './log-level.ts';

/**
 * One line of JSON for each event, with level and time first. Whatever field has the name of a secret
 * is left out, though none is ever handed over.
 */
export function openSignerLog(clock: Clock, write: (line: string) => void): Log {
  const logger = pino(
    {
      base: null,
      timestamp: () => `,"time":"${isoText(clock())}"`,
      formatters: { level: (level) => ({ level }) },
      redact: {
        paths: ['pin', 'passphrase', 'password', 'token', 'key', 'privateKey'],
        remove: true,
      },
    },
    { write },
  );
  return (event) => logger[levelOf(event)](event);
}
