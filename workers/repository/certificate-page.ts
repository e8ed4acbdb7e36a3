import { NOTHING } from './html.ts';
import type { Page, Visit } from './visit.ts';

export function certificatePage(_visit: Visit): Page {
  return { status: 200, title: 'Repository', body: NOTHING };
}
