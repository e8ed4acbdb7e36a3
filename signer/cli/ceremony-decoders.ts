import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  flag,
  list,
  nullable,
  openObject,
  optional,
  required,
} from '../../shared/json-fields.ts';
import type { CeremonyDutyView } from '../operations/ceremony-duty-view.ts';
import type {
  CeremonyRequestView,
  CeremonyView,
  ImportedCeremonyView,
} from '../operations/ceremony-views.ts';

/** What the signer answers about ceremonies, read with the fields this version knows. */

const string = required(anyText);
const textOrNull = required(nullable(anyText));

export const ceremonyDutyView: Decode<CeremonyDutyView> = openObject<CeremonyDutyView>({
  authority: string,
  why: required(choice('revocation', 'issuance', 'crl-renewal', 'responder')),
  count: required(anyNumber),
  since: string,
  due: string,
  minutesLeft: required(anyNumber),
  alarm: required(flag),
  ceremony: textOrNull,
  ceremonyState: required(nullable(choice('open', 'signed'))),
  ceremonyLeavesOut: required(anyNumber),
});

export const ceremonyView: Decode<CeremonyView> = openObject<CeremonyView>({
  id: string,
  kind: required(choice('root', 'signing')),
  authority: string,
  state: required(choice('open', 'signed', 'imported', 'expired', 'cancelled')),
  reason: string,
  requestedBy: string,
  requestSha256: string,
  createdAt: string,
  expiresAt: string,
  signedAt: textOrNull,
  endedAt: textOrNull,
  supersededBy: textOrNull,
  items: required(list(anyText)),
  applications: required(list(anyNumber)),
});

export interface CeremonyList {
  readonly ceremonies: readonly CeremonyView[];
}

export const ceremonyList: Decode<CeremonyList> = openObject<CeremonyList>({
  ceremonies: required(list(ceremonyView)),
});

export const ceremonyRequestView: Decode<CeremonyRequestView> = openObject<CeremonyRequestView>({
  ceremony: required(ceremonyView),
  superseded: textOrNull,
  leftOut: required(list(anyText)),
  request: string,
});

export const importedCeremonyView: Decode<ImportedCeremonyView> = openObject<ImportedCeremonyView>({
  ceremony: required(ceremonyView),
  authorities: required(list(anyText)),
  publication: required(
    openObject<ImportedCeremonyView['publication']>({
      state: required(choice('published', 'due')),
      epoch: required(anyNumber),
      reason: optional(anyText),
    }),
  ),
});
