import { CliErrors } from '../errors.ts'

/** What `KEY=VALUE` options collect, the last one of a key winning. */
export type Pairs = Readonly<Record<string, string>>

/** Reads one more `KEY=VALUE`; the value may be empty and may hold further `=`. @throws TerraceError CLI_BAD_PAIR */
export const addPair =
  (option: string) =>
  (text: string, before: Pairs): Pairs => {
    const at = text.indexOf('=')
    if (at < 1) throw CliErrors.badPair(option, text)
    return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
  }

/** An hour a second; what is faster leaves real processes no time to start. */
const MAX_TIME_SCALE = 3600

/** @throws TerraceError CLI_BAD_TIME_SCALE */
export function readTimeScale(text: string): number {
  const scale = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (scale >= 1 && scale <= MAX_TIME_SCALE) return scale
  throw CliErrors.badTimeScale(text)
}

/** Highest first port: two more follow it. */
const MAX_PORT = 65_533

/** @throws TerraceError CLI_BAD_PORT */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 1 && port <= MAX_PORT) return port
  throw CliErrors.badPort(text)
}
