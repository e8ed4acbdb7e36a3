import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer, required, strictObject } from '../../shared/json-fields.ts';
import { parseJSON } from '../../shared/json-text.ts';
import { DemoError, type DemoLayout, type DemoPorts } from './demo-layout.ts';

const portsFile = (layout: DemoLayout) => join(layout.demo, 'ports.json');

const port = integer(1, 65_535);
const demoPorts = strictObject<DemoPorts>({ edge: required(port), signer: required(port) });

/** Written before the state is made: if we stop between them the next start is a first one again. */
export function keepPorts(layout: DemoLayout, ports: DemoPorts): void {
  writeFileSync(portsFile(layout), JSON.stringify(ports));
}

/** The ports of the first start; they stand in the certificates, so others are refused later. */
export function chosenPorts(layout: DemoLayout, wanted: DemoPorts, asked: boolean): DemoPorts {
  if (!existsSync(layout.signer)) return wanted;
  const kept = keptPorts(layout);
  if (!asked || (kept.edge === wanted.edge && kept.signer === wanted.signer)) return kept;
  throw new DemoError(
    `the demo in ${layout.base} was made for ports ${kept.edge} and ${kept.signer}; they stand in its certificates`,
    'Start without port options, or make another demo with --dir.',
  );
}

function keptPorts(layout: DemoLayout): DemoPorts {
  const file = portsFile(layout);
  const json = parseJSON(existsSync(file) ? readFileSync(file, 'utf8') : '');
  const kept = json.ok ? demoPorts(json.value, '') : json;
  if (kept.ok) return kept.value;
  throw new DemoError(
    `${file} is missing or damaged`,
    `Put it back, or move ${layout.base} away and start again: a new demo CA is made.`,
  );
}
