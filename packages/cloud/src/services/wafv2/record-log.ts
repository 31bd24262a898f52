import { gzipSync } from 'node:zlib'
import { HEX, messageOf, type Stop } from '@terrace/kit'
import type { FirewallLogConfig, LoggingFilter } from '@terrace/model'
import type { LogRecord } from '../../dataplane/firewall/record.ts'
import type { World } from '../../world.ts'
import type { StoredWebAcl } from './entity.ts'
import { LOG_FILE_INTERVAL, MOST_WAITING_RECORDS } from './limits.ts'
import type { Firewalls } from './state.ts'

type LogWorld = Pick<World, 'architecture' | 'clock' | 'journal' | 'ports' | 'random'>

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
    const [destination = ''] = config.LogDestinationConfigs
    if (destination.split(':')[2] === 's3') {
      const waiting = this.#waiting.get(acl.ARN) ?? []
      this.#waiting.set(acl.ARN, waiting)
      for (const { message } of lines) waiting.push(message)
      if (waiting.length > MOST_WAITING_RECORDS) void this.deliver()
      return
    }
    const group = destination.split(':log-group:')[1]?.replace(/:\*$/, '') ?? ''
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
      const bucket = config?.LogDestinationConfigs[0]?.split(':::')[1]
      if (acl?.kind !== 'webacl' || bucket === undefined) continue
      this.#later(acl, bucket, async () => {
        const objects = await this.#world.ports.need('objects')
        await objects.put(bucket, this.#keyOf(acl), gzipSync(`${lines.join('\n')}\n`), {
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

/** @see WAF Developer Guide, "Log filtering": the first filter that matches decides */
export function isKept(record: LogRecord, filter: LoggingFilter | undefined): boolean {
  if (!filter) return true
  const actions = new Set<string>([record.action])
  for (const { action } of record.nonTerminatingMatchingRules) actions.add(action)
  for (const { nonTerminatingMatchingRules, excludedRules } of record.ruleGroupList) {
    for (const { action } of nonTerminatingMatchingRules) actions.add(action)
    if (excludedRules) actions.add('EXCLUDED_AS_COUNT')
  }
  const labels = new Set(record.labels?.map(({ name }) => name))
  const found = filter.Filters.find(({ Requirement, Conditions }) => {
    const met = Conditions.map(
      ({ ActionCondition, LabelNameCondition }) =>
        (ActionCondition !== undefined && actions.has(ActionCondition.Action)) ||
        (LabelNameCondition !== undefined && labels.has(LabelNameCondition.LabelName)),
    )
    return Requirement === 'MEETS_ALL' ? met.every(Boolean) : met.some(Boolean)
  })
  return (found?.Behavior ?? filter.DefaultBehavior) === 'KEEP'
}

/** The record without what must not be logged. */
export function redacted(record: LogRecord, { RedactedFields = [] }: FirewallLogConfig): LogRecord {
  if (RedactedFields.length === 0) return record
  const hidden = new Set(RedactedFields.flatMap(({ SingleHeader }) => SingleHeader?.Name.toLowerCase() ?? []))
  const { httpRequest } = record
  const hides = (key: 'Method' | 'QueryString' | 'UriPath') => RedactedFields.some(field => field[key] !== undefined)
  return {
    ...record,
    httpRequest: {
      ...httpRequest,
      headers: httpRequest.headers.map(({ name, value }) => ({
        name,
        value: hidden.has(name.toLowerCase()) ? 'REDACTED' : value,
      })),
      uri: hides('UriPath') ? 'REDACTED' : httpRequest.uri,
      args: hides('QueryString') ? 'REDACTED' : httpRequest.args,
      httpMethod: hides('Method') ? 'REDACTED' : httpRequest.httpMethod,
    },
  }
}
