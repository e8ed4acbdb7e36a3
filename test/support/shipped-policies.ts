import { readFileSync } from 'node:fs';

const DIRECTORY = new URL('../../shared/policy/', import.meta.url);

/** Text of a policy file that is shipped, by its name without `.json`. */
export function shippedPolicy(name: string): string {
  return readFileSync(new URL(`${name}.json`, DIRECTORY), 'utf8');
}

/** What a CA would supply where the file leaves a value open, by the place (CON-15). */
const SUPPLIED: Readonly<Record<string, unknown>> = {
  crl: 'http://ecc.example/root.crl',
  caIssuers: 'http://ecc.example/root.cer',
  certificates: 'http://ecc.example/certificates',
  ocsp: 'http://ocsp.ecc.example',
  certificatePolicies: [{ policyIdentifier: '1.3.6.1.4.1.99999.1' }],
};

/** The shipped file of ECC RootCA1 with every open value supplied. */
export function suppliedECC(): string {
  return suppliedPolicy('ecc-root-ca1');
}

/** A shipped file with every open value supplied. */
export function suppliedPolicy(name: string): string {
  const fill = (json: unknown, field: string): unknown => {
    if (typeof json !== 'object' || json === null) return json;
    if (Array.isArray(json)) return json;
    return Object.fromEntries(
      Object.entries(json).map(([name, value]) => [
        name,
        name === 'value' && value === null
          ? SUPPLIED[field]
          : fill(value, name === 'url' ? field : name),
      ]),
    );
  };
  return JSON.stringify(fill(JSON.parse(shippedPolicy(name)), ''));
}
