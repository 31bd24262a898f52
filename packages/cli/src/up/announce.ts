import type { Context } from '../context.ts'

/** What is said when a system can be used. */
export interface Ready {
  readonly ready: true
  readonly name: string
  /** `site`, `api`, `web`: the public front doors there are; `aws`: the gateway for the CLI and SDKs. */
  readonly urls: Readonly<Record<string, string>>
  readonly embedded: boolean
  readonly pid: number
}

/** The one line of `--json`. */
export const readyLine = ({ ready, name, urls, embedded, pid }: Ready): string =>
  JSON.stringify({ ready, name, urls, embedded, pid })

/** Says it to people. */
export function announce({ name, urls, embedded }: Ready, time: string, { say, colors }: Context): void {
  say('')
  say(`${colors.bold(name)} is ready${time === '' ? '' : ` (${time})`}`)
  say('')
  for (const [door, url] of Object.entries(urls)) say(`  ${door.padEnd(5)} ${colors.cyan(url)}`)
  if (embedded) say('\n  The database is embedded: its network path is not enforced, and there is no standby.')
  say('')
}
