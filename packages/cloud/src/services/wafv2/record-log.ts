import { gzipSync } from 'node:zlib'
import { HEX, messageOf, type Stop } from '@terrace/kit'
import type { LogRecord } from '../../dataplane/firewall/record.ts'
import type { World } from '../../world.ts'
import { destinationOf } from './destination.ts'
import type { StoredWebAcl } from './entity.ts'
import { isKept, redacted } from './kept-records.ts'
import { LOG_FILE_INTERVAL, MOST_WAITING_RECORDS } from './limits.ts'
import { denialOf } from './log-rights.ts'
import type { Firewalls } from './state.ts'

type LogWorld = Pick<World, 'architecture' | 'calls' | 'clock' | 'journal' | 'ports' | 'random'>

/**
 * Writes the records of web ACLs to a log group, or every five minutes to a bucket.
 * @see WAF Developer Guide, "AWS WAF logging destinations"
 */
export class RecordLog {
  readonly #world: LogWorld
  readonly #firewalls: Firewalls
  readonly #waiting = new Map<string, string[]>()
  readonly #said = new Set<string>()
  readonly #stop: Stop
  #writing: Promise<void> = Promise.resolve()

  constructor(world: LogWorld, firewalls: Firewalls) {
    this.#world = world
    this.#firewalls = firewalls
    this.#stop = world.clock.every(LOG_FILE_INTERVAL, () => void this.deliver())
  }

  add(acl: StoredWebAcl, records: readonly LogRecord[]): void {
    const config = this.#firewalls.logging.find(({ ResourceArn }) => ResourceArn === acl.ARN)
    if (!config) return
    const lines = records
      .filter(record => isKept(record, config.LoggingFilter))
      .map(record => ({ at: record.timestamp, message: JSON.stringify(redacted(record, config)) }))
    if (lines.length === 0) return
    const destination = destinationOf(config.LogDestinationConfigs[0] ?? '')
    if (destination?.kind === 'bucket') {
      const waiting = this.#waiting.get(acl.ARN) ?? []
      this.#waiting.set(acl.ARN, waiting)
      for (const { message } of lines) waiting.push(message)
      if (waiting.length > MOST_WAITING_RECORDS) void this.deliver()
      return
    }
    const group = destination?.name ?? ''
    const place = acl.Scope === 'CLOUDFRONT' ? 'cloudfront' : this.#world.architecture.region
    this.#later(acl, group, async () => {
      const groups = await this.#world.ports.need('logGroups')
      groups.put(group, `${place}_${acl.Name}_0`, lines)
    })
  }

  /** Writes what waits; resolves when it is in the buckets. */
  deliver(): Promise<void> {
    const all = [...this.#waiting]
    this.#waiting.clear()
    for (const [arn, lines] of all) {
      const acl = this.#firewalls.find(arn)
      const config = this.#firewalls.logging.find(({ ResourceArn }) => ResourceArn === arn)
      const destination = destinationOf(config?.LogDestinationConfigs[0] ?? '')
      if (acl?.kind !== 'webacl' || destination?.kind !== 'bucket') continue
      const { name, prefix } = destination
      this.#later(acl, name, async () => {
        const key = prefix === '' ? this.#keyOf(acl) : `${prefix}/${this.#keyOf(acl)}`
        const denied = denialOf(this.#world, name, key)
        if (denied !== undefined) throw new Error(denied)
        const objects = await this.#world.ports.need('objects')
        await objects.put(name, key, gzipSync(`${lines.join('\n')}\n`), {
          headers: { 'content-type': 'application/octet-stream' },
        })
      })
    }
    return this.#writing
  }

  async stop(): Promise<void> {
    this.#stop()
    if (this.#waiting.size > 0) await this.deliver()
    await this.#writing
  }

  #later(acl: StoredWebAcl, to: string, write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write).catch(error => {
      const message = `records of ${acl.Name} can't be written to ${to}: ${messageOf(error)}`
      if (this.#said.has(message)) return
      this.#said.add(message)
      this.#world.journal.write({ kind: 'wafv2.logFailed', ...(acl.node && { node: acl.node }), message })
    })
  }

  /** `AWSLogs/123456789012/WAFLogs/us-east-1/main/2026/11/22/09/30/123456789012_waflogs_us-east-1_main_20261122T0930Z_….log.gz` */
  #keyOf({ Name, Scope }: StoredWebAcl): string {
    const { architecture, clock, random } = this.#world
    const { account } = architecture
    const region = Scope === 'CLOUDFRONT' ? 'cloudfront' : architecture.region
    const at = new Date(Math.floor(clock.now() / LOG_FILE_INTERVAL) * LOG_FILE_INTERVAL).toISOString()
    const folders = at.slice(0, 16).replace(/[-T:]/g, '/')
    const time = `${at.slice(0, 16).replace(/[-:]/g, '')}Z`
    const file = `${account}_waflogs_${region}_${Name}_${time}_${random.text(8, HEX)}.log.gz`
    return `AWSLogs/${account}/WAFLogs/${region}/${Name}/${folders}/${file}`
  }
}
