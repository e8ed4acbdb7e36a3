import { hexFromBytes } from '../../../shared/bytes.ts';
import type { World } from './world.ts';

/** The same world, which asks no OCSP question twice: all certificates of one CA share what is above. */
export function askingOnce(world: World): World {
  const answers = new Map<string, Promise<Uint8Array | undefined>>();
  return {
    ...world,
    askOCSP: (request) => {
      const question = hexFromBytes(request);
      const answer = answers.get(question) ?? world.askOCSP(request);
      answers.set(question, answer);
      return answer;
    },
  };
}
