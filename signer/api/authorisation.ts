import { COMMANDERS, type Duty, ROLES, type Role } from '../../shared/policy/roles.ts';
import type { AuditEvent } from '../audit/audit-log.ts';
import { MANAGER_ROLES } from '../operators/roles.ts';
import type { Method } from './route.ts';

/** Who may use a route, whether one person is enough, and what the audit log says of it. */
export interface Authorisation {
  /** As the audit log and the command line call it. */
  readonly operation: string;
  readonly roles: readonly Role[];
  /** One person alone does not do it where the policy wants approvals for this duty; null: one may. */
  readonly duty: Duty | null;
  /** The event of success; null where nothing is changed. */
  readonly event: AuditEvent['type'] | null;
}

const OFFICER: readonly Role[] = ['registration-officer'];
const MANAGERS = MANAGER_ROLES;
const OFFICER_OR_COMMANDER: readonly Role[] = [...OFFICER, ...COMMANDERS];

function read(operation: string, roles: readonly Role[] = ROLES): Authorisation {
  return { operation, roles, duty: null, event: null };
}

function act(
  operation: string,
  roles: readonly Role[],
  event: AuditEvent['type'],
  duty: Duty | null = null,
): Authorisation {
  return { operation, roles, duty, event };
}

const ONE_APPLICATION = '/v1/applications/{application}';
const ONE_CERTIFICATE = '/v1/certificates/{serialNumber}';
const ONE_OPERATOR = '/v1/operators/{person}';
const ONE_REQUEST = '/v1/revocation-requests/{number}';

/**
 * Every route of people, in one place. CP 5.2 leaves the trusted roles to the CPS and CP 4.3.1 names
 * those that command the signing; docs/operations.md shows this table, and a test that they agree.
 */
export const AUTHORISATIONS: Readonly<Record<`${Method} ${string}`, Authorisation>> = {
  'POST /v1/authorities': act('ca create', COMMANDERS, 'key-generation', 'keys'),
  'GET /v1/authorities': read('ca list'),
  'GET /v1/authorities/{name}': read('ca show'),
  'GET /v1/authorities/{name}/crl': read('crl show'),
  'POST /v1/authorities/{name}/responder': act(
    'responder rotate',
    COMMANDERS,
    'responder-made',
    'keys',
  ),
  'GET /v1/authorities/{name}/responder': read('responder show'),
  'GET /v1/responders': read('responder list'),

  'POST /v1/certificates': act('certificate issue', COMMANDERS, 'issuance', 'issue'),
  'GET /v1/certificates': read('certificate list'),
  [`GET ${ONE_CERTIFICATE}`]: read('certificate show'),
  [`POST ${ONE_CERTIFICATE}/revocation`]: act(
    'certificate revoke',
    OFFICER_OR_COMMANDER,
    'revocation',
    'revoke',
  ),
  [`POST ${ONE_CERTIFICATE}/key-removal`]: act(
    'certificate key-removed',
    OFFICER_OR_COMMANDER,
    'key-removed',
  ),

  'POST /v1/applications': act('application new', OFFICER, 'application'),
  'GET /v1/applications': read('application list'),
  [`GET ${ONE_APPLICATION}`]: read('application show'),
  [`POST ${ONE_APPLICATION}/screening`]: act('application screen', OFFICER, 'application'),
  [`POST ${ONE_APPLICATION}/approval`]: act(
    'application approve',
    [...OFFICER, ...MANAGERS],
    'application',
  ),
  [`POST ${ONE_APPLICATION}/rejection`]: act(
    'application reject',
    [...OFFICER, ...MANAGERS],
    'application',
  ),
  [`POST ${ONE_APPLICATION}/withdrawal`]: act('application withdraw', OFFICER, 'application'),
  [`POST ${ONE_APPLICATION}/issuance`]: act('application issue', COMMANDERS, 'issuance', 'issue'),
  [`POST ${ONE_APPLICATION}/delivery`]: act('application deliver', OFFICER, 'application'),
  [`POST ${ONE_APPLICATION}/acceptance`]: act('application accept', OFFICER, 'application'),
  [`POST ${ONE_APPLICATION}/complaint`]: act('application complain', OFFICER, 'application'),

  'POST /v1/request-checks': act('request check', OFFICER_OR_COMMANDER, 'shared-factor'),
  'POST /v1/weak-keys': act('weak-keys import', MANAGERS, 'weak-keys-import'),

  'POST /v1/revocation-requests': act('revocation new', OFFICER_OR_COMMANDER, 'revocation-request'),
  'GET /v1/revocation-requests': read('revocation list'),
  [`GET ${ONE_REQUEST}`]: read('revocation show'),
  [`POST ${ONE_REQUEST}/investigation`]: act(
    'revocation investigate',
    OFFICER_OR_COMMANDER,
    'revocation-request',
  ),
  [`POST ${ONE_REQUEST}/approval`]: act('revocation approve', MANAGERS, 'revocation-request'),
  [`POST ${ONE_REQUEST}/execution`]: act('revocation execute', COMMANDERS, 'revocation', 'revoke'),
  [`POST ${ONE_REQUEST}/cancellation`]: act(
    'revocation cancel',
    OFFICER_OR_COMMANDER,
    'revocation-request',
  ),
  [`POST ${ONE_REQUEST}/notes`]: act('revocation note', OFFICER_OR_COMMANDER, 'revocation-request'),

  'POST /v1/ceremonies': act('ceremony export', COMMANDERS, 'ceremony-request', 'keys'),
  'GET /v1/ceremonies': read('ceremony list'),
  'GET /v1/ceremonies/{id}': read('ceremony show'),
  'POST /v1/ceremonies/{id}/cancellation': act('ceremony cancel', COMMANDERS, 'ceremony-end'),
  'POST /v1/ceremony-answers': act('ceremony import', COMMANDERS, 'ceremony-answer', 'keys'),

  'POST /v1/documents': act('document add', MANAGERS, 'document-added', 'policy'),
  'GET /v1/documents': read('document list'),
  'GET /v1/documents/{name}': read('document show'),
  'POST /v1/documents/{name}/{version}/withdrawal': act(
    'document withdraw',
    MANAGERS,
    'document-withdrawn',
    'policy',
  ),

  'POST /v1/operators': act('operator add', MANAGERS, 'operator-added', 'operators'),
  'GET /v1/operators': read('operator list'),
  [`GET ${ONE_OPERATOR}`]: read('operator show'),
  [`POST ${ONE_OPERATOR}/keys`]: act('operator renew', MANAGERS, 'operator-renewed', 'operators'),
  // It only takes away, so that one person shuts a stolen key out at once.
  [`POST ${ONE_OPERATOR}/revocation`]: act('operator revoke', MANAGERS, 'operator-revoked'),
  [`POST ${ONE_OPERATOR}/restoration`]: act(
    'operator restore',
    MANAGERS,
    'operator-restored',
    'operators',
  ),
  [`POST ${ONE_OPERATOR}/roles`]: act('operator roles', MANAGERS, 'operator-roles', 'operators'),

  'POST /v1/publications': act('publish', COMMANDERS, 'epoch-promised'),
  'POST /v1/backups': act('backup', MANAGERS, 'backup'),
  'GET /v1/radar': read('radar'),
  'GET /v1/audit': read('audit show'),
  'GET /v1/audit/lines': read('audit export'),
  'GET /v1/audit/heads': read('audit export'),
  'GET /v1/audit/certificates': read('audit export'),
  'GET /v1/status': read('status'),
};
