/**
 * Which paths of a host the edge takes for files: what certificates name has to be among them, for
 * everything else is an OCSP request (REQ-8). Base64 has no dot.
 */
export const FILE_PATH: RegExp = /\.(?:crl|cer|p7c|pem|txt|json|pdf)$/;

/** The one path that an OCSP URL may have: a host that serves files as well may keep it apart. */
export const OCSP_URL_PATH = '/ocsp';
