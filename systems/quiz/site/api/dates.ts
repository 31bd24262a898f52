import type { Instant } from '@terrace/kit'

/** A moment as clients see it, ISO 8601. */
export const toIso = (moment: Instant): string => new Date(moment).toISOString()
