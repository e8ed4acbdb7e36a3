import { err, ok, type Result } from '../../shared/result.ts';
import type { CertificateView } from '../operations/views.ts';
import { APPLICATION_ROUTES } from './application-routes.ts';
import { AUDIT_ROUTES } from './audit-routes.ts';
import { BACKUP_ROUTE } from './backup-route.ts';
import { CEREMONY_ROUTES } from './ceremony-routes.ts';
import { DOCUMENT_ROUTES } from './document-routes.ts';
import { decodeAddWeakKeys, decodeCheckRequest } from './key-request-decoders.ts';
import { OPERATOR_ROUTES } from './operator-routes.ts';
import { RADAR_ROUTE } from './radar-route.ts';
import {
  decodeBareName,
  decodeCreateAuthority,
  decodeIssueCertificate,
  decodeListCertificates,
  decodeName,
  decodeNothing,
  decodePublish,
  decodeRecordKeyRemoval,
  decodeRevokeCertificate,
  decodeShowCertificate,
} from './request-decoders.ts';
import type { RequestError } from './request-error.ts';
import {
  decodeCreateRevocationRequest,
  decodeListRevocationRequests,
  decodeShowRevocationRequest,
  decodeStep,
} from './revocation-decoders.ts';
import { type Method, type Route, route } from './route.ts';

export type { Method, Route };

const REQUESTS = '/v1/revocation-requests';

/** The register of revocations; each step of a request is a resource that is made once. */
const REVOCATION_ROUTES: readonly Route[] = [
  route('POST', REQUESTS, 201, decodeCreateRevocationRequest, (operations, input, actor) =>
    operations.createRevocationRequest(input, actor),
  ),
  route('GET', REQUESTS, 200, decodeListRevocationRequests, async (operations, input) => {
    const requests = await operations.listRevocationRequests(input);
    if (!requests.ok) return requests;
    const last = requests.value.length < input.limit ? undefined : requests.value.at(-1);
    return ok({ requests: requests.value, next: last?.number ?? null });
  }),
  route('GET', `${REQUESTS}/{number}`, 200, decodeShowRevocationRequest, (operations, number) =>
    operations.showRevocationRequest(number),
  ),
  ...(
    [
      ['investigation', 'investigate'],
      ['approval', 'approve'],
      ['execution', 'execute'],
      ['cancellation', 'cancel'],
      ['notes', 'note'],
    ] as const
  ).map(([resource, step]) =>
    route(
      'POST',
      `${REQUESTS}/{number}/${resource}`,
      201,
      decodeStep(step),
      (operations, input, actor) => operations.stepRevocationRequest(input, actor),
    ),
  ),
];

/** Everything that can be asked of the signer over the network: nothing else is answered. */
export const ROUTES: readonly Route[] = [
  route('POST', '/v1/authorities', 201, decodeCreateAuthority, (operations, input, actor) =>
    operations.createAuthority(input, actor),
  ),
  route('GET', '/v1/authorities', 200, decodeNothing, async (operations) => {
    const authorities = await operations.listAuthorities();
    return authorities.ok ? ok({ authorities: authorities.value }) : authorities;
  }),
  route('GET', '/v1/authorities/{name}', 200, decodeName, (operations, name) =>
    operations.showAuthority(name),
  ),
  route('GET', '/v1/authorities/{name}/crl', 200, decodeName, (operations, name) =>
    operations.showCRL(name),
  ),
  route(
    'POST',
    '/v1/authorities/{name}/responder',
    201,
    decodeBareName,
    (operations, name, actor) => operations.rotateResponder({ authority: name }, actor),
  ),
  route('GET', '/v1/authorities/{name}/responder', 200, decodeName, (operations, name) =>
    operations.showResponder(name),
  ),
  route('GET', '/v1/responders', 200, decodeNothing, (operations) => operations.listResponders()),
  route('POST', '/v1/certificates', 201, decodeIssueCertificate, (operations, input, actor) =>
    operations.issueCertificate(input, actor),
  ),
  route('GET', '/v1/certificates', 200, decodeListCertificates, async (operations, input) => {
    const certificates = await operations.listCertificates(input);
    return certificates.ok ? ok(certificatePage(certificates.value, input.limit)) : certificates;
  }),
  route('GET', '/v1/certificates/{serialNumber}', 200, decodeShowCertificate, (operations, input) =>
    operations.showCertificate(input.serialNumber, input.authority),
  ),
  route(
    'POST',
    '/v1/certificates/{serialNumber}/revocation',
    201,
    decodeRevokeCertificate,
    (operations, input, actor) => operations.revokeCertificate(input, actor),
  ),
  ...APPLICATION_ROUTES,
  route('POST', '/v1/request-checks', 200, decodeCheckRequest, (operations, input, actor) =>
    operations.checkRequest(input, actor),
  ),
  route('POST', '/v1/weak-keys', 201, decodeAddWeakKeys, (operations, input, actor) =>
    operations.addWeakKeys(input, actor),
  ),
  ...REVOCATION_ROUTES,
  route(
    'POST',
    '/v1/certificates/{serialNumber}/key-removal',
    201,
    decodeRecordKeyRemoval,
    (operations, input, actor) => operations.recordKeyRemoval(input, actor),
  ),
  ...CEREMONY_ROUTES,
  ...DOCUMENT_ROUTES,
  ...OPERATOR_ROUTES,
  route('POST', '/v1/publications', 201, decodePublish, (operations, input, actor) =>
    operations.publish(input, actor),
  ),
  BACKUP_ROUTE,
  RADAR_ROUTE,
  ...AUDIT_ROUTES,
  route('GET', '/v1/status', 200, decodeNothing, (operations) => operations.status()),
];

export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `path` as it came on the request line, without the query: nothing is normalised before. */
export function matchRoute(method: string, path: string): Result<RouteMatch, RequestError> {
  const allowed: string[] = [];
  for (const route of ROUTES) {
    const parameters = matchPath(route.path, path);
    if (parameters === undefined) continue;
    if (route.method === method) return ok({ route, parameters });
    allowed.push(route.method);
  }
  if (allowed.length > 0) return err({ code: 'method-not-allowed', allowed });
  return err({ code: 'route-unknown' });
}

/** A page of the list and, when there may be more, the `after` of the next one. */
function certificatePage(certificates: readonly CertificateView[], limit: number): unknown {
  const last = certificates.length < limit ? undefined : certificates.at(-1);
  return { certificates, next: last?.serialNumber ?? null };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/');
  const found = path.split('/');
  if (expected.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const value = found[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
      continue;
    }
    const decoded = percentDecoded(value);
    if (decoded === undefined) return undefined;
    parameters[segment.slice(1, -1)] = decoded;
  }
  return parameters;
}

function percentDecoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
