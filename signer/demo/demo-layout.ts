import { join } from 'node:path';

/** Where the demo keeps what under its directory (`.inkan/` of the repository). */
export interface DemoLayout {
  readonly base: string;
  /** The signer's state directory. */
  readonly signer: string;
  /** Certificates, keys and files for whoever tries the demo. */
  readonly demo: string;
  /** Bundle and KV of the local edge. */
  readonly edge: string;
}

export function demoLayout(base: string): DemoLayout {
  return { base, signer: join(base, 'signer'), demo: join(base, 'demo'), edge: join(base, 'edge') };
}

/** The addresses that the demo's certificates carry, so they stay what they were at the first start. */
export interface DemoPorts {
  readonly edge: number;
  readonly signer: number;
}

export const DEFAULT_PORTS: DemoPorts = { edge: 8780, signer: 8781 };

export const HOST = '127.0.0.1';

export function edgeURL(ports: DemoPorts): string {
  return `http://${HOST}:${ports.edge}`;
}

/** Miniflare's KV REST API for the namespace of wrangler.toml. */
export function kvURL(ports: DemoPorts): string {
  return `${edgeURL(ports)}/cdn-cgi/local/explorer/api/storage/kv/namespaces/${KV_NAMESPACE}`;
}

export const KV_NAMESPACE = 'inkan-snapshot';

export const PUBLICATION_NAME = 'inkan-demo.example/snapshot';

/** Errors of the demo itself: one sentence, and what to do. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
  readonly remedy: string;

  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}
