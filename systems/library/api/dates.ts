import { days, type Instant } from '@terrace/kit'

/** A day in UTC, `2026-01-31`: what databases and clients see. */
export type Day = string

/** The day of a moment, `plus` days later. */
export const dayOf = (moment: Instant, plus = 0): Day => new Date(moment + days(plus)).toISOString().slice(0, 10)

/** Whole days from one to the other, negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => (Date.parse(to) - Date.parse(from)) / days(1)

/** `2026-01-31 12:00:00.000` in UTC: how both databases keep a moment. */
export const toSqlTime = (moment: Instant): string => new Date(moment).toISOString().replace('T', ' ').slice(0, 23)

/** The same as ISO 8601. */
export const fromSqlTime = (text: string): string => `${text.replace(' ', 'T')}Z`
