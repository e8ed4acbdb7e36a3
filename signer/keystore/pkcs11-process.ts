import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Numbered, Pkcs11Answer, Pkcs11Request } from './pkcs11-protocol.ts';

export interface Pkcs11ProcessOptions {
  readonly open: Extract<Pkcs11Request, { type: 'open' }>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Shared by all processes of one token: set when it refused the PIN, and never tried again. */
  readonly pinLatch: { refused: boolean };
  /** How long one request may take before the module counts as hung and its process is killed. */
  readonly replyTimeout: number;
}

const MILLISECONDS = 1000;
const GOODBYE_TIMEOUT = 5;

type Settle = (answer: Pkcs11Answer) => void;

/**
 * One child process. It is started (and logged in) by the first request, and by the first one after
 * it died. A PIN that was refused is not tried again, as tokens lock after a few.
 */
export class Pkcs11Process {
  readonly #options: Pkcs11ProcessOptions;
  readonly #pending = new Map<number, Settle>();
  #child: ChildProcess | undefined;
  #opened: Promise<Pkcs11Answer> | undefined;
  #closed = false;
  #nextId = 0;

  constructor(options: Pkcs11ProcessOptions) {
    this.#options = options;
  }

  /** The process id, for who watches over processes; undefined while there is none. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async open(): Promise<Pkcs11Answer> {
    if (this.#closed) return unavailable('the keystore was closed', 'open it again');
    if (this.#options.pinLatch.refused) return { type: 'failed', error: { code: 'pin-incorrect' } };
    const opening = this.#opened ?? this.#start();
    this.#opened = opening;
    const answer = await opening;
    if (answer.type !== 'failed') return answer;
    if (answer.error.code === 'pin-incorrect') this.#options.pinLatch.refused = true;
    if (this.#opened === opening) await this.#stop();
    if (answer.error.code !== 'signing-failed') return answer;
    return unavailable(answer.error.reason, 'see that the PKCS#11 module works by itself');
  }

  async ask(request: Pkcs11Request): Promise<Pkcs11Answer> {
    const opened = await this.open();
    return opened.type === 'failed' ? opened : this.#send(request);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#stop();
  }

  #start(): Promise<Pkcs11Answer> {
    const child = fork(fileURLToPath(new URL('./pkcs11-child.ts', import.meta.url)), [], {
      env: { ...this.#options.environment },
      execArgv: [],
      serialization: 'advanced',
      // A module may print what it was given; nothing of it may reach a log.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message: Numbered<Pkcs11Answer>) => this.#settle(message));
    child.on('error', () => this.#abandon(child, 'the PKCS#11 process could not be started'));
    child.on('exit', (code, signal) => {
      this.#abandon(child, `the PKCS#11 process ended (${signal ?? code})`);
    });
    this.#child = child;
    return this.#send(this.#options.open);
  }

  #send(request: Pkcs11Request): Promise<Pkcs11Answer> {
    const child = this.#child;
    const id = this.#nextId++;
    return new Promise((resolve) => {
      if (child === undefined) return resolve(gone('the PKCS#11 process ended'));
      const timer = setTimeout(
        () => child.kill('SIGKILL'),
        this.#options.replyTimeout * MILLISECONDS,
      );
      this.#pending.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.#hold(child);
      const message: Numbered<Pkcs11Request> = { id, body: request };
      child.send(message, (error) => {
        if (error !== null) this.#settle({ id, body: gone(error.message) });
      });
    });
  }

  #settle({ id, body }: Numbered<Pkcs11Answer>): void {
    this.#pending.get(id)?.(body);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#release(this.#child);
  }

  /** Fails what was asked of a child that is no more; the next request starts another. */
  #abandon(child: ChildProcess, reason: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#opened = undefined;
    for (const id of [...this.#pending.keys()]) this.#settle({ id, body: gone(reason) });
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    this.#hold(child);
    // It leaves when the channel closes, unless the module hangs.
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), GOODBYE_TIMEOUT * MILLISECONDS);
    await exited;
    clearTimeout(timer);
  }

  /** An idle child does not keep this process alive; one that owes an answer does. */
  #hold(child: ChildProcess): void {
    child.ref();
    child.channel?.ref();
  }

  #release(child: ChildProcess | undefined): void {
    child?.unref();
    child?.channel?.unref();
  }
}

function gone(reason: string): Pkcs11Answer {
  return { type: 'failed', error: { code: 'signing-failed', reason } };
}

function unavailable(reason: string, remedy: string): Pkcs11Answer {
  return { type: 'failed', error: { code: 'keystore-unavailable', reason, remedy } };
}
