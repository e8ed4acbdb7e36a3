import type { CheckProgram } from '../check-program.ts';
import { CHECK_WORDS, type CheckPageWords } from './check-words.ts';
import { copyLines } from './facts.ts';
import { type Html, html } from './html.ts';
import { type Page, pageLink, type Source, type Visit } from './visit.ts';

const TOKEN_LINE =
  'openssl ts -verify -in token.tsr -data file -CAfile root-and-crls.pem -untrusted ca.pem -crl_check_all';

/** CP 2.2: the form, which the program shows once it runs, and the way without any program. */
export async function checkPage(visit: Visit, { deps }: Source): Promise<Page> {
  const words = CHECK_WORDS[visit.language];
  const program = await deps.checkProgram();
  const body = html`<p class="lead">${words.lead}</p>
${program ? form(words) : html`<p class="note alarm">${words.missing}</p>`}
<section aria-labelledby="by-hand">
<h2 id="by-hand">${words.byHand}</h2>
<p>${words.certificateLine} <a href="${pageLink(visit, '/')}">${words.repository}</a></p>
<p>${words.tokenLine}</p>
${copyLines([TOKEN_LINE])}
</section>
<section aria-labelledby="trust">
<h2 id="trust">${words.trustTitle}</h2>
<p>${words.trust}</p>
</section>`;
  return { status: 200, title: words.title, body, scripts: scriptsOf(program) };
}

function scriptsOf(program: CheckProgram | undefined): readonly string[] {
  return program ? [program.path] : [];
}

/** The program finds these by their ids. */
function form(words: CheckPageWords): Html {
  return html`<noscript><p class="note alarm">${words.withoutScript}</p></noscript>
<p id="check-waiting" class="aside needs-script">${words.waiting}</p>
<form id="check" class="check" hidden>
<p>${words.privacy}</p>
<div class="drop">
<label for="check-files">${words.files}</label>
<input id="check-files" type="file" multiple aria-describedby="check-drop">
<p id="check-drop" class="aside">${words.drop}</p>
</div>
<label for="check-pasted">${words.pasted}</label>
<textarea id="check-pasted" rows="5" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder="-----BEGIN CERTIFICATE-----"></textarea>
<p class="downloads"><button type="submit">${words.check}</button> <button type="reset">${words.clear}</button></p>
</form>
<p id="check-progress" class="aside" role="status"></p>
<section id="check-results" tabindex="-1"></section>`;
}
