import { ok } from '../../shared/result.ts';
import {
  decodeCeremonyID,
  decodeExportCeremony,
  decodeImportCeremony,
} from './ceremony-decoders.ts';
import { decodeNothing } from './request-decoders.ts';
import { type Route, route } from './route.ts';

const CEREMONIES = '/v1/ceremonies';

/** What offline keys are asked for, and what comes back. */
export const CEREMONY_ROUTES: readonly Route[] = [
  route('POST', CEREMONIES, 201, decodeExportCeremony, (operations, input, actor) =>
    operations.exportCeremony(input, actor),
  ),
  route('GET', CEREMONIES, 200, decodeNothing, async (operations) => {
    const ceremonies = await operations.listCeremonies();
    return ceremonies.ok ? ok({ ceremonies: ceremonies.value }) : ceremonies;
  }),
  route('GET', `${CEREMONIES}/{id}`, 200, decodeCeremonyID, (operations, id) =>
    operations.showCeremony(id),
  ),
  route('POST', `${CEREMONIES}/{id}/cancellation`, 201, decodeCeremonyID, (operations, id, actor) =>
    operations.cancelCeremony(id, actor),
  ),
  route('POST', '/v1/ceremony-answers', 201, decodeImportCeremony, (operations, input, actor) =>
    operations.importCeremony(input, actor),
  ),
];
