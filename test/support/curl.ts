import { ScratchDirectory } from './openssl.ts';
import { toolOk } from './tools.ts';

export interface CurlReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

let scratch: ScratchDirectory | undefined;

/** One request with curl, the URL sent as it is written. */
export function curl(url: string, ...args: readonly string[]): CurlReply {
  scratch ??= new ScratchDirectory();
  const [head, body] = [scratch.write('head', ''), scratch.write('body', '')];
  const asIs = ['--path-as-is', '--globoff', '--silent', '--show-error', '--max-time', '60'];
  toolOk('curl', [...asIs, '--dump-header', head, '--output', body, ...args, url]);
  const [first = '', ...lines] = new TextDecoder().decode(scratch.read('head')).split('\r\n');
  const fields = lines.filter((line) => line !== '').map((line) => line.split(/: (.*)/, 2));
  return {
    status: Number(first.split(' ')[1]),
    headers: new Map(fields.map(([name = '', value = '']) => [name.toLowerCase(), value])),
    body: scratch.read('body'),
  };
}
