/** Names of the extensions in the text of `openssl x509 -text`, in their order, `critical` with them. */
export function extensionsIn(text: string): readonly string[] {
  const [, extensions = ''] = text.split('X509v3 extensions:');
  const lines = extensions.matchAll(/^ {12}(\S[^\n]*?): ?(critical)?$/gm);
  return [...lines].map(([, name = '', critical]) => (critical ? `${name}, critical` : name));
}
