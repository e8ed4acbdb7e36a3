import { base64FromBytes } from '../../shared/bytes.ts';
import { parseJSON } from '../../shared/json-text.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import { encodeEdgeRequestText } from '../../shared/snapshot/edge-request.ts';
import { encodeSignedNote } from '../../shared/snapshot/head.ts';
import { type RadarHour, radarReport } from '../../shared/snapshot/radar-report.ts';
import type { UnixSeconds } from '../../shared/time.ts';
import type { OperationError } from '../operations/operation-error.ts';
import type { PublicationSigner } from '../publisher/publication-key.ts';
import { type SignerContext, signingTime } from '../signer-context.ts';
import { signingProblem } from '../signing/signing-problem.ts';

/** Value of `Authorization` that lets one read of `target` in, for two minutes. */
export async function signedCredentials(
  context: SignerContext,
  signer: PublicationSigner,
  target: string,
): Promise<Result<string, OperationError>> {
  const now = signingTime(context);
  if (!now.ok) return now;
  const request = { origin: signer.key.name, target, time: now.value };
  const { keystore, label, spki, key } = signer;
  const signature = await context.door.signEdgeRequest(keystore, label, spki, request);
  if (!signature.ok) return err(signingProblem(signature.error));
  const note = encodeSignedNote(encodeEdgeRequestText(request), key, signature.value);
  return ok(`Inkan ${base64FromBytes(note)}`);
}

export function radarTarget(since: UnixSeconds): string {
  return `/radar.json?since=${since}`;
}

const TIME_LIMIT_MILLISECONDS = 10_000;
/** 2,000 hours of twenty serial numbers each have half of it. */
const BODY_MAX_OCTETS = 8 << 20;

/** Whoever answers may answer with anything: its form is checked, and a reason is one line. */
export async function readEdge(
  edge: string,
  target: string,
  authorization: string,
  fetchFrom: typeof fetch,
): Promise<Result<readonly RadarHour[], string>> {
  try {
    const response = await fetchFrom(edge + target, {
      headers: { Authorization: authorization },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIME_LIMIT_MILLISECONDS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return err(refusal(response.status));
    }
    const text = await boundedText(response);
    if (text === undefined) return err('its answer is too long');
    const json = parseJSON(text);
    const report = json.ok ? radarReport(json.value, '') : json;
    if (!report.ok) return err('its answer is not a report of a radar');
    return ok(report.value.hours);
  } catch (error) {
    return err(reasonOf(error));
  }
}

function refusal(status: number): string {
  switch (status) {
    case 401:
      return 'it refused our publication key: it pins another, or its clock is wrong';
    case 404:
      return 'it has no radar: RADAR is not bound';
    default:
      return `it answered with HTTP ${status}`;
  }
}

async function boundedText({ body }: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > BODY_MAX_OCTETS) return undefined;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
