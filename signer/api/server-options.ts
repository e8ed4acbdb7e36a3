import { constants } from 'node:crypto';
import type { ServerOptions } from 'node:https';
import type { ListenerLimits } from './limits.ts';

export interface TLSMaterial {
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly operatorCA: string;
}

/**
 * Not supported, on purpose: TLS 1.2 and below, resumption, early data, SNI contexts (a context
 * chosen by name could ask for no certificate), HTTP/2.
 *
 * Resumption: OpenSSL sends TLS 1.3 tickets whatever Node is told. With SSL_OP_NO_TICKET a ticket
 * only names a session on the server's side; Node keeps no such sessions (it turns OpenSSL's cache
 * off and asks `resumeSession` listeners, of which there are none), so every ticket leads to a full
 * handshake. Without that option tickets carry the session, and a client resumes (RFC 8446 2.2)
 * without showing its certificate's key: measured with OpenSSL 3. Never set `ticketKeys`.
 */
export function serverOptions(material: TLSMaterial, limits: ListenerLimits): ServerOptions {
  return {
    cert: material.serverCertificate,
    key: material.serverKey,
    ca: material.operatorCA,
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
    requestCert: true,
    // Refused in identifyPerson, for every request: see startListener.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: limits.handshakeTimeoutMs,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    maxHeaderSize: limits.maxHeaderBytes,
    insecureHTTPParser: false,
    requireHostHeader: true,
  };
}
