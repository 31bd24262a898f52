import { type Duration, hours, minutes, seconds } from '@terrace/kit'

const FORM = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/

/** An ISO 8601 duration of hours, minutes and seconds, such as `PT10M`; nothing for any other text. */
export function isoDuration(text: string): Duration | undefined {
  const match = FORM.exec(text)
  if (!match || text === 'PT') return undefined
  const [h, m, s] = match.slice(1).map(part => Number(part ?? 0))
  return hours(h ?? 0) + minutes(m ?? 0) + seconds(s ?? 0)
}
