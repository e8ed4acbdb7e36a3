import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick. */
const TICKS_A_SECOND = 100;

/** Fields of /proc/<pid>/stat after the name, which may contain anything. */
function stat(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const close = text.lastIndexOf(')');
    return [text.slice(text.indexOf('(') + 1, close), ...text.slice(close + 2).split(' ')];
  } catch {
    return undefined;
  }
}

/** The child of this process that runs this program; undefined where there is no /proc. */
export function childProcess(parent: number, program: string): number | undefined {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0)
      .find((pid) => {
        const fields = stat(pid);
        return fields?.[0] === program && Number(fields[2]) === parent;
      });
  } catch {
    return undefined;
  }
}

/** Seconds of processor time, user and system, of all its threads. */
export function processorSeconds(pid: number): number {
  const fields = stat(pid);
  return (Number(fields?.[12]) + Number(fields?.[13])) / TICKS_A_SECOND;
}
