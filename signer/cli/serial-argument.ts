import { ok, type Result } from '../../shared/result.ts';
import { serialNumberFromText, serialNumberText } from '../../shared/serial-number.ts';
import { type Failure, usageFailure } from './command.ts';

/** What people paste, in the one form that the signer writes. */
export function readSerialNumber(text: string): Result<string, Failure> {
  const serialNumber = serialNumberFromText(text);
  if (serialNumber.ok) return ok(serialNumberText(serialNumber.value));
  return usageFailure(
    `${text} is not a serial number`,
    'give it in hexadecimal, as `inkan certificate list` prints it',
  );
}
