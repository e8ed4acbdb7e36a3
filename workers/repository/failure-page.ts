import type { ReadFailure } from './catalogue-reader.ts';
import { unavailablePage } from './error-page.ts';
import { html } from './html.ts';
import type { Texts } from './language.ts';
import type { Page, Visit } from './visit.ts';

const NO_CATALOGUE: Texts = {
  en: 'The signer of this snapshot has published no list of its certificates and documents. CRLs, certificates and OCSP answers are served all the same, at the addresses that certificates name.',
  ja: 'このスナップショットには、証明書と文書の一覧が含まれていません。CRL、証明書およびOCSPレスポンスは、証明書に記載されたアドレスで通常どおり提供しています。',
};

/** In place of a page whose facts cannot be read. */
export function failurePage(visit: Visit, title: string, failure: ReadFailure): Page {
  if (failure.code !== 'absent') return unavailablePage(visit);
  const body = html`<p class="note">${NO_CATALOGUE[visit.language]}</p>`;
  return { status: 200, title, body };
}
