const CAUSES = [
  {
    pattern:
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|network)\b/,
    advice:
      'The package registry cannot be reached. Check the network and the proxy (HTTPS_PROXY, `npm config get registry`), then run this again.',
  },
  {
    pattern: /\b(UNABLE_TO_\w+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_\w+)\b/,
    advice:
      'The certificate of the package registry is not trusted. Name your own root in NODE_EXTRA_CA_CERTS or `npm config set cafile`, then run this again.',
  },
  {
    pattern: /\bE(401|403)\b/,
    advice: 'The package registry refuses us. Check your login to it (`npm config get registry`).',
  },
  {
    pattern: /\b(E404|ETARGET|ENOVERSIONS)\b/,
    advice:
      'The package registry has no such version. If it is a mirror (`npm config get registry`), let it catch up or use another.',
  },
  {
    pattern: /\bE5\d\d\b/,
    advice: 'The package registry has a fault of its own. Run this again later.',
  },
  {
    pattern: /\bEINTEGRITY\b/,
    advice:
      'A package is not the one that package-lock.json locks. Run `npm cache verify` and try again; if it stays, do not go on: the registry serves something else.',
  },
  {
    pattern: /\bEUSAGE\b/,
    advice: 'package.json and package-lock.json disagree. Run `npm install` and commit the result.',
  },
  { pattern: /\bENOSPC\b/, advice: 'The disk is full. Packages need about 700 MB.' },
  {
    pattern: /\b(EACCES|EPERM|EROFS)\b/,
    advice: 'Files cannot be written here. Check who owns the clone and the npm cache.',
  },
];

/** What npm wrote and, if the cause is known, what to do about it. */
export function npmFailure(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|warn) ?/, '').trim())
    .filter((line) => line !== '' && !/EBADENGINE|Unknown .* config|^at /.test(line));
  const cause = CAUSES.find(({ pattern }) => pattern.test(output));
  const advice = cause?.advice ?? 'Run `npm ci` in the clone to see more.';
  const said = lines.slice(0, 8).map((line) => `  npm: ${line}`);
  return ['the packages could not be installed.', ...said, advice].join('\n');
}
