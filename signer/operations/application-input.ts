import type { Result } from '../../shared/result.ts';
import type {
  Complaint,
  CreateApplicationInput,
  Delivery,
} from '../applications/applicant-input.ts';
import type { Screening } from '../applications/screening.ts';
import type { ApplicationState } from '../applications/states.ts';
import type { Actor } from './actor.ts';
import type { ApplicationSummaryView, ApplicationView } from './application-views.ts';
import type { OperationError } from './operation-error.ts';

export interface ListApplicationsInput {
  readonly state?: ApplicationState;
  /** Number of the application after which the page begins. */
  readonly after?: number;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** A transition of one application; each kind has its own evidence. */
export type On<Evidence> = Evidence & { readonly application: number };

type Outcome<T> = Promise<Result<T, OperationError>>;

/** CP 3.2, 4.1 to 4.8. Each changing operation is a transition; its answer is the application after it. */
export interface ApplicationOperations {
  createApplication(input: CreateApplicationInput, actor: Actor): Outcome<ApplicationView>;
  showApplication(application: number): Outcome<ApplicationView>;
  listApplications(input: ListApplicationsInput): Outcome<readonly ApplicationSummaryView[]>;
  screenApplication(input: On<Screening>, actor: Actor): Outcome<ApplicationView>;
  approveApplication(
    input: On<{ readonly reference?: string }>,
    actor: Actor,
  ): Outcome<ApplicationView>;
  rejectApplication(input: On<{ readonly reason: string }>, actor: Actor): Outcome<ApplicationView>;
  withdrawApplication(
    input: On<{ readonly reason: string }>,
    actor: Actor,
  ): Outcome<ApplicationView>;
  /** `wait` as for `issueCertificate`. */
  issueApplication(input: On<{ readonly wait?: boolean }>, actor: Actor): Outcome<ApplicationView>;
  deliverApplication(input: On<Delivery>, actor: Actor): Outcome<ApplicationView>;
  acceptApplication(
    input: On<{ readonly reference: string }>,
    actor: Actor,
  ): Outcome<ApplicationView>;
  complainOfApplication(input: On<Complaint>, actor: Actor): Outcome<ApplicationView>;
}
