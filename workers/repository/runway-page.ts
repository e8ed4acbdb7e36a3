import type { CatalogueAuthority } from '../../shared/repository/catalogue.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { Alarm, Freshness, Runway } from '../freshness.ts';
import type { HeadArrival } from '../head-watch.ts';
import { readCatalogue } from './catalogue-reader.ts';
import { servedIssuer } from './certificate-status.ts';
import { unavailablePage } from './error-page.ts';
import { type Fact, facts, fileLink } from './facts.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { shortName } from './names.ts';
import { count } from './quantities.ts';
import { RUNWAY_WORDS, type RunwayWords } from './runway-words.ts';
import { fullTime, lengthOfTime, shortTime } from './times.ts';
import type { Page, Source, Visit } from './visit.ts';

/** For how long everything served here would stay valid if no newer snapshot came. */
export async function runwayPage(visit: Visit, source: Source): Promise<Page> {
  const { language } = visit;
  const words = RUNWAY_WORDS[language];
  const { deps } = source;
  const catalogue = await readCatalogue(source);
  const authorities = catalogue.ok ? catalogue.value.authorities : [];
  const survey = await deps.statusPages.survey(deps);
  const { head } = survey;
  if (!head) return unavailablePage(visit);
  const names = await issuerNames(source, authorities);
  const body = html`${alarmsPart(survey.alarms, names, words, language)}
<h2>${words.snapshot}</h2>
${facts(headFacts(survey, head, words, language))}
<h2>${words.arrival}</h2>
${arrivalPart(deps.heads.arrival(), words, language)}
<h2>${words.runway}</h2>
<p class="aside">${words.runwayLead}</p>
${runwayTable(survey, names, words, language)}
<p class="aside">${words.machine} <a href="/status.json">status.json</a></p>`;
  return { status: 200, title: words.title, body };
}

/** What people call the issuers, by the label that the survey gives them. */
async function issuerNames(
  source: Source,
  authorities: readonly CatalogueAuthority[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const authority of authorities) {
    const issuer = await servedIssuer(source, authority);
    if (issuer) names.set(issuer.label, shortName(authority.subject));
  }
  return names;
}

type Names = ReadonlyMap<string, string>;

function alarmsPart(
  alarms: readonly Alarm[],
  names: Names,
  words: RunwayWords,
  language: Language,
): Html {
  if (alarms.length === 0) return html`<p class="note good">${words.allWell}</p>`;
  const lines = alarms.map((alarm) => html`<li>${sentence(alarm, names, words, language)}</li>`);
  return html`<div class="note alarm"><p>${words.alarms}</p><ul>${lines}</ul></div>`;
}

function sentence(alarm: Alarm, names: Names, words: RunwayWords, language: Language): string {
  switch (alarm.alarm) {
    case 'no-snapshot':
      return words.noSnapshot;
    case 'head-expired':
      return words.headExpired;
    case 'runs-out': {
      const { runwaySeconds } = alarm;
      const what = artifactText(alarm.artifact, names, words);
      if (runwaySeconds <= 0) return words.hasRunOut(what);
      return words.runsOut(what, lengthOfTime(runwaySeconds, language));
    }
    case 'shards-unavailable':
      return words.shards(names.get(alarm.issuer) ?? alarm.issuer, count(alarm.shards));
    case 'crls-unknown':
      return words.crlsUnknown;
  }
}

function headFacts(
  { time }: Freshness,
  head: NonNullable<Freshness['head']>,
  words: RunwayWords,
  language: Language,
): readonly Fact[] {
  return [
    [words.epoch, count(head.epoch)],
    [words.made, fullTime(head.time, language)],
    [words.age, lengthOfTime(Math.max(0, time - head.time), language)],
    [words.expires, fullTime(head.expires, language)],
    [words.looked, fullTime(time, language)],
  ];
}

/** What was measured, and nothing more: this edge knows neither when a revocation was decided nor other edges. */
function arrivalPart(
  arrival: HeadArrival | undefined,
  words: RunwayWords,
  language: Language,
): Html {
  if (!arrival) return html`<p>${words.noArrival}</p>`;
  const { epoch, made, before, found } = arrival;
  return html`${facts([
    [words.epoch, count(epoch)],
    [words.made, fullTime(made, language)],
    [words.notYetThere, fullTime(before, language)],
    [words.found, fullTime(found, language)],
    [words.took, html`<strong>${lengthOfTime(Math.max(0, found - made), language)}</strong>`],
  ])}
<p class="aside">${words.arrivalMeaning}</p>`;
}

const OCSP = 'ocsp ';

function artifactText(artifact: string, names: Names, words: RunwayWords): string {
  if (!artifact.startsWith(OCSP)) return artifact;
  const label = artifact.slice(OCSP.length);
  return words.answersOf(names.get(label) ?? label);
}

function runwayTable(
  { artifacts, alarms, time }: Freshness,
  names: Names,
  words: RunwayWords,
  language: Language,
): Html {
  const alarmed = new Set(
    alarms.flatMap((alarm) => (alarm.alarm === 'runs-out' ? [alarm.artifact] : [])),
  );
  const rows = artifacts.map(
    (artifact) => html`<tr>
<th scope="row">${artifactCell(artifact, names, words)}</th>
<td>${shortTime(artifact.nextUpdate, language)}</td>
<td>${runwayMark(artifact, alarmed, time, words, language)}</td>
</tr>`,
  );
  return html`<table>
<caption>${words.caption}</caption>
<thead><tr><th scope="col">${words.what}</th><th scope="col">${words.until}</th><th scope="col">${words.left}</th></tr></thead>
<tbody>${rows}</tbody>
</table>`;
}

function artifactCell({ artifact }: Runway, names: Names, words: RunwayWords): Html {
  if (artifact.startsWith(OCSP)) return html`${artifactText(artifact, names, words)}`;
  return fileLink(artifact, artifact);
}

function runwayMark(
  { artifact, nextUpdate, runwaySeconds }: Runway,
  alarmed: ReadonlySet<string>,
  time: UnixSeconds,
  words: RunwayWords,
  language: Language,
): Html {
  if (nextUpdate <= time) return html`<span class="mark alarm">${words.over}</span>`;
  const tone = alarmed.has(artifact) ? 'soon' : 'good';
  return html`<span class="mark ${tone}">${lengthOfTime(runwaySeconds, language)}</span>`;
}
