import { parentPort, Worker } from 'node:worker_threads';

interface Numbered<T> {
  readonly id: number;
  readonly body: T;
}

export interface ThreadFailure {
  readonly failure: string;
}

type Answered<A> = A | ThreadFailure;

/**
 * One thread and the jobs that it has not answered. Started when first asked, and it never keeps the
 * process alive idle. After a crash its jobs fail and the next one starts a new thread.
 */
export class AnsweringThread<Job, Answer> {
  readonly #script: URL;
  #worker: Worker | undefined;
  #nextId = 0;
  readonly #pending = new Map<number, (answer: Answered<Answer>) => void>();

  /** A module that calls `answerJobs`. */
  constructor(script: URL) {
    this.#script = script;
  }

  /** What is in `transfer` is no longer the caller's. */
  ask(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Answered<Answer>> {
    const id = this.#nextId++;
    const worker = this.#worker ?? this.#start();
    this.#worker = worker;
    const message: Numbered<Job> = { id, body: job };
    worker.postMessage(message, [...transfer]);
    worker.ref();
    return new Promise((settle) => this.#pending.set(id, settle));
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    // Nothing from outside: no environment (a passphrase may be in it), no inherited options.
    const worker = new Worker(this.#script, { env: {}, execArgv: [] });
    worker.on('message', ({ id, body }: Numbered<Answered<Answer>>) => this.#settle(id, body));
    // 'exit' follows and fails the jobs; without a listener the error would end the process.
    worker.on('error', () => undefined);
    worker.on('exit', () => this.#abandon(worker));
    return worker;
  }

  #settle(id: number, answer: Answered<Answer>): void {
    this.#pending.get(id)?.(answer);
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker?.unref();
  }

  #abandon(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const id of [...this.#pending.keys()]) this.#settle(id, { failure: 'the thread ended' });
  }
}

/** The other side, for the module that runs in the thread: what `answer` throws is a failure. */
export function answerJobs<Job, Answer>(
  answer: (job: Job) => Answer,
  transferOf: (answer: Answer) => readonly ArrayBuffer[] = () => [],
): void {
  const port = parentPort;
  port?.on('message', ({ id, body: job }: Numbered<Job>) => {
    let body: Answered<Answer>;
    let transfer: readonly ArrayBuffer[] = [];
    try {
      body = answer(job);
      transfer = transferOf(body);
    } catch (error) {
      body = { failure: error instanceof Error ? error.message : 'unknown' };
    }
    port.postMessage({ id, body } satisfies Numbered<Answered<Answer>>, [...transfer]);
  });
}
