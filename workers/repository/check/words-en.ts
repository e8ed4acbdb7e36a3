import type { Words } from './words.ts';

export const ENGLISH: Words = {
  verdicts: {
    good: {
      title: 'Good',
      text: 'A CA of this repository issued this certificate and says that it is not revoked. It is valid now.',
    },
    root: {
      title: 'A root of this repository',
      text: 'Nobody above a root can vouch for it. Compare its SHA-256 fingerprint with one that you got by another way than this page.',
    },
    revoked: {
      title: 'Revoked',
      text: 'The CA has revoked this certificate. Do not rely on it.',
    },
    'issuer-revoked': {
      title: 'Its CA is revoked',
      text: 'The certificate itself may not be revoked, but a CA above it is. Do not rely on it.',
    },
    expired: {
      title: 'Ended',
      text: 'This certificate ended at {notAfter}. It was not revoked as far as is known; what was made with it before may still be in order.',
    },
    'issuer-outside-validity': {
      title: 'Its CA is not valid now',
      text: 'The certificate of a CA above it has ended or has not begun. Do not rely on it; ask the CA.',
    },
    'not-yet-valid': {
      title: 'Not valid yet',
      text: 'This certificate begins at {notBefore}. If that is past, the clock of this computer is wrong.',
    },
    unknown: {
      title: 'Unknown',
      text: 'It bears the signature of a CA of this repository, but the CA does not answer for this serial number. Do not rely on it. If it was issued just now, try again in some minutes.',
    },
    foreign: {
      title: 'Not of this repository',
      text: 'No CA of this repository issued this certificate, so nothing can be said of it here. Ask the CA that is named as its issuer: {issuer}.',
    },
    forged: {
      title: 'Not genuine',
      text: 'It names a CA of this repository as its issuer, but that CA did not sign it as it stands. It was forged or damaged. Do not rely on it.',
    },
    undetermined: {
      title: 'Cannot be said now',
      text: 'There was no answer that may be believed, or something is used that this page does not know. The checks below say which. Until then do not take the certificate for good.',
    },
    'token-good': {
      title: 'Good at the time of the stamp',
      text: 'The time stamp is genuine, and the certificate of its TSA was good at {genTime}.',
    },
    'token-late': {
      title: 'Stamped after the revocation',
      text: 'The stamp was made when the certificate was revoked already. By RFC 3161 it is not valid.',
    },
    'token-compromised': {
      title: 'Not to be trusted: the key was compromised',
      text: 'The key is compromised, or the revocation does not say that it is not. By RFC 3161 no time stamp made with it can be trusted, whenever it says it was made.',
    },
    'token-outside-validity': {
      title: 'Outside the validity of the certificate',
      text: 'The certificate of the TSA, or that of a CA above it, was not valid at {genTime}. The time stamp is not valid.',
    },
    'token-unknown': {
      title: 'TSA unknown',
      text: 'The certificate of the TSA bears the signature of a CA of this repository, but the CA does not answer for it. Do not rely on the time stamp.',
    },
    'token-foreign': {
      title: 'Not of a TSA of this repository',
      text: 'The signature of the time stamp holds, but no CA of this repository issued the certificate of its TSA. Ask the CA that did: {issuer}.',
    },
    'token-broken': {
      title: 'Not genuine',
      text: 'The time stamp does not hold: it was changed, or was not signed by a TSA in the way it says. Do not rely on it.',
    },
    'token-other-data': {
      title: 'Made for other data',
      text: 'The time stamp is genuine and its TSA was good at {genTime}, but it was made for other data than what you gave with it.',
    },
    'token-undetermined': {
      title: 'Cannot be said now',
      text: 'Something is missing, or there was no answer that may be believed. The checks below say what. Until then do not take the time stamp for good.',
    },
  },
  checks: {
    'issuer-signature': { name: 'Issuer', passed: '{subject} bears the signature of {issuer}.' },
    'critical-extensions': {
      name: 'Extensions',
      passed: 'All critical extensions are understood.',
    },
    chain: {
      name: 'Root',
      passed:
        'The chain ends at {root}, SHA-256 {sha256}. That it is the right root only you can tell.',
    },
    validity: { name: 'Validity', passed: 'Valid now: {notBefore} to {notAfter}.' },
    'ocsp-asked': {
      name: 'OCSP',
      passed: 'This server answered about {subject} with a response of {producedAt}.',
    },
    'ocsp-for-this': {
      name: 'Answer to this question',
      passed: 'The response is about this very certificate (CertID with {hash}).',
    },
    'ocsp-responder': {
      name: 'Responder',
      passed: '{responder} may answer for the CA.',
    },
    'ocsp-signature': { name: 'Signature of the answer', passed: 'It is right.' },
    'ocsp-times': {
      name: 'Time of the answer',
      passed: 'It holds from {thisUpdate} to {nextUpdate}; this computer says it is {now}.',
    },
    'ocsp-status': { name: 'Status', passed: '{subject} is not revoked.' },
    'token-form': {
      name: 'Time stamp',
      passed: 'A token of RFC 3161 of {genTime}, policy {policy}.',
    },
    'token-signer': { name: 'Signer', passed: 'Signed as {subject}.' },
    'token-binding': {
      name: 'Certificate of the signer',
      passed: 'The token names this very certificate by its hash.',
    },
    'token-digest': { name: 'Content', passed: 'Its {hash} is what was signed.' },
    'token-signature': { name: 'Signature of the time stamp', passed: 'It is right.' },
    'tsa-purpose': {
      name: 'Purpose',
      passed: 'The certificate is for time stamps, and for nothing else.',
    },
    'tsa-validity': {
      name: 'Validity of the TSA',
      passed: 'The certificate was valid at the time of the stamp: {notBefore} to {notAfter}.',
    },
    imprint: { name: 'Stamped data', passed: '{file} is what was stamped ({hash}).' },
  },
  reasons: {
    foreign: '{issuer} is no CA of this repository.',
    forged: 'It names {issuer}, but the signature is not that CA’s.',
    unsupported: 'An algorithm or key that this page does not take: too weak, or not known to it.',
    invalid: 'It is wrong.',
    expired: 'It ended at {notAfter}.',
    'not-yet-valid': 'It begins at {notBefore}.',
    'issuer-outside-validity': '{subject} is valid from {notBefore} to {notAfter} only.',
    'ended-since':
      'The certificate of the TSA has ended since, at {notAfter}, and the CA need not answer for it any more. Its CRL keeps what was revoked: check with openssl and -crl_check_all.',
    unknown: 'The responder does not know {subject}.',
    revoked: '{subject} was revoked at {at}.',
    unauthorized: 'This server has no answer for {subject}.',
    malformedRequest: 'The server did not understand the question. Try with openssl.',
    internalError: 'The server reports an error of its own. Try again later.',
    tryLater: 'The server cannot answer just now. Try again in some minutes.',
    sigRequired: 'The server wants signed requests, which this page does not make.',
    'no-answer': 'This server did not answer. Check your connection and try again.',
    unreadable: 'What came back is no OCSP response that this page can read.',
    'serial-number': 'It has a serial number that no CA may use.',
    'responder-missing': 'The certificate of whoever signed is not in the response.',
    'responder-foreign': 'Whoever signed has no certificate of this CA.',
    'responder-purpose': 'Whoever signed may not answer for this CA.',
    'responder-expired': 'The certificate of whoever signed is not valid now.',
    'times-missing': 'It does not say until when it holds.',
    'times-ahead':
      'It holds only from {thisUpdate}; this computer says it is {now}. Is its clock right?',
    'times-over':
      'It held until {nextUpdate}; this computer says it is {now}. Is its clock right? If so, try again later.',
    'older-than-token':
      'The answer of {thisUpdate} is older than the time stamp. To be certain, check again after {nextUpdate}.',
    'no-data':
      'Nothing to compare. Drop the stamped file together with the time stamp: its {hash} should be {digest}.',
    'weak-hash': 'The stamp holds only a {hash} of the data, which proves too little here.',
    'same-weak-hash':
      'The {hash} of {file} is the one that was stamped. That proves too little: other data can be made to have the same.',
    'unknown-hash': 'This page does not know the hash {hash}, so nothing could be compared.',
    'not-stamped': '{file} is not what was stamped. Its {hash} would have to be {digest}.',
    'not-read': '{file} could not be read, so it was not compared.',
  },
  outcomes: { passed: 'passed', failed: 'failed', open: 'open' },
  facts: {
    subject: 'Subject',
    issuer: 'Issuer',
    serialNumber: 'Serial number',
    genTime: 'Time of the stamp',
    tokenSerialNumber: 'Number of the stamp',
    policy: 'Policy',
    stamped: 'What was stamped',
    notBefore: 'Valid from',
    notAfter: 'Valid until',
    thisUpdate: 'Status as of',
    nextUpdate: 'Next status by',
    sha256: 'SHA-256',
  },
  refusals: {
    empty: 'This is empty. Choose a certificate or a time stamp.',
    'private-key':
      'This is a private key. It was not sent anywhere. Never put it into a web page; choose the certificate.',
    request: 'This is a request for a certificate. Choose the certificate that was issued for it.',
    crl: 'This is a CRL. Choose a certificate or a time stamp.',
    'no-certificate':
      'Neither a certificate (DER, PEM, .p7c) nor a time stamp (.tsr, .tst). A stamped file is compared when you give it together with its time stamp.',
    damaged: 'The text is cut off or damaged. Copy it again, from BEGIN to END.',
    'time-stamp-refused':
      'With this response the TSA refused to stamp. There is no time stamp in it.',
    'too-many': 'More than 16 certificates at once. Choose fewer.',
    'not-stamped':
      'This is not what was stamped: its hash is another than the one in the time stamp. Do not take it for the stamped file.',
    'file-unreadable': 'The browser could not read this file. Choose it again.',
    'file-too-large':
      'Larger than 256 MB, which is too much for this page. Use: openssl ts -verify -in token.tsr -data FILE -CAfile root.pem -untrusted ca.pem',
  },
  errors: {
    'catalogue-unavailable':
      'The list of the CAs of this repository could not be loaded. Check your connection and try again.',
    'catalogue-unreadable':
      'This server gave a list of its CAs that this page cannot read. Reload the page and try again.',
    'authority-unavailable':
      'The certificate of the CA {name} could not be loaded, or is another than the list says. Try again in a minute.',
    bug: 'This page failed at something that it should manage. Nothing can be said; check with openssl instead.',
    insecure:
      'Browsers verify signatures only on pages that came over https. Open this page over https, or check with openssl.',
  },
  overHttps: 'Open this page over https',
  revoked: {
    text: 'Revoked: {subject}, at {at}, reason: {reason}.',
    noReason: 'none given',
  },
  certificate: 'Certificate',
  token: 'Time stamp',
  pasted: 'Pasted text',
  checking: 'Checking …',
  done: 'Done',
  nothing: 'Choose or drop a file, or paste a certificate, and then check.',
  checksMade: 'What was checked',
};
