import type { TLSSocket } from 'node:tls';
import type { Role } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Actor } from '../operations/actor.ts';
import type { OperatorRegister } from '../operators/register.ts';
import { AUTHORISATIONS } from './authorisation.ts';
import { identifyPerson, type PersonError } from './person.ts';
import type { RequestError } from './request-error.ts';
import type { Route } from './route.ts';

/** The one behind a connection; `actor` is the person on record, for an edge its certificate's name. */
export type Client =
  | { readonly kind: 'edge'; readonly actor: Actor }
  | { readonly kind: 'operator'; readonly actor: Actor; readonly roles: readonly Role[] };

export interface ClientChecks {
  readonly now: UnixSeconds;
  readonly register: OperatorRegister;
  /** SHA-256 of the keys of edges, lower-case hexadecimal. */
  readonly edgeClients: ReadonlySet<string>;
}

/**
 * Who is at the other end, as of now. A key on the list of edges is an edge and never an operator; a
 * certificate with the edge's OU that is not on it, or no longer, is nobody. Everybody else is who the
 * register says, and nobody when it does not: the certificate's own name decides nothing.
 */
export function identifyClient(
  socket: TLSSocket,
  { now, register, edgeClients }: ClientChecks,
): Result<Client, PersonError> {
  const shown = identifyPerson(socket, now);
  if (!shown.ok) return shown;
  const { name, spkiSha256, hasEdgeUnit } = shown.value;
  if (edgeClients.has(spkiSha256)) return ok({ kind: 'edge', actor: { name, spkiSha256 } });
  if (hasEdgeUnit) return err({ code: 'client-certificate-unlisted', spkiSha256 });
  const holder = register.holderOf(spkiSha256, now);
  if (!holder.ok) return holder;
  const { person, roles } = holder.value;
  return ok({ kind: 'operator', actor: { name: person, spkiSha256 }, roles });
}

/** CP 4.3.1, 5.2.1: who may use the route; one without a row is for nobody. */
export function rolesOf({ method, path }: Pick<Route, 'method' | 'path'>): readonly Role[] {
  return AUTHORISATIONS[`${method} ${path}`]?.roles ?? [];
}

/** Whether somebody with these roles may use the route. */
export function mayUse(
  route: Pick<Route, 'method' | 'path'>,
  roles: readonly Role[],
): Result<true, Extract<RequestError, { readonly code: 'role-forbidden' }>> {
  const allowed = rolesOf(route);
  if (allowed.some((role) => roles.includes(role))) return ok(true);
  return err({ code: 'role-forbidden', roles: allowed });
}
