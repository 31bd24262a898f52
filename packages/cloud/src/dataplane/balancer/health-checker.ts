import { type ClientRequest, request } from 'node:http'
import { request as requestTls } from 'node:https'
import { type Clock, type Instant, milliseconds, type Stop } from '@terrace/kit'
import type { HealthCheck } from '@terrace/model'
import { afterCheck, type CheckResult, matchesCode, type TargetHealth } from './target-health.ts'

/** Where the check of a target goes. */
export interface CheckTarget {
  readonly address: string
  readonly port: number
  /** Nothing: the network drops what this node sends to the target. */
  readonly socket: string | undefined
}

export interface HealthChecksOptions {
  readonly clock: Clock
  readonly config: HealthCheck
  /** What is known of the target before. */
  readonly health: TargetHealth
  readonly target: () => CheckTarget
  /** Checks what is reached by no connection, such as a function, which isn't tried more often than at the interval. */
  readonly attempt?: () => Promise<CheckOutcome>
  readonly onChange: (health: TargetHealth) => void
  /** Told of each check that has ended, for flow logs. */
  readonly onChecked?: (
    target: CheckTarget,
    startedAt: Instant,
    bytes: { readonly sent: number; readonly received: number },
  ) => void
}

/**
 * How often a target is tried that has never been healthy.
 * differs: AWS checks it at the interval as well; a machine that takes minutes to boot there takes a second here, and
 * would otherwise wait for the rest of the interval. Failures count only once an interval, as there.
 */
const EAGER_INTERVAL = milliseconds(200)

/** Checks one target from one node, on a schedule of its own, and tells each change of state. */
export function startHealthChecks(options: HealthChecksOptions): Stop {
  const { clock, config, attempt, onChange, onChecked } = options
  let { health } = options
  let stopped = false
  let stopTimer: Stop = () => {}
  let countedUntil = clock.now() + config.interval
  const run = async () => {
    const started = clock.now()
    const target = options.target()
    const { result, ...bytes } = await (attempt ? attempt() : check(clock, config, target))
    if (stopped) return
    const eager = !attempt && health.state === 'initial' && !result.passed
    if (!eager || clock.now() >= countedUntil) {
      countedUntil = started + config.interval
      const next = afterCheck(health, result, config)
      const changed = next.state !== health.state || next.reason !== health.reason
      health = next
      if (changed) onChange(health)
      onChecked?.(target, started, bytes)
    }
    const interval = !attempt && health.state === 'initial' ? EAGER_INTERVAL : config.interval
    stopTimer = clock.after(Math.max(0, started + interval - clock.now()), run)
  }
  run()
  return () => {
    stopped = true
    stopTimer()
  }
}

/** How a check has ended, and what it took on the way. */
export interface CheckOutcome {
  readonly result: CheckResult
  readonly sent: number
  readonly received: number
}

/** One request of the checker: a connection of its own, closed afterwards. */
export function check(clock: Clock, config: HealthCheck, target: CheckTarget): Promise<CheckOutcome> {
  return new Promise(resolve => {
    const settle = (result: CheckResult) => {
      stopTimeout()
      const { bytesWritten = 0, bytesRead = 0 } = sent?.socket ?? {}
      sent?.destroy()
      resolve({ result, sent: bytesWritten, received: bytesRead })
    }
    const stopTimeout = clock.after(config.timeout, () =>
      settle({ passed: false, reason: 'Target.Timeout', description: 'Request timed out' }),
    )
    // A dropped packet has no answer: only the time-out ends it.
    const sent =
      target.socket === undefined ? undefined : sendCheck(config, { ...target, socket: target.socket }, settle)
  })
}

function sendCheck(
  config: HealthCheck,
  target: CheckTarget & { socket: string },
  settle: (result: CheckResult) => void,
): ClientRequest {
  const secure = config.protocol === 'HTTPS'
  const host = target.port === (secure ? 443 : 80) ? target.address : `${target.address}:${target.port}`
  const sent = (secure ? requestTls : request)({
    socketPath: target.socket,
    path: config.path,
    method: 'GET',
    agent: false,
    headers: { Host: host, 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' },
    // ALBs don't validate the certificates of targets.
    ...(secure ? { rejectUnauthorized: false, servername: '' } : {}),
  })
  sent.on('response', response => {
    const code = response.statusCode ?? 0
    if (matchesCode(config.matcher, code)) return settle({ passed: true })
    settle({
      passed: false,
      reason: 'Target.ResponseCodeMismatch',
      description: `Health checks failed with these codes: [${code}]`,
    })
  })
  sent.on('error', error => {
    // A full queue of a listener that no longer accepts: as if nothing had arrived.
    if ('code' in error && error.code === 'EAGAIN') return
    settle({ passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' })
  })
  sent.end()
  return sent
}
