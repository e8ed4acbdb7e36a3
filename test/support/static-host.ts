import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';

/**
 * A host of static files in a process of its own, so that it answers while a test waits for curl or
 * openssl. This file is that process too, with the directory as its argument.
 */
export async function startStaticHost(
  directory: string,
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(import.meta.filename, [directory]);
  const [url] = await once(child, 'message');
  return { child, url: String(url) };
}

const [, started, directory] = process.argv;
if (started === import.meta.filename && directory !== undefined) {
  const server = createServer(({ url = '' }, response) => {
    const path = join(directory, url);
    if (existsSync(path)) response.end(readFileSync(path));
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1', () => {
    process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  process.on('SIGTERM', () => process.exit(0));
  process.on('disconnect', () => process.exit(0));
}
