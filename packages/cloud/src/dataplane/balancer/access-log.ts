import type { Instant } from '@terrace/kit'
import type { Client } from '../http1/exchange.ts'

/** What is known of a request when its answer is complete; times in seconds, -1 when it never got there. */
export interface AccessRecord {
  readonly loadBalancer: string
  readonly time: Instant
  readonly created: Instant
  readonly client: Client
  readonly target: string
  readonly requestSeconds: number
  readonly targetSeconds: number
  readonly responseSeconds: number
  readonly status: number
  readonly targetStatus: number | undefined
  readonly received: number
  readonly sent: number
  readonly method: string
  readonly url: string
  readonly userAgent: string
  readonly targetGroupArn: string
  readonly traceId: string
  readonly rulePriority: number
  readonly action: string
  readonly redirectUrl: string
}

/**
 * One line of an Application Load Balancer's access log.
 * @see ELB User Guide for Application Load Balancers, "Access logs for your Application Load Balancer"
 */
export function accessLogLine(record: AccessRecord): string {
  const { client } = record
  return [
    client.secure ? 'https' : 'http',
    new Date(record.time).toISOString(),
    record.loadBalancer,
    `${client.address}:${client.port}`,
    record.target,
    seconds(record.requestSeconds),
    seconds(record.targetSeconds),
    seconds(record.responseSeconds),
    record.status,
    record.targetStatus ?? '-',
    record.received,
    record.sent,
    `"${record.method} ${quoted(record.url)} HTTP/1.1"`,
    `"${quoted(record.userAgent)}"`,
    client.tls?.cipher ?? '-',
    client.tls?.version ?? '-',
    record.targetGroupArn,
    `"${record.traceId}"`,
    `"${quoted(client.tls?.serverName ?? '-')}"`,
    '"-"',
    record.rulePriority,
    new Date(record.created).toISOString(),
    `"${record.action}"`,
    `"${quoted(record.redirectUrl)}"`,
    '"-"',
    `"${record.target}"`,
    `"${record.targetStatus ?? '-'}"`,
    '"-"',
    '"-"',
  ].join(' ')
}

const seconds = (value: number): string => (value < 0 ? '-1' : value.toFixed(3))

const quoted = (text: string): string => text.replaceAll('"', '%22')
