import type { Instant } from '@terrace/kit'

/** `2026-01-31 12:00:00.000` in UTC: how the database keeps a moment. */
export const toSqlTime = (moment: Instant): string => new Date(moment).toISOString().replace('T', ' ').slice(0, 23)

/** The same as ISO 8601. */
export const fromSqlTime = (text: string): string => `${text.replace(' ', 'T')}Z`
