import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/**
 * A KV REST server that can misbehave, in front of a real one: the network between signer and store
 * and a store's own faults, nothing else. What is stored is stored by the real one.
 */
export type StoreBehaviour =
  | 'pass'
  /** HTTP 429 with Retry-After; nothing is stored. */
  | 'throttle'
  /** HTTP 500; nothing is stored. */
  | 'fail'
  /** Stores all but the last key and names that one in `unsuccessful_keys`. */
  | 'partial'
  /** Takes the request and never answers. */
  | 'hang'
  /** Cuts the connection; nothing is stored. */
  | 'cut'
  /** Says that everything is stored; nothing is. */
  | 'lie'
  /** Stores everything and answers HTTP 500. */
  | 'store-and-fail'
  /** Stores everything and cuts the connection instead of answering. */
  | 'store-and-cut';

export type ReadBehaviour = 'pass' | 'fail' | 'old-head' | 'no-blobs';

/** One bulk write, in the order in which requests came and answers went. */
export interface StoreWrite {
  readonly what: 'blobs' | 'head';
  readonly keys: readonly string[];
  readonly behaviour: StoreBehaviour;
  readonly asked: number;
  /** null as long as nothing was answered. */
  answered: number | null;
  acknowledged: boolean;
}

export interface KVProxy {
  /** What the signer is told to be its KV. */
  readonly url: string;
  readonly writes: readonly StoreWrite[];
  /** Reads of keys from now on; `old`: the head that was there when it was said, for as long as it is. */
  behaveOnReads(behaviour: ReadBehaviour): Promise<void>;
  /** From now on; requests that hang are cut. */
  behave(behaviour: StoreBehaviour | ((what: StoreWrite['what']) => StoreBehaviour)): void;
  /** Base URL of the real namespace. */
  forwardTo(url: string): void;
  close(): Promise<void>;
}

interface BulkPair {
  readonly key: string;
}

export async function startKVProxy(): Promise<KVProxy> {
  const proxy = new MisbehavingStore();
  await proxy.listen();
  return proxy;
}

class MisbehavingStore implements KVProxy {
  readonly writes: StoreWrite[] = [];
  readonly #server: Server;
  #target = '';
  #behaviour: (what: StoreWrite['what']) => StoreBehaviour = () => 'pass';
  #readBehaviour: ReadBehaviour = 'pass';
  #oldHead: Buffer | undefined;
  #hanging: ServerResponse[] = [];
  #clock = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}/kv`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  behave(behaviour: StoreBehaviour | ((what: StoreWrite['what']) => StoreBehaviour)): void {
    this.#behaviour = typeof behaviour === 'function' ? behaviour : () => behaviour;
    for (const response of this.#hanging) response.destroy();
    this.#hanging = [];
  }

  async behaveOnReads(behaviour: ReadBehaviour): Promise<void> {
    if (behaviour === 'old-head') {
      const head = await fetch(`${this.#target}/values/head`);
      this.#oldHead = Buffer.from(await head.arrayBuffer());
    }
    this.#readBehaviour = behaviour;
  }

  async #read(path: string, response: ServerResponse): Promise<void> {
    const isHead = path === '/kv/values/head';
    if (this.#readBehaviour === 'fail') return void response.writeHead(500).end('{}');
    if (this.#readBehaviour === 'old-head' && isHead)
      return void response.writeHead(200).end(this.#oldHead);
    if (this.#readBehaviour === 'no-blobs' && !isHead)
      return void response.writeHead(404).end('{}');
    const answer = await fetch(`${this.#target}${path.slice('/kv'.length)}`);
    response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
  }

  forwardTo(url: string): void {
    this.#target = url;
  }

  close(): Promise<void> {
    this.behave('cut');
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.#read(request.url ?? '', response);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const pairs: readonly BulkPair[] = JSON.parse(Buffer.concat(parts).toString('utf8'));
    const keys = pairs.map(({ key }) => key);
    const what = keys.includes('head') ? 'head' : 'blobs';
    const behaviour = this.#behaviour(what);
    this.#clock += 1;
    const write: StoreWrite = {
      what,
      keys,
      behaviour,
      asked: this.#clock,
      answered: null,
      acknowledged: false,
    };
    this.writes.push(write);
    const end = (status: number, body: string, headers: Record<string, string> = {}) => {
      this.#clock += 1;
      write.answered = this.#clock;
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);
    };
    await this.#act(write, pairs, response, end);
  }

  async #act(
    write: StoreWrite,
    pairs: readonly BulkPair[],
    response: ServerResponse,
    end: (status: number, body: string, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const all = pairs.length;
    switch (write.behaviour) {
      case 'pass': {
        const { status, body } = await this.#store(pairs);
        write.acknowledged = status === 200;
        end(status, body);
        return;
      }
      case 'throttle':
        end(429, '{"success":false,"errors":[{"code":10429}]}', { 'Retry-After': '1' });
        return;
      case 'fail':
        end(500, '{"success":false,"errors":[{"code":10000,"message":"test"}]}');
        return;
      case 'partial': {
        await this.#store(pairs.slice(0, -1));
        const result = {
          successful_key_count: all - 1,
          unsuccessful_keys: [pairs[all - 1]?.key],
        };
        end(200, JSON.stringify({ success: true, result }));
        return;
      }
      case 'hang':
        this.#hanging.push(response);
        return;
      case 'cut':
        response.destroy();
        return;
      case 'lie':
        write.acknowledged = true;
        end(200, `{"success":true,"result":{"successful_key_count":${all}}}`);
        return;
      case 'store-and-fail':
        await this.#store(pairs);
        end(500, '{"success":false,"errors":[{"code":10000,"message":"test"}]}');
        return;
      case 'store-and-cut':
        await this.#store(pairs);
        response.destroy();
        return;
    }
  }

  async #store(pairs: readonly BulkPair[]): Promise<{ status: number; body: string }> {
    if (pairs.length === 0) return { status: 200, body: '' };
    const answer = await fetch(`${this.#target}/bulk`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(pairs),
    });
    return { status: answer.status, body: await answer.text() };
  }
}
