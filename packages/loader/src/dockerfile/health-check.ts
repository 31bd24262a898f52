import { type Duration, hours, milliseconds, minutes, seconds } from '@terrace/kit'
import type { ContainerHealthCheck } from '@terrace/model'
import type { Instruction } from 'dockerfile-ast'
import { contentOf, flagsOf, wordsOf } from './instructions.ts'

/**
 * What `HEALTHCHECK` says; nothing for `NONE`.
 *
 * @see "HEALTHCHECK" in the Dockerfile reference for the defaults: 30 s, 30 s, 0 s, 3
 */
export function healthCheckOf(instruction: Instruction): ContainerHealthCheck | undefined {
  const [, script] = /^CMD\s+(.*)$/is.exec(contentOf(instruction)) ?? []
  if (script === undefined) return undefined
  const flags = flagsOf(instruction)
  const words = wordsOf(script)
  return {
    command: words ? ['CMD', ...words] : ['CMD-SHELL', script],
    interval: goDuration(flags.get('interval')) ?? seconds(30),
    timeout: goDuration(flags.get('timeout')) ?? seconds(30),
    retries: Number(flags.get('retries') ?? 3),
    startPeriod: goDuration(flags.get('start-period')) ?? 0,
  }
}

const UNITS: Readonly<Record<string, (amount: number) => Duration>> = {
  ms: milliseconds,
  s: seconds,
  m: minutes,
  h: hours,
}

/** Such as `1m30s`. */
function goDuration(text: string | undefined): Duration | undefined {
  if (text === undefined) return undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0) return undefined
  return parts.reduce((sum, [, amount, unit = 's']) => sum + (UNITS[unit]?.(Number(amount)) ?? 0), 0)
}
