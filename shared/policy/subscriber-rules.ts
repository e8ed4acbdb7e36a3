import { choice, type Decode, flag, required, strictObject } from '../json-fields.ts';
import { type Sourced, sourced } from './sourced.ts';

/** What an authority asks of the names of its subscribers. */
export interface SubscriberRules {
  /** `cp-7.1.4`: the characters of CP table 7.1.4-1, with O and CN; `rfc5280`: its bounds alone. */
  readonly names: Sourced<'cp-7.1.4' | 'rfc5280'>;
  /** Whoever issues states that the subject is an organisation, no individual and no pseudonym. */
  readonly organisationsOnly: Sourced<boolean>;
  /** No two certificates of the authority have one subject, re-key excepted. */
  readonly uniqueSubjects: Sourced<boolean>;
}

export const subscriberRules: Decode<SubscriberRules> = strictObject<SubscriberRules>({
  names: required(sourced(choice('cp-7.1.4', 'rfc5280'))),
  organisationsOnly: required(sourced(flag)),
  uniqueSubjects: required(sourced(flag)),
});

/** For an authority whose policy file says nothing of them: the rules of the CP. */
export const CP_SUBSCRIBER_RULES: SubscriberRules = {
  names: { value: 'cp-7.1.4', source: 'CP 7.1.4; CRT-6' },
  organisationsOnly: { value: true, source: 'CP 3.1.3, 3.2.3; CRT-8' },
  uniqueSubjects: { value: true, source: 'CP 3.1.5; CRT-8; CON-14' },
};
