import { CURRENCY } from '../catalogue.ts'

const money = new Intl.NumberFormat('en', { style: 'currency', currency: CURRENCY })
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })

/** `€9.99` for 999. */
export const formatMoney = (cents: number): string => money.format(cents / 100)

/** `31 January 2026 at 12:00 UTC` for an ISO 8601 text. */
export const formatMoment = (iso: string): string => `${moment.format(new Date(iso))} UTC`
