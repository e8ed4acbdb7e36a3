import type { CeremonyDutyView } from '../operations/ceremony-duty-view.ts';
import type { Fact } from './answers.ts';

const WHY: Readonly<Record<CeremonyDutyView['why'], (count: number) => string>> = {
  revocation: (count) => `${count} revoked, not yet on a CRL`,
  issuance: (count) => `${count} issued, not yet followed by a CRL`,
  'crl-renewal': () => 'the CRL runs out',
  responder: () => 'the responder certificate runs out',
};

/** One line of the countdown. */
export function ceremonyDutyFact(duty: CeremonyDutyView): Fact {
  const { authority, why, count, due, minutesLeft, alarm, ceremony, ceremonyState } = duty;
  const minutes = Math.abs(minutesLeft);
  const time = `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const left = alarm ? `ALARM, overdue by ${time}` : `${time} left`;
  const { ceremonyLeavesOut: leftOut } = duty;
  const without = leftOut === 0 ? '' : `, made before ${leftOut} of the revocations: export again`;
  const state =
    ceremony === null ? 'no bundle exported yet' : `bundle ${ceremony} ${ceremonyState}${without}`;
  return ['ceremony due', `${left}  ${authority} until ${due}: ${WHY[why](count)}; ${state}`];
}
