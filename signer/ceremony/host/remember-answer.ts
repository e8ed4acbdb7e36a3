import { base64FromBytes, bytesEqual, hexFromBytes } from '../../../shared/bytes.ts';
import { certificateNotAfter, certificateValidity, profileNamed } from '../../issuance/issuer.ts';
import { sha256 } from '../../issuance/public-key.ts';
import { type CeremonySignatures, encodeAnswer } from '../answer.ts';
import type { CeremonyBundle, CertificateItem } from '../bundle.ts';
import { instantOf, octetsOf } from '../canonical-document.ts';
import { certifiedFields } from '../certificate-key.ts';
import { readCRLContents } from '../crl-contents.ts';
import { finishArtifact } from '../finished.ts';
import { dateCertificate } from '../signing-time.ts';
import { rememberCRL } from './crl-memory.ts';
import { readHostAuthority, writeHostAuthority } from './host-authority.ts';
import { HOST_FILES, writeHostFile } from './host-files.ts';
import type { Host } from './open-host.ts';

/** The CRL, before any signature leaves this process; then the answer, and what follows from it. */
export function keepAnswer(host: Host, bundle: CeremonyBundle, answer: CeremonySignatures): void {
  rememberCRLOf(host, bundle);
  // If we stop here no signature has left: the same bundle is signed anew, and no other with this number.
  host.world.checkpoint('host: crl remembered');
  writeHostFile(host.directory, HOST_FILES.answer(answer.id), encodeAnswer(answer));
  // From here on the same answer is handed out again.
  host.world.checkpoint('host: answer written');
  rememberAnswer(host, bundle, answer);
}

/** What later bundles are held against; done again when a crash came between. The log last. */
export function rememberAnswer(
  host: Host,
  bundle: CeremonyBundle,
  answer: CeremonySignatures,
): void {
  const crlNumber = rememberCRLOf(host, bundle);
  for (const [index, item] of bundle.request.items.entries()) {
    if (item.kind === 'certificate')
      rememberSubordinate(host, item, answer, answer.signatures[index] ?? '');
  }
  host.world.checkpoint('host: remembered');
  const answerSha256 = hexFromBytes(sha256(Buffer.from(encodeAnswer(answer))));
  const { id: ceremony, authority } = answer;
  host.log.append({ type: 'ceremony-signed', ceremony, authority, crlNumber, answerSha256 });
}

/** Serial number and key of each certificate of a request, hexadecimal. */
export function certifiedBy({
  items,
}: CeremonyBundle['request']): readonly (readonly [serialNumber: string, key: string])[] {
  return items.flatMap((item) => {
    const fields = item.kind === 'certificate' ? certifiedFields(octetsOf(item.tbs)) : undefined;
    if (!fields) return [];
    return [[hexFromBytes(fields.serialNumber), hexFromBytes(sha256(fields.spki))]] as const;
  });
}

/** The number of the CRL; the decoder saw to it that there is one. */
function rememberCRLOf(host: Host, { request }: CeremonyBundle): number {
  const tbs = octetsOf(request.items.find(({ kind }) => kind === 'crl')?.tbs ?? '');
  rememberCRL(host, request.authority.name, tbs);
  return readCRLContents(tbs)?.crlNumber ?? 0;
}

/** A sub-CA whose key is here can sign from now on: its certificate goes beside its key. */
function rememberSubordinate(
  host: Host,
  { role, subjectAuthority, profile: name, tbs }: CertificateItem,
  { authority, signedAt }: CeremonySignatures,
  signature: string,
): void {
  if (role !== 'subordinate-ca' || subjectAuthority === null) return;
  const own = readHostAuthority(host.directory, subjectAuthority);
  const issuer = readHostAuthority(host.directory, authority);
  if (!own || !issuer?.certificate) return;
  const certified = certifiedFields(octetsOf(tbs))?.spki;
  if (!certified || !bytesEqual(certified, octetsOf(own.spki))) return;
  // An answer of long ago does not take back a certificate that was signed after it.
  const newest = own.certificate && certificateValidity(octetsOf(own.certificate)).notBefore;
  if (newest && newest > instantOf(signedAt)) return;
  const profile = profileNamed(host.policy, name);
  const issuerNotAfter = certificateNotAfter(octetsOf(issuer.certificate));
  const dated = dateCertificate(octetsOf(tbs), profile, instantOf(signedAt), issuerNotAfter);
  const der =
    dated &&
    finishArtifact(
      'certificate',
      dated.tbs,
      profile.signatureAlgorithm.value,
      octetsOf(signature),
      octetsOf(issuer.spki),
    );
  if (der) writeHostAuthority(host.directory, { ...own, certificate: base64FromBytes(der) });
}
