import type { Instant } from '@terrace/kit'
import type { Client } from '../http1/exchange.ts'
import { isoTime, secondsText } from './log-texts.ts'

/** What is known of a request when its answer is complete; times in milliseconds, -1 when it never got there. */
export interface AccessRecord {
  readonly loadBalancer: string
  readonly time: Instant
  readonly created: Instant
  readonly client: Client
  /** Address and port; `-` without one, and for a function. */
  readonly target: string
  readonly requestTime: number
  readonly targetTime: number
  readonly responseTime: number
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
  /** Why a function could not be invoked, or not be understood; `-` for everything else. */
  readonly errorReason: string
  /** A WebSocket was made of it. */
  readonly webSocket: boolean
  /** Of desync mitigation; `-` for requests that comply. */
  readonly classification: string
  readonly classificationReason: string
}

/**
 * One line of an Application Load Balancer's access log.
 * @see ELB User Guide for Application Load Balancers, "Access logs for your Application Load Balancer"
 */
export function accessLogLine(record: AccessRecord): string {
  const { client, target, targetStatus } = record
  const { tls } = client
  const time = isoTime(record.time)
  // One template and not a list: it is written for every request.
  return (
    `${typeOf(record)} ${time} ${record.loadBalancer} ${client.address}:${client.port} ${target} ` +
    `${secondsText(record.requestTime)} ${secondsText(record.targetTime)} ${secondsText(record.responseTime)} ` +
    `${record.status} ${targetStatus ?? '-'} ${record.received} ${record.sent} ` +
    `"${record.method} ${quoted(record.url)} ${client.http2 ? 'HTTP/2.0' : 'HTTP/1.1'}" "${quoted(record.userAgent)}" ` +
    `${tls?.cipher ?? '-'} ${tls?.version ?? '-'} ${record.targetGroupArn} "${record.traceId}" ` +
    `"${quoted(tls?.serverName ?? '-')}" "${tls?.certificate ?? '-'}" ${record.rulePriority} ${isoTime(record.created)} ` +
    `"${record.action}" "${quoted(record.redirectUrl)}" "${record.errorReason}" "${target}" ` +
    `"${target === '-' ? '-' : (targetStatus ?? '-')}" ` +
    `"${record.classification}" "${record.classificationReason}"`
  )
}

/** The line of a connection whose bytes were no request. */
export function refusedLine(loadBalancer: string, node: string, client: Client, status: number, now: Instant): string {
  const time = isoTime(now)
  const from = `${client.address}:${client.port}`
  const url = `${client.secure ? 'https' : 'http'}://${node}:${client.entryPort}-`
  return `${client.secure ? 'https' : 'http'} ${time} ${loadBalancer} ${from} - -1 -1 -1 ${status} - 0 0 "- ${url} -" "-" - - - "-" "-" "-" - ${time} "-" "-" "-" "-" "-" "-" "-"`
}

function typeOf({ client, webSocket }: AccessRecord): string {
  if (webSocket) return client.secure ? 'wss' : 'ws'
  if (client.http2) return 'h2'
  return client.secure ? 'https' : 'http'
}

const quoted = (text: string): string => (text.includes('"') ? text.replaceAll('"', '%22') : text)
