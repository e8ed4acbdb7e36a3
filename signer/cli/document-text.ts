import {
  anyNumber,
  anyText,
  choice,
  type Decode,
  flag,
  list,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import type { DocumentListView, DocumentView } from '../operations/document-views.ts';
import { type Fact, publicationFact } from './answers.ts';
import { publicationView } from './view-decoders.ts';

export const DOCUMENT_KINDS = [
  'certificate-policy',
  'certification-practice-statement',
  'subscriber-agreement',
  'relying-party-agreement',
  'notice',
] as const;

const string = required(anyText);

export const documentView: Decode<DocumentView> = openObject<DocumentView>({
  name: string,
  version: string,
  state: required(choice('waiting', 'too-late', 'announced', 'withdrawn')),
  kind: required(choice(...DOCUMENT_KINDS)),
  title: string,
  language: string,
  effective: string,
  announced: required(nullable(anyText)),
  change: required(
    nullable(
      openObject<NonNullable<DocumentView['change']>>({
        kind: required(choice('major', 'minor')),
        summary: string,
      }),
    ),
  ),
  objectionsUntil: required(nullable(anyText)),
  objectionsOpen: required(flag),
  url: string,
  type: string,
  bytes: required(anyNumber),
  sha256: string,
  addedAt: string,
  addedBy: string,
  withdrawn: required(
    nullable(
      openObject<NonNullable<DocumentView['withdrawn']>>({
        at: string,
        by: string,
        reason: string,
      }),
    ),
  ),
  publication: required(publicationView),
});

export const documentListView: Decode<DocumentListView> = openObject<DocumentListView>({
  folder: required(nullable(anyText)),
  documents: required(list(documentView)),
});

export function documentFacts(view: DocumentView): readonly Fact[] {
  const { announced, change, withdrawn } = view;
  return [
    ['document', `${view.name} ${view.version}`],
    ['state', view.state],
    ['kind', view.kind],
    ['title', `${view.title} (${view.language})`],
    ['effective', view.effective],
    ['announced', announced ?? 'not yet'],
    ...(change ? [['change', `${change.kind}: ${change.summary}`] as const] : []),
    ...objectionFacts(view),
    ['url', view.url],
    ['file', `${view.type}, ${view.bytes} octets`],
    ['sha-256', view.sha256],
    ['added', `${view.addedAt} by ${view.addedBy}`],
    ...(withdrawn
      ? [['withdrawn', `${withdrawn.at} by ${withdrawn.by}: ${withdrawn.reason}`] as const]
      : []),
    publicationFact(view.publication),
  ];
}

/** CP 9.12.2: a subscriber that does not object in this week has agreed. */
function objectionFacts({ objectionsUntil, objectionsOpen }: DocumentView): readonly Fact[] {
  if (objectionsUntil === null) return [];
  return [['objections', `${objectionsOpen ? 'OPEN until' : 'until'} ${objectionsUntil}`]];
}

/** One line of the list. */
export function documentLine(view: DocumentView): string {
  const { name, version, language, state, effective, change } = view;
  const since = `from ${effective}`;
  const [objections] = view.objectionsOpen ? objectionFacts(view) : [];
  return [
    `${name} ${version}`,
    language,
    state,
    since,
    change === null ? 'first edition' : `${change.kind} change`,
    ...(objections ? [`objections ${objections[1]}`] : []),
    view.title,
  ].join('  ');
}
