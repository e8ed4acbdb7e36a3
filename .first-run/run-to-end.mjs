import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ASSUME_UNHEARD_MS = 1000;

/**
 * Runs a program until it ends by itself: a signal that would end us is passed on and waited for, so
 * that nothing is left running. `onStart` gets its process id. `status` is its exit code, or 128 + n after signal n; `stopped` tells
 * that we were asked to stop meanwhile; `output` is what it wrote, unless stdio is inherited.
 */
export function runToEnd(command, args, { onStart, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options);
    if (child.pid !== undefined) onStart?.(child.pid);
    const output = [];
    let stopped = false;
    const pass = (signal) => {
      stopped = true;
      if (signal === 'SIGINT' && terminalAlreadySentIt()) {
        // Not certain: someone may have signalled only us. A child that still runs is told again.
        setTimeout(() => child.kill(signal), ASSUME_UNHEARD_MS).unref();
        return;
      }
      child.kill(signal);
    };
    for (const signal of STOP_SIGNALS) process.on(signal, pass);
    const settle = () => {
      for (const signal of STOP_SIGNALS) process.off(signal, pass);
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => output.push(text));
    }
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('close', (code, signal) => {
      settle();
      const status = code ?? 128 + constants.signals[signal];
      resolve({ status, stopped, output: output.join('') });
    });
  });
}

/** Ctrl-C reaches every process of the terminal's foreground group, so our child has it too. */
function terminalAlreadySentIt() {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return Boolean(process.stdin.isTTY);
  }
}
