import type { LogLine } from '@terrace/control'
import type { Context } from '../context.ts'

const LONGEST_KIND = 'application'.length

/** `09:41:07.123Z application i-0abc  the line`; the time is UTC, like those that applications write. */
export function formatLogLine({ kind, at, resource, line }: LogLine, { dim, cyan }: Context['colors']): string {
  const time = new Date(at).toISOString().slice(11)
  return `${dim(time)} ${kind.padEnd(LONGEST_KIND)} ${cyan(resource)}  ${line}`
}
