import type { CatalogueAuthority, CatalogueCRL } from '../../shared/repository/catalogue.ts';
import { AUTHORITY_WORDS, type AuthorityWords } from './authority-words.ts';
import { copyLines, downloads, type Fact, facts, fileLink, hex } from './facts.ts';
import { type Html, html, NOTHING } from './html.ts';
import { shortName } from './names.ts';
import { opensslLines } from './openssl-lines.ts';
import { count, size } from './quantities.ts';
import { fullTime } from './times.ts';
import { pageLink, type Visit } from './visit.ts';

/** One CA: its certificate, its CRL, its responder, what it has issued. */
export function authoritySection(visit: Visit, authority: CatalogueAuthority, id: string): Html {
  const words = AUTHORITY_WORDS[visit.language];
  const { certificate, crl } = authority;
  return html`<section class="sheet" aria-labelledby="${id}">
<h2 id="${id}">${shortName(authority.subject)} ${validityMark(visit, authority, words)}</h2>
${facts(certificateFacts(visit, authority, words))}
${downloads(words.downloads, [
  ['DER', certificate.der],
  ['PEM', certificate.pem],
  [words.chain, certificate.p7c],
])}
${crl ? crlPart(visit, crl, words) : NOTHING}
${responderPart(authority, words)}
${issuedPart(visit, authority, words)}
</section>`;
}

function validityMark(
  { now }: Visit,
  { notBefore, notAfter }: CatalogueAuthority,
  words: AuthorityWords,
): Html {
  if (now > notAfter) return html`<span class="mark">${words.expired}</span>`;
  if (now < notBefore) return html`<span class="mark">${words.notYet}</span>`;
  return NOTHING;
}

function certificateFacts(
  { language }: Visit,
  authority: CatalogueAuthority,
  words: AuthorityWords,
): readonly Fact[] {
  const { subject, issuer, notBefore, notAfter } = authority;
  return [
    [words.subject, subject],
    [words.issuer, issuer === subject ? words.itself : issuer],
    [words.serialNumber, hex(authority.serialNumber)],
    [words.notBefore, fullTime(notBefore, language)],
    [words.notAfter, fullTime(notAfter, language)],
    [words.key, authority.key],
    [words.signature, authority.signatureAlgorithm],
    ['SHA-256', hex(authority.sha256)],
    ['SHA-1', hex(authority.sha1)],
  ];
}

function crlPart({ language }: Visit, crl: CatalogueCRL, words: AuthorityWords): Html {
  const { plannedReplacement: planned, reasons } = crl;
  const entries: readonly Fact[] = [
    [words.crlNumber, crl.number],
    [words.thisUpdate, fullTime(crl.thisUpdate, language)],
    [words.nextUpdate, fullTime(crl.nextUpdate, language)],
    planned === undefined
      ? undefined
      : [
          words.replaced,
          html`${fullTime(planned, language)} <span class="aside">${words.orSooner}</span>`,
        ],
    [words.entries, count(crl.entries)],
    [words.size, size(crl.bytes)],
    [words.crlURL, html`<code>${crl.url}</code>`],
    reasons === undefined ? undefined : [words.reasons, fileLink(reasons, words.reasonsFile)],
  ];
  return html`<h3>${words.crl}</h3>
${facts(entries)}
${downloads(words.crl, [['CRL (DER)', crl.path]])}`;
}

function responderPart(authority: CatalogueAuthority, words: AuthorityWords): Html {
  const lines = opensslLines(authority);
  if (authority.ocsp === undefined || lines.length === 0) return NOTHING;
  return html`<h3>${words.ocsp}</h3>
${facts([[words.ocspURL, html`<code>${authority.ocsp}</code>`]])}
<p class="aside">${words.ocspHint}</p>
${copyLines(lines)}`;
}

function issuedPart(
  visit: Visit,
  { name, issued }: CatalogueAuthority,
  words: AuthorityWords,
): Html {
  if (!issued) return NOTHING;
  const target = pageLink(visit, '/issued.html', { ca: name });
  return html`<h3>${words.issued}</h3>
<p><a href="${target}">${words.issuedLink(count(issued.certificates))}</a></p>`;
}
