import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  type FieldsOf,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import type {
  ResponderListView,
  ResponderView,
  RotatedResponderView,
  UncertifiedKeyView,
} from '../operations/views.ts';
import { publicationView } from './view-decoders.ts';

const string = required(anyText);

const RESPONDER_FIELDS: FieldsOf<ResponderView> = {
  authority: string,
  state: required(choice('signing', 'retired', 'revoked', 'ended')),
  serialNumber: string,
  subject: string,
  notBefore: string,
  notAfter: string,
  rotatesAt: required(nullable(anyText)),
  keystore: string,
  keyLabel: string,
  answers: required(anyNumber),
  sha256: string,
  certificate: string,
};

export const responderView: Decode<ResponderView> = openObject(RESPONDER_FIELDS);

export const rotatedResponderView: Decode<RotatedResponderView> = openObject<RotatedResponderView>({
  ...RESPONDER_FIELDS,
  replaces: required(nullable(anyText)),
  publication: required(publicationView),
});

const uncertifiedKey: Decode<UncertifiedKeyView> = openObject<UncertifiedKeyView>({
  authority: string,
  state: required(choice('pending', 'unusable')),
  keystore: string,
  keyLabel: string,
  begunAt: string,
  begunBy: string,
});

export const responderList: Decode<ResponderListView> = openObject<ResponderListView>({
  responders: required(list(responderView)),
  uncertifiedKeys: required(list(uncertifiedKey)),
  unanswered: required(anyNumber),
});
