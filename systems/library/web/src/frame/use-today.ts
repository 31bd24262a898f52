import { useNow } from '@terrace/ui'

/** Today's date as the server counts it, `YYYY-MM-DD` in UTC; changes at midnight while the page is open. */
export const useToday = (): string => useNow().toISOString().slice(0, 10)
