import { request } from 'node:http'
import { type Clock, milliseconds, type Stop } from '@terrace/kit'
import type { HealthCheck } from '@terrace/model'
import { afterCheck, type CheckResult, matchesCode, REGISTERING, type TargetHealth } from './target-health.ts'

/** Where the check of a target goes. */
export interface CheckTarget {
  readonly address: string
  readonly port: number
  /** Nothing: the network drops what this node sends to the target. */
  readonly socket: string | undefined
}

/**
 * How often a target is tried that has never been healthy.
 * differs: AWS checks it at the interval as well; a machine that takes minutes to boot there takes a second here, and
 * would otherwise wait for the rest of the interval. Failures count only once an interval, as there.
 */
const EAGER_INTERVAL = milliseconds(200)

/** Checks one target from one node, on a schedule of its own, and tells each change of state. */
export function startHealthChecks(
  clock: Clock,
  config: HealthCheck,
  target: () => CheckTarget,
  onChange: (health: TargetHealth) => void,
): Stop {
  let health = REGISTERING
  let stopped = false
  let stopTimer: Stop = () => {}
  let countedUntil = clock.now() + config.interval
  const run = async () => {
    const started = clock.now()
    const result = await check(clock, config, target())
    if (stopped) return
    const eager = health.state === 'initial' && !result.passed
    if (!eager || clock.now() >= countedUntil) {
      countedUntil = started + config.interval
      const next = afterCheck(health, result, config)
      const changed = next.state !== health.state || next.reason !== health.reason
      health = next
      if (changed) onChange(health)
    }
    const interval = health.state === 'initial' ? EAGER_INTERVAL : config.interval
    stopTimer = clock.after(Math.max(0, started + interval - clock.now()), run)
  }
  run()
  return () => {
    stopped = true
    stopTimer()
  }
}

/** One request of the checker: a connection of its own, closed afterwards. */
export function check(clock: Clock, config: HealthCheck, target: CheckTarget): Promise<CheckResult> {
  return new Promise(resolve => {
    const settle = (result: CheckResult) => {
      stopTimeout()
      sent?.destroy()
      resolve(result)
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
) {
  const host = target.port === 80 ? target.address : `${target.address}:${target.port}`
  const sent = request({
    socketPath: target.socket,
    path: config.path,
    method: 'GET',
    agent: false,
    headers: { Host: host, 'User-Agent': 'ELB-HealthChecker/2.0', Connection: 'close' },
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
  sent.on('error', () =>
    settle({ passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' }),
  )
  sent.end()
  return sent
}
