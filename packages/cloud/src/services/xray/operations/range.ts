import { type Duration, hours, type Instant } from '@terrace/kit'
import { InvalidRequestException } from '../errors.ts'

/** @throws InvalidRequestException for a range that is none, or is too long */
export function checkRange(from: Instant, to: Instant, longest: Duration): void {
  if (to <= from) throw new InvalidRequestException('Time range: EndTime must be after StartTime.')
  if (to - from > longest) {
    throw new InvalidRequestException(`Time range cannot be longer than ${longest / hours(1)} hours.`)
  }
}
