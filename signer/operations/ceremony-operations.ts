import type { Result } from '../../shared/result.ts';
import type { ExportCeremonyInput } from '../ceremony/ceremony-order.ts';
import type { CeremonyRequestView, CeremonyView, ImportedCeremonyView } from './ceremony-views.ts';
import type { OperationError } from './operation-error.ts';

/** The person behind the client certificate; operations.ts has the same. */
interface CeremonyActor {
  readonly name: string;
  readonly spkiSha256: string;
}

export interface ImportCeremonyInput {
  /** The file that the offline host wrote. */
  readonly text: string;
  /** For a root: SHA-256 of its certificate, as the witnesses wrote it down. */
  readonly sha256?: string;
}

type Outcome<T> = Promise<Result<T, OperationError>>;

/** What can be asked of the signer about keys that it does not have. */
export interface CeremonyOperations {
  exportCeremony(input: ExportCeremonyInput, actor: CeremonyActor): Outcome<CeremonyRequestView>;
  /** Newest first, at most 200. */
  listCeremonies(): Outcome<readonly CeremonyView[]>;
  showCeremony(id: string): Outcome<CeremonyRequestView>;
  cancelCeremony(id: string, actor: CeremonyActor): Outcome<CeremonyView>;
  importCeremony(input: ImportCeremonyInput, actor: CeremonyActor): Outcome<ImportedCeremonyView>;
}
