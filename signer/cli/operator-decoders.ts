import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import { ROLES } from '../../shared/policy/roles.ts';
import type {
  EndingCertificateView,
  OperatorKeyView,
  OperatorView,
} from '../operations/operator-views.ts';

const string = required(anyText);
const state = required(choice('active', 'ended', 'revoked'));

export const endingCertificateView: Decode<EndingCertificateView> =
  openObject<EndingCertificateView>({
    person: required(nullable(anyText)),
    spkiSha256: string,
    notAfter: string,
    daysLeft: required(anyNumber),
  });

const revoked = openObject<NonNullable<OperatorKeyView['revoked']>>({
  at: string,
  by: string,
  reason: string,
});

const operatorKeyView: Decode<OperatorKeyView> = openObject<OperatorKeyView>({
  spkiSha256: string,
  state,
  notAfter: string,
  addedAt: string,
  addedBy: string,
  revoked: required(nullable(revoked)),
  certificate: string,
});

export const operatorView: Decode<OperatorView> = openObject<OperatorView>({
  person: string,
  roles: required(list(choice(...ROLES))),
  state,
  keys: required(list(operatorKeyView)),
});

export const operatorListView: Decode<{ readonly operators: readonly OperatorView[] }> =
  openObject<{ readonly operators: readonly OperatorView[] }>({
    operators: required(list(operatorView)),
  });
