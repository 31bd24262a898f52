import { TEXT_LOCALE } from '../text/text.ts'

const unit = (name: 'hour' | 'minute' | 'second') =>
  new Intl.NumberFormat(TEXT_LOCALE, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 })

/** A span as one says it, to the second: "3 min 20 sec", "1 hr 2 min". @param ms  milliseconds */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  if (hours > 0) return `${unit('hour').format(hours)} ${unit('minute').format(minutes)}`
  return minutes > 0 ? `${unit('minute').format(minutes)} ${unit('second').format(rest)}` : unit('second').format(rest)
}
