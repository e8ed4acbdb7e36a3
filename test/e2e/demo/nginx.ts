import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { PATH_WITH_SBIN } from '../../support/tools.ts';

export interface Nginx {
  /** What it has written to its error log so far. */
  readonly log: () => string;
  end(): Promise<void>;
}

export interface NginxOptions {
  /** A directory of its own. */
  readonly directory: string;
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
  /** Against which it verifies the OCSP responses that it staples. */
  readonly issuer: string;
}

/** nginx in one process, with nothing of the machine's configuration; it asks OCSP by itself. */
function configuration({ directory, port, certificate, key, issuer }: NginxOptions): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path "${join(directory, name)}";`)
    .join('\n  ');
  return `daemon off;
master_process off;
pid "${join(directory, 'nginx.pid')}";
error_log stderr info;
events {}
http {
  access_log off;
  ${temporary}
  server {
    listen 127.0.0.1:${port} ssl;
    server_name localhost;
    ssl_certificate "${certificate}";
    ssl_certificate_key "${key}";
    ssl_stapling on;
    ssl_stapling_verify on;
    ssl_trusted_certificate "${issuer}";
    return 204;
  }
}
`;
}

export function startNginx(options: NginxOptions): Nginx {
  const file = join(options.directory, 'nginx.conf');
  writeFileSync(file, configuration(options));
  const child: ChildProcess = spawn('nginx', ['-p', options.directory, '-c', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: PATH_WITH_SBIN },
  });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  return {
    log: () => log,
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
