import { ok } from '../../shared/result.ts';
import {
  decodeAcceptance,
  decodeApplicationNumber,
  decodeApproval,
  decodeComplaint,
  decodeCreateApplication,
  decodeDelivery,
  decodeIssuance,
  decodeListApplications,
  decodeRejection,
  decodeScreening,
  decodeWithdrawal,
} from './application-decoders.ts';
import { type Route, route } from './route.ts';

const ONE = '/v1/applications/{application}';

/** CP 4.1 to 4.8: an application, and one route a transition. */
export const APPLICATION_ROUTES: readonly Route[] = [
  route('POST', '/v1/applications', 201, decodeCreateApplication, (operations, input, actor) =>
    operations.createApplication(input, actor),
  ),
  route('GET', '/v1/applications', 200, decodeListApplications, async (operations, input) => {
    const listed = await operations.listApplications(input);
    if (!listed.ok) return listed;
    const last = listed.value.length < input.limit ? undefined : listed.value.at(-1);
    return ok({ applications: listed.value, next: last?.application ?? null });
  }),
  route('GET', ONE, 200, decodeApplicationNumber, (operations, application) =>
    operations.showApplication(application),
  ),
  route('POST', `${ONE}/screening`, 201, decodeScreening, (operations, input, actor) =>
    operations.screenApplication(input, actor),
  ),
  route('POST', `${ONE}/approval`, 201, decodeApproval, (operations, input, actor) =>
    operations.approveApplication(input, actor),
  ),
  route('POST', `${ONE}/rejection`, 201, decodeRejection, (operations, input, actor) =>
    operations.rejectApplication(input, actor),
  ),
  route('POST', `${ONE}/withdrawal`, 201, decodeWithdrawal, (operations, input, actor) =>
    operations.withdrawApplication(input, actor),
  ),
  route('POST', `${ONE}/issuance`, 201, decodeIssuance, (operations, input, actor) =>
    operations.issueApplication(input, actor),
  ),
  route('POST', `${ONE}/delivery`, 201, decodeDelivery, (operations, input, actor) =>
    operations.deliverApplication(input, actor),
  ),
  route('POST', `${ONE}/acceptance`, 201, decodeAcceptance, (operations, input, actor) =>
    operations.acceptApplication(input, actor),
  ),
  route('POST', `${ONE}/complaint`, 201, decodeComplaint, (operations, input, actor) =>
    operations.complainOfApplication(input, actor),
  ),
];
