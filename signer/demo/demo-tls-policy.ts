import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../shared/json-fields.ts';
import { parseJSON } from '../../shared/json-text.ts';
import { DemoError, type DemoLayout, type DemoPorts, edgeURL } from './demo-layout.ts';
import { demoTLSPolicy } from './demo-policy.ts';
import { replaceFile } from './replace-file.ts';

const POLICY = 'private-tls.json';

/**
 * Puts the private TLS policy beside the one that the state was made with, at the first start and in
 * the state of a demo from before it. The policy first, then the configuration that names it: if we
 * stop between them the next start does it again.
 */
export function ensureTLSPolicy(layout: DemoLayout, ports: DemoPorts): void {
  const file = join(layout.signer, 'config.json');
  const json = parseJSON(existsSync(file) ? readFileSync(file, 'utf8') : '');
  const config = json.ok && isRecord(json.value) ? json.value : undefined;
  const policy = config?.['policy'];
  const files = typeof policy === 'string' ? [policy] : policy;
  if (!config || !Array.isArray(files)) {
    throw new DemoError(
      `${file} is missing or damaged`,
      `Put it back, or move ${layout.base} away and start again: a new demo CA is made.`,
    );
  }
  if (files.includes(POLICY)) return;
  replaceFile(join(layout.signer, POLICY), demoTLSPolicy(edgeURL(ports)));
  const changed = { ...config, policy: [...files, POLICY] };
  replaceFile(file, `${JSON.stringify(changed, null, 2)}\n`);
}
