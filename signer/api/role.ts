import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Actor } from '../operations/actor.ts';
import type { PersonError } from './person.ts';

export type Role = 'operator' | 'edge';

/** OU of an edge's client certificate, so that no other list than that of edges can let it in. */
export const EDGE_UNIT = 'inkan-edge';

/**
 * What the one at the other end may ask for. A key on the list of edges is an edge and never an
 * operator; a certificate with the edge's OU that is not on it, or no longer, is nobody.
 */
export function roleOf(
  socket: TLSSocket,
  { spkiSha256 }: Actor,
  edgeClients: ReadonlySet<string>,
): Result<Role, PersonError> {
  if (edgeClients.has(spkiSha256)) return ok('edge');
  const units: unknown = socket.getPeerX509Certificate()?.toLegacyObject().subject.OU;
  const isEdge = Array.isArray(units) ? units.includes(EDGE_UNIT) : units === EDGE_UNIT;
  return isEdge ? err({ code: 'client-certificate-unlisted', spkiSha256 }) : ok('operator');
}
