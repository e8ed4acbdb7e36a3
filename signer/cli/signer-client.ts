import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { checkServerIdentity, type PeerCertificate, type SecureContextOptions } from 'node:tls';
import { concatBytes } from '../../shared/bytes.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { FACTS_FIELD } from '../api/octet-stream.ts';
import type { ClientIdentity } from './client-identity.ts';
import type { ClientProfile } from './profile.ts';

/** Why there is no answer that could be read. `reason` is Node's or OpenSSL's error code or message. */
export type ClientError =
  | { readonly code: 'signer-unreachable'; readonly reason: string }
  /** The server's certificate: not of the operator CA, not for this name, not for a server. */
  | { readonly code: 'signer-untrusted'; readonly reason: string }
  /** The signer ended the TLS handshake. */
  | { readonly code: 'handshake-refused'; readonly reason: string }
  | { readonly code: 'client-material-refused'; readonly reason: string }
  /** The request was sent; whether it was carried out is not known. */
  | { readonly code: 'connection-lost'; readonly reason: string }
  | { readonly code: 'no-answer'; readonly seconds: number };

export interface SignerRequest {
  readonly method: 'GET' | 'POST';
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** Sent as JSON; present exactly for POST. */
  readonly body?: unknown;
  /** Takes an answer of octets piece by piece; the answer's `body` is then empty. */
  readonly take?: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}

export interface SignerResponse {
  readonly status: number;
  readonly mediaType: string;
  readonly body: Uint8Array;
  /** JSON in base64, of an answer of octets; else empty. */
  readonly facts: string;
}

/** RFC 5280 4.2.1.12: id-kp-serverAuth. */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CONNECT_SECONDS = 10;
const OCTETS = 'application/octet-stream';
const STALLED_SECONDS = 60;
/** Signing in an HSM and a store that throttles both take their time. */
export const ANSWER_SECONDS = 180;
/** A CRL of a million entries is 42 MB, 57 MB as PEM. */
const MAX_ANSWER_BYTES = 256 << 20;

/**
 * One request on a connection of its own over TLS 1.3. Only the operator CA of the profile is
 * trusted, whatever the environment says (NODE_EXTRA_CA_CERTS, NODE_TLS_REJECT_UNAUTHORIZED).
 */
export function askSigner(
  profile: ClientProfile,
  asked: SignerRequest,
  answerSeconds: number = ANSWER_SECONDS,
): Promise<Result<SignerResponse, ClientError>> {
  return new Promise((resolve) => {
    const exchange = new Exchange(resolve);
    try {
      exchange.start(profile, asked, answerSeconds);
    } catch (error) {
      exchange.end(err({ code: 'client-material-refused', reason: reasonOf(error) }));
    }
  });
}

/** Where one exchange stands: the same error means different things before and after each step. */
class Exchange {
  #step: 'connecting' | 'handshake' | 'sent' = 'connecting';
  #timer: NodeJS.Timeout | undefined;
  #settle: (result: Result<SignerResponse, ClientError>) => void;

  constructor(settle: (result: Result<SignerResponse, ClientError>) => void) {
    this.#settle = settle;
  }

  start(profile: ClientProfile, asked: SignerRequest, answerSeconds: number): void {
    const body = asked.body === undefined ? undefined : Buffer.from(JSON.stringify(asked.body));
    const request = httpsRequest(new URL(asked.path, profile.url), {
      method: asked.method,
      agent: new Agent({ keepAlive: false, maxCachedSessions: 0 }),
      ca: profile.operatorCA,
      ...tlsIdentity(profile.identity),
      minVersion: 'TLSv1.3',
      rejectUnauthorized: true,
      checkServerIdentity: checkSigner,
      headers: {
        Accept: 'application/json, application/problem+json',
        ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
      },
    });
    request.once('socket', (socket) => {
      socket.once('connect', () => {
        this.#step = 'handshake';
      });
      socket.once('secureConnect', () => {
        this.#step = 'sent';
        this.#arm(answerSeconds, () => request.destroy());
      });
    });
    request.once('error', (error) => this.end(err(this.#failure(error))));
    request.once('response', (response) => {
      if (asked.take && response.headers['content-type'] === OCTETS) {
        this.#handOver(request, response, asked.take);
        return;
      }
      const parts: Uint8Array[] = [];
      let length = 0;
      response.on('data', (part: Uint8Array) => {
        parts.push(part);
        length += part.length;
        if (length > MAX_ANSWER_BYTES) request.destroy(new Error('the answer is too long'));
      });
      response.once('error', (error) => this.end(err(this.#failure(error))));
      response.once('end', () => {
        const mediaType = response.headers['content-type'] ?? '';
        this.end(
          ok({ status: response.statusCode ?? 0, mediaType, body: concatBytes(parts), facts: '' }),
        );
      });
    });
    this.#arm(CONNECT_SECONDS, () => request.destroy());
    request.end(body);
  }

  /** However long it takes, as long as something comes. */
  #handOver(
    request: ClientRequest,
    response: IncomingMessage,
    take: NonNullable<SignerRequest['take']>,
  ): void {
    clearTimeout(this.#timer);
    request.setTimeout(STALLED_SECONDS * 1000, () => request.destroy());
    const { statusCode = 0, headers } = response;
    const facts = String(headers[FACTS_FIELD.toLowerCase()] ?? '');
    const answer = { status: statusCode, mediaType: OCTETS, body: new Uint8Array(0), facts };
    take(response).then(
      () => this.end(ok(answer)),
      (error) => this.end(err({ code: 'connection-lost', reason: reasonOf(error) })),
    );
  }

  end(result: Result<SignerResponse, ClientError>): void {
    clearTimeout(this.#timer);
    this.#settle(result);
  }

  #arm(seconds: number, destroy: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const step = this.#step;
      this.end(
        err(
          step === 'sent'
            ? { code: 'no-answer', seconds }
            : { code: 'signer-unreachable', reason: `nothing in ${seconds} s` },
        ),
      );
      destroy();
    }, seconds * 1000);
  }

  #failure(error: Error): ClientError {
    const reason = reasonOf(error);
    if (this.#step === 'connecting') return { code: 'signer-unreachable', reason };
    if (this.#step === 'sent') return { code: 'connection-lost', reason };
    const ended = /^(ERR_SSL_|EPROTO$|ECONNRESET$)/.test(reason);
    return { code: ended ? 'handshake-refused' : 'signer-untrusted', reason };
  }
}

/** As Node's TLS takes it. */
function tlsIdentity(identity: ClientIdentity): SecureContextOptions {
  if (identity.kind === 'pkcs12') {
    const passphrase = Buffer.from(identity.passphrase).toString('utf8');
    return { pfx: Buffer.from(identity.pfx), passphrase };
  }
  const key = identity.key.export({ type: 'pkcs8', format: 'pem' });
  return { cert: identity.certificate, key };
}

/** RFC 6125: the name must stand in subjectAltName; RFC 5280 4.2.1.12: the key must be a server's. */
function checkSigner(host: string, certificate: PeerCertificate): Error | undefined {
  if (certificate.subjectaltname === undefined) return new Error('no subjectAltName');
  if (!certificate.ext_key_usage?.includes(SERVER_AUTH)) return new Error('not for a server');
  return checkServerIdentity(host, certificate);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
