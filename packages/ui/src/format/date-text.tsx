import { formatDate, formatDateLong, formatInstant, formatInstantDay } from './dates.ts'

/** A calendar date (`YYYY-MM-DD`) as the reader writes it; the weekday on hover. */
export const DateText = ({ date }: { readonly date: string }) => (
  <time dateTime={date} title={formatDateLong(date)}>
    {formatDate(date)}
  </time>
)

/** The day of an instant (ISO) as the reader writes it; the exact instant on hover. */
export const InstantText = ({ instant }: { readonly instant: string }) => (
  <time dateTime={instant} title={formatInstant(instant)}>
    {formatInstantDay(instant)}
  </time>
)
