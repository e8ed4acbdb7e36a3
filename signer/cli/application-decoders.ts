import {
  anyNumber,
  anyText,
  type Decode,
  nullable,
  openObject,
  required,
} from '../../shared/json-fields.ts';
import type { ApplicationDeadlinesView } from '../operations/application-deadlines-view.ts';

const number = required(anyNumber);

/** Of `inkan status`. */
export const applicationDeadlines: Decode<ApplicationDeadlinesView> =
  openObject<ApplicationDeadlinesView>({
    open: number,
    toDeliver: number,
    complained: number,
    receiptsDue: number,
    receiptsElapsed: number,
    nextReceiptDue: required(nullable(anyText)),
  });
