const DAY_MS = 86_400_000

/**
 * A calendar date as the reader writes it, without a time zone: `2026-12-03` is the third of December everywhere.
 *
 * @param date `YYYY-MM-DD`
 * @param locale the reader's own when left out
 */
export const formatDate = (date: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))

/** The same with its weekday, for where there is room, such as on hover. */
export const formatDateLong = (date: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`))

/** The day of an instant in the reader's time zone. `instant` is an ISO string. */
export const formatInstantDay = (instant: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(new Date(instant))

/** An instant to the second with its zone, for hovering over a shorter form. `instant` is an ISO string. */
export const formatInstant = (instant: string, locale?: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' }).format(new Date(instant))

/** Whole days from the UTC day of `now` to a date (`YYYY-MM-DD`); negative when it is past. */
export function daysUntil(date: string, now: Date): number {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  return Math.round((Date.parse(`${date}T00:00:00Z`) - today) / DAY_MS)
}

/**
 * A number of days as one says it: "today", "tomorrow", "in 5 days", "3 days ago".
 *
 * @param locale the language of the text around it, which need not be the reader's own
 */
export const formatDays = (days: number, locale: string): string =>
  new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day')
