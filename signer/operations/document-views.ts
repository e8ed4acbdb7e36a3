import type { DocumentKind } from '../../shared/repository/catalogue.ts';
import type { Result } from '../../shared/result.ts';
import type { DocumentInput } from '../documents/add-document.ts';
import type { WithdrawalInput } from '../documents/withdraw-document.ts';
import type { Actor } from './actor.ts';
import type { OperationError } from './operation-error.ts';
import type { PublicationView } from './views.ts';

/** An edition of a document of the repository. */
export interface DocumentView {
  readonly name: string;
  readonly version: string;
  /**
   * `waiting`: for the next epoch. `too-late`: a change whose day passed before an epoch could carry it;
   * it is not announced any more. `announced`: since an epoch carried it. `withdrawn`: no longer shown.
   */
  readonly state: 'waiting' | 'too-late' | 'announced' | 'withdrawn';
  readonly kind: DocumentKind;
  readonly title: string;
  readonly language: string;
  /** `YYYY-MM-DD`. */
  readonly effective: string;
  /** CP 9.12.2 告知日: the time of the epoch that first carried it; null until then. */
  readonly announced: string | null;
  readonly change: { readonly kind: 'major' | 'minor'; readonly summary: string } | null;
  /** CP 9.12.2: a week from the announcement of a change; null for a first edition and until then. */
  readonly objectionsUntil: string | null;
  readonly objectionsOpen: boolean;
  readonly url: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly addedAt: string;
  readonly addedBy: string;
  readonly withdrawn: { readonly at: string; readonly by: string; readonly reason: string } | null;
  /** Of the epoch that carries it, or of the one that is without it once it is withdrawn. */
  readonly publication: PublicationView;
}

export interface DocumentListView {
  /** Where the policy puts them; null: it publishes none. */
  readonly folder: string | null;
  /** By name, the editions of each in the order of adding. */
  readonly documents: readonly DocumentView[];
}

type Outcome<T> = Promise<Result<T, OperationError>>;

export interface DocumentOperations {
  /** CP 9.12: puts an edition into the repository, which announces it. */
  addDocument(input: DocumentInput, actor: Actor): Outcome<DocumentView>;
  listDocuments(): Outcome<DocumentListView>;
  /** The editions of one document, the withdrawn ones among them. */
  showDocument(name: string): Outcome<DocumentListView>;
  /** Takes a mistaken upload out of the repository. */
  withdrawDocument(input: WithdrawalInput, actor: Actor): Outcome<DocumentView>;
}
