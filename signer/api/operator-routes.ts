import { bytesFromBase64 } from '../../shared/bytes.ts';
import {
  choice,
  type Decode,
  list,
  matching,
  optional,
  refined,
  required,
  strictObject,
  text,
} from '../../shared/json-fields.ts';
import { ROLES, type Role } from '../../shared/policy/roles.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { statement } from '../applications/screening.ts';
import type { AddOperatorInput, RenewOperatorInput } from '../operators/add-operator.ts';
import type {
  RestoreOperatorInput,
  RevokeOperatorInput,
  SetOperatorRolesInput,
} from '../operators/change-operator.ts';
import type { KeyOfOperator } from '../operators/key-of-operator.ts';
import { PERSON_NAME } from '../operators/roles.ts';
import { type Decoded, decodeNothing, malformed, type RawRequest } from './request-decoders.ts';
import { type Route, route } from './route.ts';

const OPERATORS = '/v1/operators';
const ONE = `${OPERATORS}/{person}`;

/** The register of operators; each change of a person is a resource that is made once. */
export const OPERATOR_ROUTES: readonly Route[] = [
  route('POST', OPERATORS, 201, decodeAdd, (operations, input, actor) =>
    operations.addOperator(input, actor),
  ),
  route('GET', OPERATORS, 200, decodeNothing, async (operations) => {
    const operators = await operations.listOperators();
    return operators.ok ? ok({ operators: operators.value }) : operators;
  }),
  route('GET', ONE, 200, decodeShow, (operations, name) => operations.showOperator(name)),
  route('POST', `${ONE}/keys`, 201, decodeRenew, (operations, input, actor) =>
    operations.renewOperator(input, actor),
  ),
  route('POST', `${ONE}/revocation`, 201, decodeRevoke, (operations, input, actor) =>
    operations.revokeOperator(input, actor),
  ),
  route('POST', `${ONE}/restoration`, 201, decodeRestore, (operations, input, actor) =>
    operations.restoreOperator(input, actor),
  ),
  route('POST', `${ONE}/roles`, 201, decodeRoles, (operations, input, actor) =>
    operations.setOperatorRoles(input, actor),
  ),
];

const personName = matching(PERSON_NAME, '1 to 64 letters, digits, dots, underscores and hyphens');
const roles: Decode<readonly Role[]> = list(choice(...ROLES), ROLES.length);
const keyHash = matching(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');
const der = refined(text(64 << 10), bytesFromBase64, 'must be base64 with padding (RFC 4648 4)');

interface KeyFields {
  readonly request?: Uint8Array;
  readonly certificate?: Uint8Array;
}

const KEY_FIELDS = { request: optional(der), certificate: optional(der) };

/** Exactly one of the two. */
function keyFrom({ request, certificate }: KeyFields): Result<KeyOfOperator, 'refused'> {
  if ((request === undefined) === (certificate === undefined)) return err('refused');
  if (request) return ok({ request });
  return certificate ? ok({ certificate }) : err('refused');
}

const ONE_KEY = 'must have either request or certificate';

interface AddFields extends KeyFields {
  readonly person: string;
  readonly roles: readonly Role[];
}

const addition: Decode<AddOperatorInput> = refined(
  strictObject<AddFields>({
    person: required(personName),
    roles: required(roles),
    ...KEY_FIELDS,
  }),
  (fields) => {
    const key = keyFrom(fields);
    return key.ok ? ok({ person: fields.person, roles: fields.roles, key: key.value }) : key;
  },
  ONE_KEY,
);

interface RenewFields extends KeyFields {
  readonly oldKeys: RenewOperatorInput['oldKeys'];
}

const renewal: Decode<Omit<RenewOperatorInput, 'person'>> = refined(
  strictObject<RenewFields>({ oldKeys: required(choice('keep', 'end')), ...KEY_FIELDS }),
  (fields) => {
    const key = keyFrom(fields);
    return key.ok ? ok({ oldKeys: fields.oldKeys, key: key.value }) : key;
  },
  ONE_KEY,
);

type RevocationBody = Omit<RevokeOperatorInput, 'person'>;

const revocation: Decode<RevocationBody> = strictObject<RevocationBody>({
  spkiSha256: optional(keyHash),
  reason: required(statement(500)),
});

type RestorationBody = Omit<RestoreOperatorInput, 'person'>;

const restoration: Decode<RestorationBody> = strictObject<RestorationBody>({
  spkiSha256: required(keyHash),
});

type RolesBody = Omit<SetOperatorRolesInput, 'person'>;

const newRoles: Decode<RolesBody> = strictObject<RolesBody>({ roles: required(roles) });

function decodeAdd({ body }: RawRequest): Decoded<AddOperatorInput> {
  return malformed(addition(body, ''));
}

function decodeShow(raw: RawRequest): Decoded<string> {
  const nothing = decodeNothing(raw);
  return nothing.ok ? personOf(raw) : nothing;
}

function decodeRenew(raw: RawRequest): Decoded<RenewOperatorInput> {
  return withPerson(raw, renewal);
}

function decodeRevoke(raw: RawRequest): Decoded<RevokeOperatorInput> {
  return withPerson(raw, revocation);
}

function decodeRestore(raw: RawRequest): Decoded<RestoreOperatorInput> {
  return withPerson(raw, restoration);
}

function decodeRoles(raw: RawRequest): Decoded<SetOperatorRolesInput> {
  return withPerson(raw, newRoles);
}

/**
 * Whoever is on record, also under a name that is not given any more: `init` took it from a
 * certificate once.
 */
function personOf({ parameters }: RawRequest): Decoded<string> {
  return malformed(text(64)(parameters['person'], '{person}'));
}

function withPerson<T>(
  raw: RawRequest,
  decode: Decode<T>,
): Decoded<T & { readonly person: string }> {
  const person = personOf(raw);
  if (!person.ok) return person;
  const body = malformed(decode(raw.body, ''));
  return body.ok ? ok({ ...body.value, person: person.value }) : body;
}
