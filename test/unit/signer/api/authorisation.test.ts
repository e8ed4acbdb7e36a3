import { describe, expect, it } from 'vitest';
import { COMMANDERS, ROLES } from '../../../../shared/policy/roles.ts';
import { AUTHORISATIONS } from '../../../../signer/api/authorisation.ts';
import { ROUTES } from '../../../../signer/api/routes.ts';

const all = Object.entries(AUTHORISATIONS);

describe('who may do what', () => {
  it('CP 5.2.1: every route of people has its roles, and there is no other', () => {
    const routes = ROUTES.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(AUTHORISATIONS).sort()).toEqual(routes.sort());
  });

  it('CP 4.3.1: certificates are issued by the three roles that it names and by nobody else', () => {
    const issuing = all.filter(([, { duty }]) => duty === 'issue').map(([, { roles }]) => roles);
    expect(issuing).toEqual([COMMANDERS, COMMANDERS]);
    expect(COMMANDERS).toEqual(['system-operator', 'system-manager', 'pki-administrator']);
  });

  it('CP 8.4: an auditor reads everything and changes nothing', () => {
    const may = all.filter(([, { roles }]) => roles.includes('auditor')).map(([route]) => route);
    expect(may).toEqual(Object.keys(AUTHORISATIONS).filter((route) => route.startsWith('GET ')));
  });

  it('CP 5.4.1: what changes something is in the audit log, and what reads is for every role', () => {
    for (const [route, { event, roles, duty }] of all) {
      const reads = route.startsWith('GET ');
      expect([route, event === null]).toEqual([route, reads]);
      if (reads) expect([roles, duty]).toEqual([ROLES, null]);
    }
  });
});
